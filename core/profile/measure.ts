import type { Problem } from '../problems/problem.ts';
import type { ProfileSettings, WarmUp } from './profile.ts';
import { shuffled } from './random.ts';
import { typicalTime } from './sampleInterval.ts';
import { warmUpEnd } from './steady.ts';

/** The machine, as the loops that measure see it. */
export interface Loop {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Samples that can be run still; one that fails is taken out, and its problem kept. */
  readonly samples: RunnableSamples;
  /** Runs a sample once and answers how long that took. Rejects with its problem, or when the signal is aborted. */
  readonly runOnce: (sample: number) => Promise<number>;
}

/** What becomes of the samples: those that cannot be run drop out, the others go on. */
export class RunnableSamples {
  readonly #left: Set<number>;
  readonly #problems = new Map<number, Problem>();

  constructor(count: number) {
    this.#left = new Set(Array.from({ length: count }, (_, index) => index));
  }

  left(): readonly number[] {
    return [...this.#left];
  }

  has(sample: number): boolean {
    return this.#left.has(sample);
  }

  problems(): ReadonlyMap<number, Problem> {
    return this.#problems;
  }

  /** Throws the first problem of all when none is left. */
  drop(sample: number, problem: Problem): void {
    this.#left.delete(sample);
    this.#problems.set(sample, problem);
    if (this.#left.size > 0) return;
    const [first] = this.#problems.values();
    throw first;
  }
}

/** Fewer runs than this are no warm-up, however even they look: caches, lazy code and the compiler take a few. */
const leastWarmUp = 10;
const mostWarmUp = 500;

/**
 * Runs until times are steady, on one sample, since only times of one sample can be held against each other; then each
 * of the others once, for buffers of their size and to find those that fail. `untilMs`: by `Loop.now`.
 */
export async function warmUp(loop: Loop, untilMs: number, { toProblem, onRun }: WarmUpListeners): Promise<WarmUp> {
  const { now, samples, signal } = loop;
  const startMs = now();
  const times: number[] = [];
  let runs = 0;
  let steady = false;
  let first = samples.left()[0];
  while (!steady && runs < mostWarmUp && now() < untilMs && !signal.aborted) {
    const ms = await tryOnce(loop, first, toProblem);
    if (signal.aborted) break;
    if (ms === null) {
      // Another sample, another level: the test begins anew.
      times.length = 0;
      first = samples.left()[0];
      continue;
    }
    runs++;
    onRun?.(runs);
    times.push(ms);
    steady = times.length >= leastWarmUp && warmUpEnd(times) !== null;
  }
  for (const sample of samples.left()) {
    if (now() >= untilMs || signal.aborted) break;
    if (sample !== first && (await tryOnce(loop, sample, toProblem)) !== null) runs++;
  }
  return { runs, ms: now() - startMs, endedBy: steady ? 'stable' : 'budget' };
}

interface WarmUpListeners {
  readonly toProblem: (error: unknown) => Problem;
  readonly onRun?: (runs: number) => void;
}

export interface TimedRun {
  readonly sample: number;
  readonly wallMs: number;
  /** When it began, by `Loop.now`. */
  readonly atMs: number;
}
export interface MeasuredRuns {
  readonly runs: readonly TimedRun[];
  readonly stoppedBy: 'interval' | 'budget' | 'count' | 'cancelled';
  readonly intervalPercent: number;
}
export interface MeasureSettings extends Pick<ProfileSettings, 'intervalPercent' | 'minRuns' | 'maxRuns'> {
  /** By `Loop.now`. At least one run is made all the same. */
  readonly untilMs: number;
}
export interface MeasureListeners {
  readonly toProblem: (error: unknown) => Problem;
  /** After each run; `known` as of the last look at all times. */
  readonly onRun?: (runs: number, known: { readonly ms: number; readonly percent: number }) => void;
}

/** Times are looked at again once their number has grown by this factor: looking at all after each run would take ever longer. */
const lookAgain = 1.05;

/**
 * Runs all samples in rounds, each round in a new order, so that what drifts meets all alike, until the typical time is
 * known well enough, or time, runs or patience are spent. Whether it is known is asked at the end of a round only: then
 * each sample has run as often as the others.
 */
export async function measureRuns(
  loop: Loop,
  settings: MeasureSettings,
  { toProblem, onRun = () => undefined }: MeasureListeners,
): Promise<MeasuredRuns> {
  const { now, samples, signal } = loop;
  const runs: TimedRun[] = [];
  const times = new Map<number, number[]>();
  let known = typicalTime([]);
  let looked = 0;
  let round: number[] = [];
  const look = (): void => {
    known = typicalTime(samples.left().map((sample) => times.get(sample) ?? []));
    looked = runs.length;
  };
  const ended = (stoppedBy: MeasuredRuns['stoppedBy']): MeasuredRuns => {
    look();
    return { runs, stoppedBy, intervalPercent: known.percent };
  };
  for (;;) {
    if (signal.aborted) return ended('cancelled');
    if (runs.length >= settings.maxRuns) return ended('count');
    if (runs.length > 0 && now() >= settings.untilMs) return ended('budget');
    if (round.length === 0) {
      if (runs.length >= settings.minRuns && runs.length >= looked * lookAgain) {
        look();
        if (known.sure && known.percent <= settings.intervalPercent) return ended('interval');
      }
      round = [...shuffled(samples.left(), loop.random)];
    }
    const sample = round.pop() as number;
    const atMs = now();
    const wallMs = await tryOnce(loop, sample, toProblem);
    if (wallMs === null) continue;
    runs.push({ sample, wallMs, atMs });
    const own = times.get(sample);
    if (own === undefined) times.set(sample, [wallMs]);
    else own.push(wallMs);
    onRun(runs.length, known);
  }
}

/** Null when it failed (the sample drops out then), or was cancelled. */
export async function tryOnce(
  loop: Loop,
  sample: number,
  toProblem: (error: unknown) => Problem,
): Promise<number | null> {
  try {
    return await loop.runOnce(sample);
  } catch (error) {
    if (!loop.signal.aborted) loop.samples.drop(sample, toProblem(error));
    return null;
  }
}
