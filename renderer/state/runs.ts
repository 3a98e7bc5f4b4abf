import { devices } from '../../core/define/host.ts';
import type { RunInput, RunSummary, StudioEvent } from '../../core/studio/api.ts';
import { onChecked } from './checks.ts';
import { type RunView, setState, state } from './state.ts';
import { sayProblem } from './toasts.ts';

/** What feeds the public inputs of the next run, by public name; an input left out uses the sample in its node. */
export const runInputs = new Map<string, RunInput>();

/** Runs to the nodes named, or all that can run. A run under way makes room. */
export async function startRun(targets: readonly string[] = []): Promise<void> {
  const { session, document, api, device, fused } = state();
  if (session === null || document.nodes.length === 0) return;
  try {
    await api.call('startRun', {
      session: session.id,
      document,
      ...(runInputs.size > 0 ? { inputs: Object.fromEntries(runInputs) } : {}),
      ...(targets.length > 0 ? { targets: [...targets] } : fused ? { fused } : {}),
      ...knownDevice(device),
    });
  } catch (error) {
    sayProblem(error);
  }
}

/** One run per medium, all for the public input named. */
export async function startBatch(
  items: readonly { readonly name: string; readonly inputs: Readonly<Record<string, RunInput>> }[],
): Promise<void> {
  const { session, document, api, device, fused } = state();
  if (session === null) return;
  try {
    await api.call('startBatch', {
      session: session.id,
      document,
      items: [...items],
      ...knownDevice(device),
      ...(fused ? { fused } : {}),
    });
  } catch (error) {
    sayProblem(error);
  }
}

export async function cancelRun(): Promise<void> {
  const { run, api } = state();
  if (run?.phase === 'running') await api.call('cancelRun', { run: run.run }).catch(sayProblem);
}

/** The run whose values are shown: the one chosen, or the newest that has any. */
export function shownRunOf({
  runs,
  shownRun,
}: {
  readonly runs: readonly RunSummary[];
  readonly shownRun: string | null;
}): RunSummary | null {
  return runs.find((run) => run.run === shownRun) ?? runs[0] ?? null;
}

export function setLive(live: boolean): void {
  setState({ live });
  if (live) void startRun();
}

/** Live: a run follows every change that was checked. */
export function followLive(): () => void {
  let ran: unknown = null;
  return onChecked(() => {
    const { live, document } = state();
    if (!live || document === ran) return;
    ran = document;
    void startRun();
  });
}

/** Takes an event of the back end into the state. */
export function heardRun(event: StudioEvent): void {
  const { session, run } = state();
  if (!('session' in event) || event.session !== session?.id) return;
  if (event.event === 'runStarted') setState({ run: begun(event.run, run) });
  else if (event.event === 'runNode' && run?.run === event.run) {
    const { node, state: nodeState, items, atMs } = event;
    setState({ run: { ...run, nodes: { ...run.nodes, [node]: { state: nodeState, items, atMs } } } });
  } else if (event.event === 'runNote' && run?.run === event.run) {
    const notes = { ...run.notes, [event.node]: { ...run.notes[event.node], [event.name]: event.value } };
    setState({ run: { ...run, notes } });
  } else if (event.event === 'runEnded') ended(event.summary, run);
  else if (event.event === 'batch') batchMoved(event, run);
}

function begun(id: string, before: RunView | null): RunView {
  const batch = before?.run === id ? before.batch : null;
  return { run: id, phase: 'running', startedAt: Date.now(), nodes: {}, notes: {}, summary: null, batch };
}

function ended(summary: RunSummary, run: RunView | null): void {
  const runs = [summary, ...state().runs.filter((r) => r.run !== summary.run)].slice(0, 6);
  const mine = run?.run === summary.run;
  setState({
    runs,
    ...(summary.batchItem === undefined ? { shownRun: null } : {}),
    ...(mine && run ? { run: { ...run, phase: summary.phase, summary } } : {}),
  });
}

function batchMoved(event: Extract<StudioEvent, { event: 'batch' }>, run: RunView | null): void {
  const base: RunView = run?.run === event.run ? run : begun(event.run, null);
  const rows = [...(base.batch?.rows ?? []), ...(event.last === null ? [] : [event.last])];
  const { done, failed, total, leftMs, phase } = event;
  setState({ run: { ...base, phase, batch: { done, failed, total, leftMs, rows } } });
}

function knownDevice(device: string) {
  const known = devices.find((d) => d === device);
  return known === undefined ? {} : { device: known };
}
