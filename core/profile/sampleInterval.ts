import { medianInterval } from './interval.ts';
import { percentile } from './stats.ts';

export interface TypicalTime {
  /** Mean over the samples of the median of each. With one sample, its median. */
  readonly ms: number;
  /** The wider half of its 95 % confidence interval, in percent of it; 100 where nothing can be said yet. */
  readonly percent: number;
  /** Every sample has runs enough for an interval of 95 %. */
  readonly sure: boolean;
}

/** Below this many independent runs no two order statistics hold the median with 95 % (2 · 0.5^6 = 3 %). */
const leastRuns = 6;

/**
 * How well the typical time is known, from the times of each sample.
 *
 * Not the interval of the median of all times together: samples of 5 ms and 50 ms put that median into the hole between
 * them, where it jumps from one side to the other however many runs there are. What more runs do make sure is the
 * median of each sample; those are independent, so the half-widths of their intervals add up as standard errors do
 * (stratified sampling; Cochran, Sampling Techniques, 5.3).
 */
export function typicalTime(timesOfSamples: readonly ArrayLike<number>[]): TypicalTime {
  const tried = timesOfSamples.filter((times) => times.length > 0);
  if (tried.length === 0) return { ms: 0, percent: 100, sure: false };
  let sum = 0;
  let above = 0;
  let below = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (const times of tried) {
    const median = percentile(Float64Array.from(times).sort(), 0.5);
    const { low, high, effective } = medianInterval(times);
    sum += median;
    above += (high - median) ** 2;
    below += (median - low) ** 2;
    fewest = Math.min(fewest, Math.floor(effective));
  }
  const known = fewest > 1 && sum > 0;
  return {
    ms: sum / tried.length,
    percent: known ? Math.min(100, (100 * Math.sqrt(Math.max(above, below))) / sum) : 100,
    sure: fewest >= leastRuns && tried.length === timesOfSamples.length,
  };
}
