import { X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { select } from '../../canvas/selecting.ts';
import { useStudio } from '../../state/state.ts';
import { setProfiling, useProfile } from '../profileState.ts';
import { compareProfiles } from '../profiles.ts';
import { useTitles } from '../titles.ts';

const CompareView = lazy(async () => ({ default: (await import('../compare/CompareView.tsx')).CompareView }));

/** Two profiles held against each other, over the screen. */
export function CompareOverlay() {
  const comparison = useProfile((s) => s.comparison);
  const selected = useStudio((s) => s.selection.ids.at(-1) ?? null);
  const titleOf = useTitles();
  if (comparison === null) return null;
  const close = (): void => setProfiling({ comparison: null });
  const { before, after, interleaved } = comparison;
  return (
    <section
      className="compare-overlay"
      aria-label="Compare"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <header>
        <h2>Compare</h2>
        <button
          ref={focused}
          type="button"
          className="icon-button"
          aria-label="Close the comparison"
          title="Close (Esc)"
          onClick={close}
        >
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <div className="compare-body">
        <Suspense fallback={<p className="panel-nothing">Drawing…</p>}>
          <CompareView
            comparison={comparison}
            titleOf={titleOf}
            selected={selected}
            onSelect={(node) => select([node])}
            {...(interleaved ? {} : { onSwap: () => void compareProfiles(after.id, before.id) })}
          />
        </Suspense>
      </div>
    </section>
  );
}

/** Esc closes what has the focus in it. */
function focused(button: HTMLButtonElement | null): void {
  button?.focus();
}
