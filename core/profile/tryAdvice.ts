import type { PipelineDocument } from '../graph/document.ts';
import { applyChanges } from '../graph/edit.ts';
import { Problem, toProblemData } from '../problems/problem.ts';
import type { Advice, Candidate } from './advice.ts';
import type { Bench, BenchListeners, BenchTarget, TrialOutcome, Variant } from './bench.ts';
import { together } from './combine.ts';
import { corrected, judged, ranked, untried } from './judgeAdvice.ts';
import { leastLoadRounds } from './trialDifference.ts';

export interface TryAsk {
  readonly document: PipelineDocument;
  readonly target: BenchTarget;
  readonly candidates: readonly Candidate[];
  readonly budgetMs: number;
  readonly seed: number;
  /** Median of a request of the document as it stands, in milliseconds: how long trials take is reckoned from it. */
  readonly wallMs: number;
  /** Clients at once when throughput is measured. */
  readonly clients: number;
  /** Puts files in place that a candidate needs. Rejects with a Problem. */
  readonly make?: (candidate: Candidate, signal?: AbortSignal) => Promise<void>;
  /** Whether a document may be tried: free of errors that the original has not. */
  readonly fits: (candidate: Pick<Candidate, 'changes' | 'makes'>) => boolean;
  readonly now: () => number;
  readonly listeners?: BenchListeners;
}

/** Candidates in one trial: enough to share the runs of the original, few enough that they meet the same machine. */
const atOnce = 4;
/** Rounds of load, all candidates in turns in each. */
const loadRounds = leastLoadRounds + 3;
const minRuns = 15;
const maxRuns = 300;
/** Left for those that helped, all together. */
const togetherShare = 0.2;

/**
 * Tries each candidate on a copy, in turns with the document as it stands, the first ones first, until the budget is
 * spent; then those that helped all together. What was not reached stays `untried`. Best first; what did not help stays
 * in the list with what was seen. Ends early, with what there is, when it is cancelled.
 */
export async function tryAll(ask: TryAsk, bench: Bench): Promise<readonly Advice[]> {
  const { candidates, listeners, now } = ask;
  const began = now();
  const found = new Map<string, Advice>();
  const cancelled = (): boolean => listeners?.signal?.aborted === true;
  const left = (): number => ask.budgetMs - (now() - began);
  const groups = grouped(candidates);
  for (const [index, group] of groups.entries()) {
    const reserve = groups.length > 1 || group.length > 1 ? togetherShare * ask.budgetMs : 0;
    const waiting = groups.slice(index).reduce((sum, { length }) => sum + length, 0);
    const budgetMs = ((left() - reserve) * group.length) / waiting;
    if (cancelled() || left() - reserve <= 0) break;
    for (const advice of await tryGroup(ask, bench, group, budgetMs, found.size / (candidates.length + 1)))
      found.set(advice.id, advice);
  }
  const advice = corrected(candidates.map((candidate) => found.get(candidate.id) ?? untried(candidate)));
  const all = cancelled() ? null : together(ask.document, ranked(advice), ask.fits);
  if (all === null || left() <= 0) return ranked(advice);
  return ranked([
    ...advice,
    ...(await tryGroup(ask, bench, [all], left(), candidates.length / (candidates.length + 1))),
  ]);
}

/** Neighbours in rank that aim at the same are tried at once; files are made for one candidate at a time. */
function grouped(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const groups: Candidate[][] = [];
  const open = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const group = open.get(candidate.aims);
    if (group !== undefined && group.length < atOnce) group.push(candidate);
    else {
      const next = [candidate];
      groups.push(next);
      open.set(candidate.aims, next);
    }
  }
  return groups;
}

async function tryGroup(
  ask: TryAsk,
  bench: Bench,
  group: readonly Candidate[],
  budgetMs: number,
  done: number,
): Promise<readonly Advice[]> {
  const failed: Advice[] = [];
  const ready: Candidate[] = [];
  for (const candidate of group) {
    const fault = await prepare(ask, candidate);
    if (fault === null) ready.push(candidate);
    else failed.push(fault);
  }
  if (ready.length === 0 || ask.listeners?.signal?.aborted) return failed;
  const share = group.length / (ask.candidates.length + 1);
  try {
    const outcomes = await bench.trial(
      ask.target,
      [{ name: 'before', document: ask.document }, ...ready.map((candidate) => variantOf(ask.document, candidate))],
      {
        minRuns,
        maxRuns: Math.max(minRuns, Math.min(maxRuns, Math.ceil(budgetMs / Math.max(0.1, ask.wallMs)))),
        budgetMs,
        concurrency: ready.some(({ aims }) => aims === 'throughput') ? Array<number>(loadRounds).fill(ask.clients) : [],
        seed: ask.seed,
      },
      {
        signal: ask.listeners?.signal,
        onProgress: (progress) =>
          ask.listeners?.onProgress?.({ ...progress, phase: 'trial', done: done + share * progress.done }),
      },
    );
    return [...failed, ...judgedAll(ready, outcomes)];
  } catch (error) {
    if (ask.listeners?.signal?.aborted) return failed;
    // One that takes the engine down must not take the others with it.
    if (ready.length === 1)
      return [...failed, { ...untried(ready[0]), problem: toProblemData(error), verdict: 'failed' }];
    const alone: Advice[] = [];
    for (const [i, candidate] of ready.entries())
      alone.push(
        ...(await tryGroup(ask, bench, [candidate], budgetMs / ready.length, done + (share * i) / ready.length)),
      );
    return [...failed, ...alone];
  }
}

/** Makes the files that it needs; what it comes to when they cannot be made, else null. */
async function prepare(ask: TryAsk, candidate: Candidate): Promise<Advice | null> {
  if (candidate.makes === undefined || candidate.makes.length === 0) return null;
  try {
    if (ask.make === undefined) {
      throw new Problem('file-missing', {
        message: `"${candidate.makes[0].path}" is not there yet, and nothing here can make it of "${candidate.makes[0].from}".`,
        fix: 'Make the file, or let the profiler of the studio or the command line try this.',
        where: { file: candidate.makes[0].path },
      });
    }
    await ask.make(candidate, ask.listeners?.signal);
    return null;
  } catch (error) {
    return { ...untried(candidate), problem: toProblemData(error), verdict: 'failed' };
  }
}

function variantOf(document: PipelineDocument, candidate: Candidate): Variant {
  return { name: candidate.id, document: applyChanges(document, candidate.changes) };
}

function judgedAll(candidates: readonly Candidate[], [before, ...others]: readonly TrialOutcome[]): readonly Advice[] {
  return candidates.map((candidate, i) => {
    const after = others[i];
    const problem = before?.problem ?? after?.problem ?? null;
    if (problem !== null) return { ...untried(candidate), problem, verdict: 'failed' };
    return before === undefined || after === undefined || after.wallMs.length === 0
      ? untried(candidate)
      : judged(candidate, before, after);
  });
}
