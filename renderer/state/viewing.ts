import { setState, state } from './state.ts';
import { sayProblem, toast } from './toasts.ts';

/** Shows one port's values large. */
export function openViewer(end: string): void {
  setState({ viewer: { end } });
}
export function closeViewer(): void {
  setState({ viewer: null });
}

/** Moves all previews of sequences together. */
export function setTime(time: number): void {
  if (state().time !== time) setState({ time });
}

/** Puts a run's values on the canvas; null: always the newest. Runs of a batch are asked for when one is wanted. */
export async function showRun(run: string | null): Promise<void> {
  if (run !== null && !isKept(run)) await refreshRuns();
  if (run === null || isKept(run)) setState({ shownRun: run });
  else toast({ tone: 'warning', text: 'The values of that run are not kept any more.', fix: 'Run it again.' });
}

/** Runs that are kept, as the back end has them: those of a batch are not told one by one. */
export async function refreshRuns(): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  try {
    const { runs } = await api.call('runs', { session: session.id });
    if (state().session?.id === session.id) setState({ runs });
  } catch (error) {
    sayProblem(error);
  }
}

function isKept(run: string): boolean {
  return state().runs.some((one) => one.run === run);
}

export function compareRuns(left: string, right: string): void {
  setState({ compare: { left, right }, viewer: null });
}
export function closeCompare(): void {
  setState({ compare: null });
}
