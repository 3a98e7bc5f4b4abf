import { difference, interleavedSettings } from './compare.ts';
import type { Difference } from './comparison.ts';
import type { LoadPoint } from './load.ts';
import type { LogRatio } from './significance.ts';

/**
 * The most requests a second of two sides, over the numbers of clients that were tried. More is `faster`, and the ratio
 * above 1. Requests of a closed loop come like a renewal process: how many come in a time varies by the deviation of
 * their times over the mean, over the root of their number (Cox 1962); doubled, for neighbours in time are alike.
 */
export function throughputDifference(before: readonly LoadPoint[], after: readonly LoadPoint[]): Difference | null {
  const [a, b] = [most(before), most(after)];
  if (a === null || b === null) return null;
  const estimate = Math.log(b.throughput / a.throughput);
  const error = 2 * Math.hypot(countError(a), countError(b));
  const p = normalTail(Math.abs(estimate) / error);
  const ratio: LogRatio = { estimate, low: estimate - 1.96 * error, high: estimate + 1.96 * error, p };
  const told = difference(a.throughput, b.throughput, ratio, interleavedSettings.floor, true);
  // The test knows times, of which less is better.
  const verdict = told.verdict === 'faster' ? 'slower' : told.verdict === 'slower' ? 'faster' : told.verdict;
  return { ...told, verdict };
}

/** The point with most requests a second among those that did not fall behind. */
export function most(points: readonly LoadPoint[]): LoadPoint | null {
  const sound = points.filter((point) => point.throughput > 0 && !point.saturated);
  return sound.reduce<LoadPoint | null>(
    (best, p) => (best === null || p.throughput > best.throughput ? p : best),
    null,
  );
}

function countError({ latency }: LoadPoint): number {
  if (latency.count < 2 || latency.mean <= 0) return 1;
  // A loop never is as regular as its own times seem in a short while.
  return Math.max(0.1, latency.deviation / latency.mean) / Math.sqrt(latency.count);
}

/** P(|Z| >= z) of the standard normal distribution (Abramowitz and Stegun 7.1.26; off by less than 2e-7). */
function normalTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.min(1, series * Math.exp(-x * x));
}
