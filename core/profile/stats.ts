/** Milliseconds, or whatever the values were. Percentiles interpolate linearly between ranks (type 7 of Hyndman and Fan, 1996). */
export interface Stats {
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation; 0 for fewer than two values. */
  readonly deviation: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export const noStats: Stats = { count: 0, mean: 0, deviation: 0, min: 0, p50: 0, p90: 0, p95: 0, p99: 0, max: 0 };

/** Exact, of all values. */
export function statsOf(values: ArrayLike<number>): Stats {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  if (count === 0) return noStats;
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / count;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) ** 2;
  return {
    count,
    mean,
    deviation: count < 2 ? 0 : Math.sqrt(squares / (count - 1)),
    min: sorted[0],
    p50: percentile(sorted, 0.5),
    p90: percentile(sorted, 0.9),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    max: sorted[count - 1],
  };
}

/** Of values in ascending order; `p` from 0 to 1. */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}
