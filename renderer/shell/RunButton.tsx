import { ChevronDown, Play, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStudio } from '../state/state.ts';
import { menuItemsOf, runCommand } from './commandMenu.ts';
import { Keys } from './Keys.tsx';
import { ariaKeys } from './keys.ts';
import { MenuButton } from './MenuButton.tsx';
import { onMac } from './machine.ts';
import { elapsedText } from './words.ts';

const runKeys = ['F5'];
const cancelKeys = ['Mod+.'];

/** Runs the pipeline; while it runs, shows for how long and cancels it. */
export function RunButton() {
  const running = useStudio((s) => s.run?.phase === 'running');
  const startedAt = useStudio((s) => s.run?.startedAt ?? 0);
  const empty = useStudio((s) => s.document.nodes.length === 0);
  const fused = useStudio((s) => s.fused);
  const mac = onMac();
  return (
    <span className="run-split">
      {running ? (
        <button
          type="button"
          className="button primary run running"
          aria-keyshortcuts={ariaKeys(cancelKeys, mac)}
          title="Cancel the run"
          onClick={() => runCommand('run.cancel')}
        >
          <Square size={12} fill="currentColor" aria-hidden="true" />
          Cancel
          <Elapsed since={startedAt} />
        </button>
      ) : (
        <button
          type="button"
          className="button primary run"
          aria-keyshortcuts={ariaKeys(runKeys, mac)}
          title={
            empty
              ? 'There is nothing to run yet'
              : fused
                ? 'Run the compiled pipeline'
                : 'Run the whole pipeline; only what changed runs again'
          }
          disabled={empty}
          onClick={() => runCommand('run.all')}
        >
          <Play size={12} fill="currentColor" aria-hidden="true" />
          {fused ? 'Run fused' : 'Run'}
          <Keys keys={runKeys} />
        </button>
      )}
      <MenuButton
        label="More ways to run"
        className="button primary run-more"
        side="right"
        items={() =>
          menuItemsOf(['run.all', 'run.here', 'run.library', 'run.live', 'run.fused', 'run.profile', 'run.cancel'])
        }
      >
        <ChevronDown size={14} aria-hidden="true" />
      </MenuButton>
    </span>
  );
}

/** Time since a moment, ticking. */
export function Elapsed({ since }: { readonly since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 100);
    return () => window.clearInterval(timer);
  }, []);
  return <span className="elapsed">{elapsedText(Math.max(0, now - since))}</span>;
}
