import { devices } from '../../core/define/host.ts';
import { type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { SearchLimit } from '../../core/profile/search.ts';
import type { JobKind, StudioArgs, StudioEvent } from '../../core/studio/api.ts';
import { batchItems } from '../commands/libraryBatch.ts';
import { setState, state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';
import { keptSettings } from './kept.ts';
import { type Job, profiling, resetProfiling, setProfiling } from './profileState.ts';
import { openProfile, refreshProfiles } from './profiles.ts';

/** What the profiler can be set to: measuring, load, advice, search, comparing. One at a time. */

/** Measures the document as it stands, and shows it. */
export async function startProfile(): Promise<void> {
  const { session, document, device, fused } = state();
  if (session === null || document.nodes.length === 0) return;
  if (profiling().session !== session.id) resetProfiling(session.id);
  setState({ screen: 'profile' });
  const known = devices.find((d) => d === device);
  await startJob('profile', async () => ({
    method: 'startProfile',
    args: {
      session: session.id,
      document,
      ...(known === undefined ? {} : { device: known }),
      ...(await chosenSamples()),
      settings: keptSettings(),
      ...(fused ? { fused } : {}),
    },
  }));
}

export async function startLoad(settings: StudioArgs<'startLoad'>['settings']): Promise<void> {
  await onCurrent('load', async (session, profile) => ({
    method: 'startLoad',
    args: { session, profile, settings, ...(await chosenSamples()) },
  }));
}

export async function startAdvice(): Promise<void> {
  await onCurrent('advice', async (session, profile) => ({
    method: 'startAdvice',
    args: { session, profile, ...(await chosenSamples()) },
  }));
}

export async function startSearch(
  limit: SearchLimit,
  options: Pick<StudioArgs<'startSearch'>, 'budgetMs' | 'knobs' | 'maxDifference'>,
): Promise<void> {
  await onCurrent('search', async (session, profile) => ({
    method: 'startSearch',
    args: { session, profile, limit, ...options, ...(await chosenSamples()) },
  }));
}

/** The profile's document and the one on the screen, in turns: what one edit did. */
export async function startCompare(): Promise<void> {
  const { document } = state();
  await onCurrent('compare', async (session, profile) => ({
    method: 'startCompare',
    args: { session, profile, document, ...(await chosenSamples()) },
  }));
}

export async function cancelJob(): Promise<void> {
  const { job } = profiling();
  if (job === null || job.job === '' || job.cancelling) return;
  setProfiling({ job: { ...job, cancelling: true, words: 'Stopping…' } });
  await state().api.call('cancelJob', { job: job.job }).catch(sayProblem);
}

type StartMethod =
  | 'startProfile'
  | 'startLoad'
  | 'startAdvice'
  | 'startSearch'
  | 'startCompare'
  | 'startShrink'
  | 'startFusedCompare'
  | 'startCompile'
  | 'startExportPlan'
  | 'startExport';
type Start = { readonly [M in StartMethod]: { readonly method: M; readonly args: StudioArgs<M> } }[StartMethod];

async function onCurrent(kind: JobKind, make: (session: string, profile: string) => Promise<Start>): Promise<void> {
  const { session } = state();
  const { current } = profiling();
  if (session === null || current === null) return;
  await startJob(kind, () => make(session.id, current.id));
}

/** Begins a job whose arguments are made first; does nothing while there is another. */
export async function startJob(kind: JobKind, make: () => Promise<Start>): Promise<void> {
  if (profiling().job !== null) return;
  const { [kind]: _, ...failures } = profiling().failures;
  const job: Job = { job: '', kind, done: 0, words: 'Beginning…', startedAt: Date.now(), cancelling: false };
  setProfiling({ job, failures, comparison: null });
  try {
    const { method, args } = await make();
    const begun = await state().api.call(method, args);
    // Its end may have been told before this answer.
    const now = profiling().job;
    if (now?.job === '') setProfiling({ job: { ...now, job: begun.job } });
  } catch (error) {
    setProfiling({ job: null });
    fail(kind, 'failed', toProblemData(error, 'internal'));
  }
}

/** Takes an event of the back end into the state. */
export function heardJob(event: StudioEvent): void {
  if (event.event === 'engineEnded' || !('session' in event)) return;
  if (event.session !== profiling().session || event.session !== state().session?.id) return;
  if (event.event === 'job') {
    const { job, kind, done, words } = event;
    const before = profiling().job;
    const startedAt = before?.kind === kind ? before.startedAt : Date.now();
    const cancelling = before?.job === job && before.cancelling;
    setProfiling({ job: { job, kind, done, words: cancelling ? 'Stopping…' : words, startedAt, cancelling } });
  } else if (event.event === 'jobEnded') ended(event);
}

function ended(event: Extract<StudioEvent, { event: 'jobEnded' }>): void {
  setProfiling({ job: null, ...(event.comparison === null ? {} : { comparison: event.comparison }) });
  if (event.phase !== 'done') fail(event.kind, event.phase, event.problem);
  void refreshProfiles();
  // A profile that was cancelled half way is kept with what it has.
  if (event.profile !== null) void openProfile(event.profile);
}

function fail(kind: JobKind, phase: 'failed' | 'cancelled', problem: ProblemData | null): void {
  const cancelled = phase === 'cancelled' || problem?.code === 'cancelled';
  setProfiling({
    failures: { ...profiling().failures, [kind]: { phase: cancelled ? 'cancelled' : 'failed', problem } },
  });
  // Where its result would be it is said already.
  const { screen, dialog, bottom } = state();
  const seen =
    kind === 'shrink' || kind === 'compile'
      ? dialog?.dialog === kind
      : kind === 'exportPlan' || kind === 'export'
        ? screen === 'export'
        : screen === 'profile' || (kind === 'fused' && bottom === 'compiled');
  if (!cancelled && problem !== null && !seen) toast({ tone: 'error', text: problem.message, fix: problem.fix });
}

/** The media sets of the library that the pipeline's inputs take. */
export async function readLibrary(): Promise<void> {
  const { session, api, document, specs } = state();
  if (session === null) return;
  try {
    const { items } = await api.call('library', { session: session.id });
    if (profiling().session === session.id) setProfiling({ library: batchItems(document, specs, items) });
  } catch (error) {
    sayProblem(error);
  }
}

export async function chosenSamples(): Promise<Pick<StudioArgs<'startProfile'>, 'samples'>> {
  const { samples: choice } = profiling();
  if (choice.on === 'own') return {};
  await readLibrary();
  const { library } = profiling();
  const one = choice.on === 'one' ? choice.name : null;
  const sets = (library ?? []).filter((set) => one === null || set.name === one);
  return sets.length === 0 ? {} : { samples: sets.slice(0, 1000) };
}
