/** Counts of values in equal bins from `low` to `high`; what lies beyond goes into the outermost bins. */
export class Histogram {
  readonly counts: Float64Array;
  readonly low: number;
  readonly high: number;

  constructor(low: number, high: number, bins: number) {
    this.low = low;
    this.high = high;
    this.counts = new Float64Array(bins);
  }

  /** `fold`: of each value its size is counted, without its sign. */
  add(values: Float32Array, fold = false): void {
    const { counts, low } = this;
    const last = counts.length - 1;
    const perBin = counts.length / (this.high - low || 1);
    for (let i = 0; i < values.length; i++) {
      const value = fold ? Math.abs(values[i]) : values[i];
      const bin = Math.floor((value - low) * perBin);
      counts[Math.max(0, Math.min(last, bin))]++;
    }
  }

  /** The value at the upper (or lower) edge of the bin by which `share` of all that was counted lies below. */
  quantile(share: number, edge: 'lower' | 'upper'): number {
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    let below = 0;
    let bin = 0;
    while (bin < this.counts.length - 1 && below + this.counts[bin] < share * total) below += this.counts[bin++];
    const width = (this.high - this.low) / this.counts.length;
    return this.low + width * (edge === 'lower' ? bin : bin + 1);
  }
}

/**
 * The size beyond which values are best cut off when `levels` steps stand for all below it: where the distribution of
 * what is left differs least from that of its steps, by Kullback and Leibler (Migacz, 8-bit Inference with TensorRT, 2017).
 * `histogram` counts sizes, from 0.
 */
export function entropyThreshold(histogram: Histogram, levels: number): number {
  const { high } = histogram;
  const counts = histogram.counts.slice();
  const bins = counts.length;
  // What ReLU cut off would outweigh all else, and zero is met exactly by any scale (so pytorch-quantization does it, too).
  counts[0] = counts[1];
  let best = bins;
  let least = Number.POSITIVE_INFINITY;
  let beyond = counts.reduce((sum, count) => sum + count, 0);
  for (let i = 0; i < levels && i < bins; i++) beyond -= counts[i];
  for (let kept = levels; kept <= bins; kept++) {
    const divergence = divergenceOf(counts, kept, levels, beyond);
    // Of equals the larger: it cuts less.
    if (divergence <= least) {
      least = divergence;
      best = kept;
    }
    if (kept < bins) beyond -= counts[kept];
  }
  return (high * best) / bins;
}

/** Of the first `kept` bins, the last of them with all `beyond` in it, from the same in `levels` steps. */
function divergenceOf(counts: Float64Array, kept: number, levels: number, beyond: number): number {
  let stepped = 0;
  for (let i = 0; i < kept; i++) stepped += counts[i];
  const total = stepped + beyond;
  if (total === 0) return 0;
  // Nothing but what is cut off: no step says anything of it.
  if (stepped === 0) return Number.POSITIVE_INFINITY;
  let divergence = 0;
  for (let level = 0; level < levels; level++) {
    const from = Math.floor((level * kept) / levels);
    const to = level === levels - 1 ? kept : Math.floor(((level + 1) * kept) / levels);
    let [sum, filled] = [0, 0];
    for (let i = from; i < to; i++) {
      sum += counts[i];
      if (counts[i] > 0) filled++;
    }
    // A step spreads what falls on it evenly over those of its bins that hold anything.
    const even = filled === 0 ? 0 : sum / filled;
    for (let i = from; i < to; i++) {
      const p = (counts[i] + (i === kept - 1 ? beyond : 0)) / total;
      if (p === 0) continue;
      const q = (counts[i] > 0 ? even : smallest) / stepped;
      divergence += p * Math.log(p / q);
    }
  }
  return divergence;
}

/** Stands for nothing where a logarithm needs something. */
const smallest = 1e-4;
