import { percentile } from './stats.ts';

export interface MedianInterval {
  readonly low: number;
  readonly high: number;
  /** How many independent runs the runs are worth. */
  readonly effective: number;
}

/**
 * Confidence interval of the median between two order statistics, free of any assumption about how times are spread
 * (exact binomial, Conover, Practical Nonparametric Statistics, 3.2). Runs of one process follow each other's mood, so
 * they count as `effectiveCount` independent ones. Under six of those no two order statistics reach 95 %: the interval is
 * then all that was seen. Empty input gives NaN.
 */
export function medianInterval(times: ArrayLike<number>, confidence = 0.95): MedianInterval {
  const sorted = Float64Array.from(times).sort();
  const n = sorted.length;
  if (n === 0) return { low: Number.NaN, high: Number.NaN, effective: 0 };
  const effective = effectiveCount(times, percentile(sorted, 0.5));
  const m = Math.max(1, Math.floor(effective));
  const rank = lowestRank(m, (1 - confidence) / 2);
  // The same share of the values lies outside as would of m independent ones.
  const below = Math.floor((n + 1) / 2 - (n / m) * ((m + 1) / 2 - rank));
  const low = Math.min(Math.max(below, 1), Math.ceil(n / 2));
  return { low: sorted[low - 1], high: sorted[n - low], effective };
}

/**
 * How many independent values a series is worth to its median: n / (1 + 2 Σ ρ), ρ the autocorrelation of the signs around
 * the median, for these decide how a quantile varies (Sen 1968; Heidelberger and Lewis 1984). The sum ends where Geyer's
 * initial monotone sequence does (Geyer 1992), and ρ is corrected for the bias of short series (Kendall 1954). Never more
 * than n.
 */
export function effectiveCount(times: ArrayLike<number>, median: number): number {
  const n = times.length;
  if (n < 4) return n;
  const signs = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += signs[i] = Math.sign(times[i] - median);
  const mean = sum / n;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    signs[i] -= mean;
    variance += signs[i] * signs[i];
  }
  if (variance === 0) return n;
  const correlation = (lag: number): number => {
    let products = 0;
    for (let i = lag; i < n; i++) products += signs[i] * signs[i - lag];
    const raw = products / variance;
    return Math.min(1, raw + (1 + 3 * raw) / n);
  };
  let time = -1;
  let last = Number.POSITIVE_INFINITY;
  for (let lag = 0; lag + 1 < n / 2; lag += 2) {
    const pair = (lag === 0 ? 1 : correlation(lag)) + correlation(lag + 1);
    if (pair <= 0) break;
    last = Math.min(last, pair);
    time += 2 * last;
  }
  return n / Math.max(1, time);
}

/** Largest r with P(Bin(n, 1/2) < r) at most `tail`; 0 when even P(Bin = 0) is more. */
export function lowestRank(n: number, tail: number): number {
  // Term by term from 2^-n, in logarithms: n may be thousands.
  let logTerm = -n * Math.LN2;
  let cumulative = Math.exp(logTerm);
  let rank = 0;
  while (cumulative <= tail && rank < n / 2) {
    rank++;
    logTerm += Math.log((n - rank + 1) / rank);
    cumulative += Math.exp(logTerm);
  }
  return rank;
}
