import type { Json } from '../../core/kinds/value.ts';
import type { NodeReport } from '../../core/run/result.ts';
import { shownRunOf } from '../state/runs.ts';
import type { StudioState } from '../state/state.ts';

/** How a node fared in the run whose values are shown; null when it took no part. */
export function reportOf(state: StudioState, id: string): NodeReport | null {
  return shownRunOf(state)?.nodes[id] ?? null;
}

/** What a node noted: of the run that goes on where it has noted something there, else of the run shown. */
export function notesOf(state: StudioState, id: string): Readonly<Record<string, Json>> | undefined {
  const going = state.run?.phase === 'running' ? state.run.notes[id] : undefined;
  return going ?? reportOf(state, id)?.notes;
}
