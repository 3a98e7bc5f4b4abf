import { difference, interleavedSettings } from './compare.ts';
import type { Difference } from './comparison.ts';
import type { LoadPoint } from './load.ts';
import type { LogRatio } from './significance.ts';
import { studentQuantile, studentTail } from './student.ts';

/** With fewer rounds of load than this nothing is told. */
export const leastLoadRounds = 5;

/**
 * Requests a second of two sides, each at the number of clients where it gives most. More is `faster`, and the ratio
 * above 1. Rounds of load in turns (the same number of clients again and again) are held against each other round by
 * round, so that what the machine did to both falls out. With fewer rounds than a test needs it is `unsure`. Null when
 * one side was not measured.
 */
export function throughputDifference(before: readonly LoadPoint[], after: readonly LoadPoint[]): Difference | null {
  const [a, b] = [bestLevel(before), bestLevel(after)];
  if (a === null || b === null) return null;
  const rounds = Math.min(a.length, b.length);
  const enough = rounds >= leastLoadRounds;
  // The test knows times, of which less is better: requests a second are turned over for it.
  const ratio: LogRatio = enough
    ? meanRatio(Array.from({ length: rounds }, (_, i) => Math.log(a[i] / b[i])))
    : {
        estimate: Math.log(middle(a) / middle(b)),
        low: Number.NEGATIVE_INFINITY,
        high: Number.POSITIVE_INFINITY,
        p: 1,
      };
  const told = difference(1 / middle(a), 1 / middle(b), ratio, interleavedSettings.floor, enough);
  return {
    ...told,
    before: middle(a),
    after: middle(b),
    ratio: 1 / told.ratio,
    low: 1 / told.high,
    high: 1 / told.low,
  };
}

/**
 * Student's paired test of logarithms. Ranks would be surer of their ground, but eight of them cannot tell anything below
 * 0.8 %, and among many candidates less is needed; a round that was disturbed only widens this one.
 */
function meanRatio(logs: readonly number[]): LogRatio {
  const n = logs.length;
  const estimate = logs.reduce((sum, log) => sum + log, 0) / n;
  const error = Math.sqrt(logs.reduce((sum, log) => sum + (log - estimate) ** 2, 0) / (n - 1) / n);
  if (error === 0) return { estimate, low: estimate, high: estimate, p: estimate === 0 ? 1 : 0 };
  const half = studentQuantile(n - 1, 0.95) * error;
  const p = studentTail(Math.abs(estimate) / error, n - 1);
  return { estimate, low: estimate - half, high: estimate + half, p };
}

/** Requests a second, round by round, with as many clients as give most. A round that broke down counts as next to nothing. */
function bestLevel(points: readonly LoadPoint[]): readonly number[] | null {
  const levels = new Map<number, number[]>();
  for (const { level, throughput, saturated } of points) {
    const rounds = levels.get(level) ?? [];
    rounds.push(saturated ? 0 : throughput);
    levels.set(level, rounds);
  }
  let best: readonly number[] | null = null;
  for (const rounds of levels.values())
    if (middle(rounds) > 0 && (best === null || middle(rounds) > middle(best))) best = rounds;
  return best?.map((throughput) => Math.max(throughput, 1e-6)) ?? null;
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
