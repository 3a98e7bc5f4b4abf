import { effectiveCount } from './interval.ts';
import { percentile } from './stats.ts';

const largestBatch = 5;
/** Fewer runs than this say nothing about being steady. */
const leastSteady = 20;
/** A step by less than this share of the median is not worth waiting for. */
const floor = 0.02;
/** A step that is none costs a few runs; one that is missed spoils every figure. */
const significance = 0.1;

/**
 * Index from which the times no longer change their level: warm-up lies before it. Null while they still change, or
 * while too few runs are steady to say so.
 *
 * MSER-5 (White 1997) finds where what follows is told best, on medians of up to five rather than means, so that one
 * stall is not taken for a start. What it leaves is searched for a step or a trend by Pettitt's rank test (1979), corrected for
 * autocorrelation, and cut behind each that is found. A cut past the middle means, as with MSER: not steady yet.
 */
export function warmUpEnd(times: ArrayLike<number>): number | null {
  const n = times.length;
  let from = mserCut(times);
  while (n - from >= leastSteady && from <= n / 2) {
    const step = findStep(Float64Array.from({ length: n - from }, (_, i) => times[from + i]));
    if (step === null) return from;
    from += step;
  }
  return null;
}

/** The cut, in the first half, that makes the standard error of what follows least. */
function mserCut(times: ArrayLike<number>): number {
  const batchSize = Math.min(largestBatch, Math.max(1, Math.floor(times.length / 10)));
  const count = Math.floor(times.length / batchSize);
  const batches = Float64Array.from({ length: count }, (_, i) =>
    median(Float64Array.from({ length: batchSize }, (_, j) => times[i * batchSize + j])),
  );
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  let mean = 0;
  let squares = 0;
  // From the end (Welford), so that each cut costs one step. The last batches alone would always look steady.
  for (let i = count - 1, k = 1; i >= 0; i--, k++) {
    const delta = batches[i] - mean;
    mean += delta / k;
    squares += delta * (batches[i] - mean);
    const error = squares / (k * k);
    if (k >= count / 2 && error <= least) {
      least = error;
      best = i * batchSize;
    }
  }
  return best;
}

/** Where the level steps, most likely, when it does so beyond doubt and by more than the floor; null when it does not. */
function findStep(times: Float64Array): number | null {
  const n = times.length;
  const ranks = midRanks(times);
  let at = 0;
  let most = 0;
  let sum = 0;
  for (let t = 1; t < n; t++) {
    sum += ranks[t - 1];
    const u = Math.abs(2 * sum - t * (n + 1));
    if (u > most) {
      most = u;
      at = t;
    }
  }
  if (at === 0) return null;
  const before = median(times.slice(0, at));
  const after = median(times.slice(at));
  if (Math.abs(before - after) <= floor * median(times)) return null;
  // Step and slopes taken out: else they would count as autocorrelation, and hide themselves.
  const residuals = [...levelled(times.subarray(0, at)), ...levelled(times.subarray(at))];
  const share = effectiveCount(residuals, 0) / n;
  const p = 2 * Math.exp((-6 * most * most * share) / (n ** 3 + n ** 2));
  return p < significance ? at : null;
}

/** What is left when a line through the medians of both halves (Tukey's resistant line) is taken out. */
function levelled(times: Float64Array): Float64Array {
  const half = times.length >> 1;
  if (half < 2) return times.map((time) => time - median(times));
  const [left, right] = [median(times.slice(0, half)), median(times.slice(-half))];
  const slope = (right - left) / (times.length - half);
  const flat = times.map((time, i) => time - slope * i);
  const middle = median(flat);
  return flat.map((time) => time - middle);
}

function midRanks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && values[order[j]] === values[order[i]]) j++;
    for (let k = i; k < j; k++) ranks[order[k]] = (i + j + 1) / 2;
    i = j;
  }
  return ranks;
}

function median(values: Float64Array): number {
  return percentile(Float64Array.from(values).sort(), 0.5);
}
