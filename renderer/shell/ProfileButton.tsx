import { ChevronDown, Play, Square } from 'lucide-react';
import type { JobKind } from '../../core/studio/api.ts';
import { useProfile } from '../profile/profileState.ts';
import { SettingsCard } from '../profile/SettingsCard.tsx';
import { useStudio } from '../state/state.ts';
import { runCommand } from './commandMenu.ts';
import { Keys } from './Keys.tsx';
import { ariaKeys } from './keys.ts';
import { onMac } from './machine.ts';
import { Elapsed } from './RunButton.tsx';

const startKeys = ['F5'];
const cancelKeys = ['Shift+F6'];

const doing: Readonly<Record<JobKind, string>> = {
  profile: 'Cancel',
  load: 'Cancel the load',
  advice: 'Cancel the advice',
  search: 'Cancel the search',
  compare: 'Cancel comparing',
  compile: 'Cancel compiling',
  shrink: 'Cancel shrinking',
  fused: 'Cancel comparing',
  exportPlan: 'Cancel preparing',
  export: 'Cancel the export',
};

/** Measures the pipeline; while the profiler is at work, shows for how long and cancels it. */
export function ProfileButton() {
  const kind = useProfile((s) => s.job?.kind ?? null);
  const startedAt = useProfile((s) => s.job?.startedAt ?? 0);
  const stopping = useProfile((s) => s.job?.cancelling === true);
  const empty = useStudio((s) => s.document.nodes.length === 0);
  const fused = useStudio((s) => s.fused);
  const mac = onMac();
  return (
    <span className="run-split">
      {kind !== null ? (
        <button
          type="button"
          className="button primary run running"
          aria-keyshortcuts={ariaKeys(cancelKeys, mac)}
          disabled={stopping}
          onClick={() => runCommand('run.cancelProfile')}
        >
          <Square size={12} fill="currentColor" aria-hidden="true" />
          {stopping ? 'Stopping' : doing[kind]}
          <Elapsed since={startedAt} />
        </button>
      ) : (
        <button
          type="button"
          className="button primary run"
          aria-keyshortcuts={ariaKeys(startKeys, mac)}
          title={empty ? 'There is nothing to measure yet' : 'Measure the pipeline; nothing is read from the cache'}
          disabled={empty}
          onClick={() => runCommand('run.profile')}
        >
          <Play size={12} fill="currentColor" aria-hidden="true" />
          {fused ? 'Profile fused' : 'Profile'}
          <Keys keys={startKeys} />
        </button>
      )}
      <SettingsCard>
        <ChevronDown size={14} aria-hidden="true" />
      </SettingsCard>
    </span>
  );
}
