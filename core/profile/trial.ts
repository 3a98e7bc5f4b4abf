import { type ProblemData, toProblemData } from '../problems/problem.ts';
import type { TrialSettings } from './bench.ts';
import { compareRounds } from './compare.ts';
import { shuffled } from './random.ts';

export interface TrialParts {
  readonly variants: number;
  readonly samples: number;
  /** Runs one variant on one sample to its end, and gives the milliseconds it took. */
  readonly runOnce: (variant: number, sample: number) => Promise<number>;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal?: AbortSignal;
  /** Rounds whose times are thrown away: caches are still another variant's. */
  readonly warmUpRounds?: number;
  readonly onRound?: (round: TrialRound) => void;
}
export interface TrialRound {
  readonly rounds: number;
  /** 0 to 1: of the most rounds or of the budget, whichever is nearer its end. */
  readonly done: number;
  readonly wallMs: readonly (readonly number[])[];
}
export interface TrialTimes {
  /** Variant by variant: entry i of each was run in round i, on the same sample. A variant that failed has fewer. */
  readonly wallMs: readonly (readonly number[])[];
  readonly problems: readonly (ProblemData | null)[];
  readonly rounds: number;
  readonly stoppedBy: 'clear' | 'budget' | 'count' | 'cancelled' | 'failed';
}

/** Between looks, at least so many more rounds as a share of those there are. */
const lookGrowth = 1.2;
/**
 * To end before the last round takes this much: with many looks at 5 % two equal variants would too often seem to differ at
 * one of them, at 0.1 % hardly ever (Haybittle 1971, Peto et al. 1976).
 */
const earlySignificance = 0.001;

/**
 * Runs variants in turns, in a new order each round, each round on one sample (all samples in a new order before one comes
 * again). Ends when every verdict against the first variant is clear, or the most rounds or the budget is spent. A variant
 * that fails is told and left out of the rounds that follow; when the first fails, the next that works takes its part.
 */
export async function runTrial(settings: TrialSettings, parts: TrialParts): Promise<TrialTimes> {
  const wallMs: number[][] = Array.from({ length: parts.variants }, () => []);
  const problems: (ProblemData | null)[] = Array.from({ length: parts.variants }, () => null);
  const began = parts.now();
  const warmUp = parts.warmUpRounds ?? 2;
  let rounds = -warmUp;
  let nextLook = Math.max(settings.minRuns, parts.samples);
  let samples: readonly number[] = [];
  const end = (stoppedBy: TrialTimes['stoppedBy']): TrialTimes => ({
    wallMs,
    problems,
    rounds: Math.max(0, rounds),
    stoppedBy,
  });
  for (;;) {
    if (parts.signal?.aborted) return end('cancelled');
    const left = [...wallMs.keys()].filter((variant) => problems[variant] === null);
    if (left.length === 0) return end('failed');
    if (rounds >= settings.maxRuns) return end('count');
    const spent = parts.now() - began;
    // At least one round, whatever it costs; no further one that would most likely end after the budget.
    if (rounds > 0 && spent + spent / (rounds + warmUp) > settings.budgetMs) return end('budget');
    if (rounds >= nextLook) {
      if (left.length > 1 && allClear(left.map((variant) => wallMs[variant]))) return end('clear');
      nextLook = Math.ceil(rounds * lookGrowth);
    }
    if (samples.length === 0) samples = shuffled([...Array(parts.samples).keys()], parts.random);
    const [sample, ...later] = samples;
    samples = later;
    const times: (readonly [number, number])[] = [];
    for (const variant of shuffled(left, parts.random)) {
      try {
        times.push([variant, await parts.runOnce(variant, sample)]);
      } catch (error) {
        // A run that was broken off is nobody's fault, and its round is not whole.
        if (parts.signal?.aborted) return end('cancelled');
        problems[variant] = toProblemData(error);
      }
    }
    if (rounds >= 0) for (const [variant, ms] of times) wallMs[variant].push(ms);
    rounds++;
    const done = Math.max(rounds / settings.maxRuns, (parts.now() - began) / settings.budgetMs);
    parts.onRound?.({ rounds: Math.max(0, rounds), done: Math.min(1, Math.max(0, done)), wallMs });
  }
}

/** Every variant's verdict against the first would stand, though it was looked at more than once. */
function allClear([first, ...others]: readonly (readonly number[])[]): boolean {
  return others.every((other) => {
    const { verdict, p } = compareRounds(first, other).p50;
    return verdict === 'same' || (verdict !== 'unsure' && p < earlySignificance);
  });
}
