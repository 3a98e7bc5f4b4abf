import { effectiveCount } from './interval.ts';
import { percentile } from './stats.ts';
import { studentQuantile, studentTail } from './student.ts';

/** A logarithm of a ratio, how far it may be off (95 %), and how likely one as large is when both are equal. */
export interface LogRatio {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
}

/** Where a series stands in the middle of its noise: a logarithm with its standard error, and what the error rests on. */
export interface Level {
  readonly log: number;
  readonly error: number;
  /** Degrees of freedom of the error; 0: too few runs to know it. */
  readonly freedom: number;
  /** What a noisy machine may have drifted by without its showing in so short a series. */
  readonly allowance: number;
}

const mostPairs = 60;
/** So few tell nothing of how they hang together. */
const leastPairs = 10;
const mostBlocks = 16;
/**
 * Drift slower than a series cannot show in it, and machines whose single runs spread also drift: beside what is seen, the
 * level is taken to be off by so many standard errors of independent runs. From simulated machines: with it two identical
 * profiles differ in no more than 1 of 20 even where 60 runs meet a drift that takes 60.
 */
const unseenErrors = 2.5;

/**
 * Wilcoxon's signed-rank test (1945) of paired differences of logarithms, exact, with Hodges and Lehmann's estimate and
 * the interval of Walsh averages that goes with it (1963). Neighbouring rounds that lean alike are first taken together,
 * by their median, so that what is tested is independent.
 */
export function pairedRatio(differences: readonly number[], confidence = 0.95): LogRatio {
  const values = independentBatches(differences);
  const n = values.length;
  const walsh = new Float64Array((n * (n + 1)) / 2);
  let above = 0;
  let at = 0;
  for (let i = 0; i < n; i++)
    for (let j = i; j < n; j++) {
      const average = (values[i] + values[j]) / 2;
      walsh[at++] = average;
      above += average > 0 ? 1 : average === 0 ? 0.5 : 0;
    }
  walsh.sort();
  const cumulative = signedRankCumulative(n);
  const p = Math.min(1, 2 * cumulative[Math.floor(Math.min(above, walsh.length - above))]);
  let rank = 0;
  while (rank < walsh.length / 2 && cumulative[rank] <= (1 - confidence) / 2) rank++;
  // Too few for any interval of this confidence: all that was seen, widened to "anything".
  if (rank === 0)
    return { estimate: percentile(walsh, 0.5), low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, p };
  return { estimate: percentile(walsh, 0.5), low: walsh[rank - 1], high: walsh[walsh.length - rank], p };
}

/** P(W <= w) of the signed-rank statistic of n pairs when neither side is larger, for every w. */
function signedRankCumulative(n: number): Float64Array {
  const size = (n * (n + 1)) / 2 + 1;
  const chance = new Float64Array(size);
  chance[0] = 1;
  for (let rank = 1; rank <= n; rank++)
    for (let w = (rank * (rank + 1)) / 2; w >= 0; w--) chance[w] = (chance[w] + (w >= rank ? chance[w - rank] : 0)) / 2;
  for (let w = 1; w < size; w++) chance[w] += chance[w - 1];
  return chance;
}

/** Medians of neighbours, as many together as it takes to make them independent. */
function independentBatches(values: readonly number[]): readonly number[] {
  const n = values.length;
  const middle = percentile(Float64Array.from(values).sort(), 0.5);
  const count = Math.min(n, Math.max(leastPairs, Math.min(mostPairs, Math.floor(effectiveCount(values, middle)))));
  return Array.from({ length: count }, (_, i) =>
    percentile(
      Float64Array.from(values.slice(Math.floor((i * n) / count), Math.floor(((i + 1) * n) / count))).sort(),
      0.5,
    ),
  );
}

/** Two levels against each other: Welch's t with Satterthwaite's degrees of freedom. `session`: what two processes differ by for no reason. */
export function levelRatio(before: Level, after: Level, session: number, confidence = 0.95): LogRatio {
  const estimate = after.log - before.log;
  if (before.freedom < 1 || after.freedom < 1)
    return { estimate, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, p: 1 };
  const [a, b] = [before.error ** 2, after.error ** 2];
  // Allowances are known, not estimated: their degrees of freedom have no end.
  const variance = a + b + 2 * session ** 2 + before.allowance ** 2 + after.allowance ** 2;
  const estimated = a ** 2 / before.freedom + b ** 2 / after.freedom;
  const freedom = Math.min(1e6, estimated === 0 ? 1e6 : variance ** 2 / estimated);
  const error = Math.sqrt(variance);
  const half = studentQuantile(freedom, confidence) * error;
  const p = error === 0 ? (estimate === 0 ? 1 : 0) : studentTail(Math.abs(estimate) / error, freedom);
  return { estimate, low: estimate - half, high: estimate + half, p };
}

/**
 * Where a series in its order of time stands, with an error that knows about moods and drift: the spread of the medians of
 * up to sixteen blocks of time (batch medians; Law, Simulation Modeling and Analysis, 9.5.3), which wander with the machine.
 */
export function medianLevel(values: ArrayLike<number>): Level {
  const logs = Float64Array.from(values, Math.log);
  const log = percentile(logs.slice().sort(), 0.5);
  const medians = blockMedians(logs);
  // Deviations from the median: 1.4826 times their median is the standard deviation where nothing stalls.
  const spread = 1.4826 * percentile(logs.map((x) => Math.abs(x - log)).sort(), 0.5);
  const allowance = (unseenErrors * spread) / Math.sqrt(Math.max(1, logs.length));
  if (medians.length < 4) return { log, error: 0, freedom: 0, allowance };
  const mean = medians.reduce((a, b) => a + b, 0) / medians.length;
  const squares = medians.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const independent = independentBlocks(medians);
  return { log, error: Math.sqrt(squares / (medians.length - 1) / independent), freedom: independent - 1, allowance };
}

/** A far quantile, whose blocks would be too short for a quantile of their own: by resampled blocks of time. */
export function quantileLevel(values: ArrayLike<number>, quantile: number, random: () => number): Level {
  const logs = Float64Array.from(values, Math.log);
  return resampledLevel(logs, random, resampledQuantile(logs, quantile));
}

/** How a far quantile differs between two variants that ran in turns: rounds are resampled together, so that their drift goes. */
export function quantileRatioInTurns(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  quantile: number,
  random: () => number,
): LogRatio {
  const [a, b] = [Float64Array.from(before, Math.log), Float64Array.from(after, Math.log)];
  const [ofA, ofB] = [resampledQuantile(a, quantile), resampledQuantile(b, quantile)];
  const differences = b.map((log, i) => log - a[i]);
  const level = resampledLevel(differences, random, (indices) => ofB(indices) - ofA(indices));
  return levelRatio({ ...level, log: 0, error: 0 }, level, 0);
}

/** A quantile of a choice of the values. They are sorted once; a choice is counted, which is much faster than sorting it. */
function resampledQuantile(values: Float64Array, quantile: number): (indices: Int32Array | null) => number {
  const n = values.length;
  const order = Array.from(values.keys()).sort((i, j) => values[i] - values[j]);
  const sorted = Float64Array.from(order, (i) => values[i]);
  const rank = new Int32Array(n);
  order.forEach((i, at) => {
    rank[i] = at;
  });
  const counts = new Int32Array(n);
  const at = (n - 1) * quantile;
  return (indices) => {
    if (indices === null) return percentile(sorted, quantile);
    counts.fill(0);
    for (const i of indices) counts[rank[i]]++;
    // From the top, for the quantile is far up: `above` of the choice lie beyond rank r.
    let [above, r] = [0, n - 1];
    const valueAt = (k: number): number => {
      while (n - above - counts[r] > k) above += counts[r--];
      return sorted[r];
    };
    const high = valueAt(Math.min(Math.floor(at) + 1, n - 1));
    const low = valueAt(Math.floor(at));
    return low + (high - low) * (at - Math.floor(at));
  };
}

/** The circular block bootstrap (Politis and Romano 1992). `logs` only say how independent the blocks are. */
function resampledLevel(
  logs: Float64Array,
  random: () => number,
  statistic: (indices: Int32Array | null) => number,
): Level {
  const n = logs.length;
  const log = statistic(null);
  const medians = blockMedians(logs);
  // Its own wandering tells enough: far quantiles are never known well.
  const allowance = 0;
  if (medians.length < 4) return { log, error: 0, freedom: 0, allowance };
  const length = Math.ceil(n / medians.length);
  const indices = new Int32Array(n);
  const rounds = 200;
  let [sum, squares] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < n; at += length) {
      const from = Math.floor(random() * n);
      for (let i = 0; i < length && at + i < n; i++) indices[at + i] = (from + i) % n;
    }
    const off = statistic(indices) - log;
    sum += off;
    squares += off * off;
  }
  const deviation = Math.sqrt(Math.max(0, squares / rounds - (sum / rounds) ** 2));
  const independent = independentBlocks(medians);
  return { log, error: deviation * Math.sqrt(medians.length / (independent - 1)), freedom: independent - 1, allowance };
}

function blockMedians(logs: Float64Array): readonly number[] {
  const n = logs.length;
  const count = Math.min(mostBlocks, Math.floor(n / 5));
  return Array.from({ length: count }, (_, i) =>
    percentile(logs.slice(Math.floor((i * n) / count), Math.floor(((i + 1) * n) / count)).sort(), 0.5),
  );
}

/** How many independent blocks the blocks are worth, by their lag-1 correlation (an AR(1) process; Bayley and Hammersley 1946). */
function independentBlocks(medians: readonly number[]): number {
  const n = medians.length;
  const mean = medians.reduce((a, b) => a + b, 0) / n;
  let [products, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    squares += (medians[i] - mean) ** 2;
    if (i > 0) products += (medians[i] - mean) * (medians[i - 1] - mean);
  }
  if (squares === 0) return n;
  const raw = products / squares;
  const correlation = Math.min(0.9, Math.max(0, raw + (1 + 3 * raw) / n));
  return Math.max(3, (n * (1 - correlation)) / (1 + correlation));
}

/** Holm's step-down correction (1979): each p as it is when so many were tested together, in the order given. */
export function holm(ps: readonly number[]): readonly number[] {
  const order = [...ps.keys()].sort((a, b) => ps[a] - ps[b]);
  const corrected = [...ps];
  let most = 0;
  order.forEach((index, i) => {
    most = Math.max(most, Math.min(1, ps[index] * (ps.length - i)));
    corrected[index] = most;
  });
  return corrected;
}
