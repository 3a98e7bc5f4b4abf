import { X } from 'lucide-react';
import { useStudio } from '../state/state.ts';
import { useCompiled } from './compiledState.ts';
import { FusedView } from './FusedView.tsx';
import { closeFused } from './fusedCompare.ts';

/** Compiled against node by node, over the Profile screen. */
export function FusedOverlay() {
  const session = useStudio((s) => s.session?.id);
  const compared = useCompiled((s) => (s.session === session ? s.compared : null));
  if (compared === null) return null;
  return (
    <section
      className="compare-overlay"
      aria-label="Compiled against node by node"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        closeFused();
      }}
    >
      <header>
        <h2>Compiled against node by node</h2>
        <button
          ref={focused}
          type="button"
          className="icon-button"
          aria-label="Close the comparison"
          title="Close (Esc)"
          onClick={closeFused}
        >
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <div className="compare-body">
        <FusedView {...compared} />
      </div>
    </section>
  );
}

/** Esc closes what has the focus in it. */
function focused(button: HTMLButtonElement | null): void {
  button?.focus();
}
