import { type NumericTensor, pieceLength, readNumbers } from './tensorNumbers.ts';
import type { Rest } from './work.ts';

const bins = 64;
const channelBins = 48;
/** Their least common multiple: counted once, folded to both. */
const fineBins = 192;

export interface Histograms {
  readonly all: readonly number[];
  /** None where no dimension looks like channels. */
  readonly channels: readonly (readonly number[])[] | null;
}

/** Counts of the finite elements in equal bins from `min` to `max`; where all are equal, they are in the middle one. */
export async function histogramsOf(tensor: NumericTensor, min: number, max: number, rest: Rest): Promise<Histograms> {
  const layout = channelLayout(tensor.shape);
  const { channels, inner } = layout;
  const counts = Array.from({ length: channels }, () => new Int32Array(counters * counterSize));
  const place = binPlace(min, max);
  const piece = new Float64Array(Math.min(pieceLength, tensor.data.length));
  for (let at = 0; at < tensor.data.length; at += pieceLength) {
    const length = readNumbers(tensor, at, piece);
    if (inner === 1) {
      for (let c = 0; c < channels; c++) {
        countRun(piece, (c + channels - (at % channels)) % channels, length, channels, counts[c], place);
      }
    } else {
      // The elements of a channel follow each other in runs, which pieces cut.
      for (let i = 0; i < length; ) {
        const run = Math.min(inner - ((at + i) % inner), length - i);
        countRun(piece, i, i + run, 1, counts[Math.floor((at + i) / inner) % channels], place);
        i += run;
      }
    }
    await rest();
  }
  const fine = counts.map((channel) => together(channel));
  const sum = fine[0].map((_, i) => fine.reduce((total, channel) => total + channel[i], 0));
  return {
    all: folded(sum, bins),
    channels: channels > 1 ? fine.map((channel) => folded(channel, channelBins)) : null,
  };
}

interface ChannelLayout {
  readonly channels: number;
  /** Elements of one channel that follow each other. */
  readonly inner: number;
}

/**
 * Where a picture's channels are, told by the shape: 2 to 4 of them before the two sizes (NCHW, CHW) or behind them
 * (NHWC, HWC), which are both larger than 4. One channel where it looks like neither.
 */
export function channelLayout(shape: readonly number[]): ChannelLayout {
  const few = (size: number): boolean => size >= 2 && size <= 4;
  const [a, b, c] = shape.slice(-3);
  if (shape.length === 3 || shape.length === 4) {
    if (few(a) && b > 4 && c > 4) return { channels: a, inner: b * c };
    if (few(c) && a > 4 && b > 4) return { channels: c, inner: 1 };
  }
  return { channels: 1, inner: Infinity };
}

interface BinPlace {
  readonly scale: number;
  readonly low: number;
  readonly factor: number;
}

/** Bin = (x * scale - low) * factor; `scale` keeps the range of very large and very small numbers finite. */
function binPlace(min: number, max: number): BinPlace {
  if (min === max) return { scale: 0, low: -0.5, factor: fineBins };
  const range = max - min;
  const scale = range > 1e300 ? 2 ** -10 : range < 1e-290 ? 2 ** 200 : 1;
  return { scale, low: min * scale, factor: fineBins / (max * scale - min * scale) };
}

/** Four counters by turns: neighbours are often alike, and adding to one place again and again waits for memory. */
const counters = 4;
const counterSize = 256;

/** Infinity and NaN fail one of the two comparisons; the largest element comes to bin `fineBins`, or a hair beyond. */
function countRun(
  piece: Float64Array,
  from: number,
  to: number,
  step: number,
  counts: Int32Array,
  place: BinPlace,
): void {
  const { scale, low, factor } = place;
  let i = from;
  for (; i + 3 * step < to; i += 4 * step) {
    const a = (piece[i] * scale - low) * factor;
    const b = (piece[i + step] * scale - low) * factor;
    const c = (piece[i + 2 * step] * scale - low) * factor;
    const d = (piece[i + 3 * step] * scale - low) * factor;
    if (a >= 0 && a < counterSize) counts[a | 0]++;
    if (b >= 0 && b < counterSize) counts[(b | 0) + counterSize]++;
    if (c >= 0 && c < counterSize) counts[(c | 0) + 2 * counterSize]++;
    if (d >= 0 && d < counterSize) counts[(d | 0) + 3 * counterSize]++;
  }
  for (; i < to; i += step) {
    const a = (piece[i] * scale - low) * factor;
    if (a >= 0 && a < counterSize) counts[a | 0]++;
  }
}

/** The counters as one, the largest element in the last bin. */
function together(counts: Int32Array): readonly number[] {
  const sum = new Array<number>(fineBins).fill(0);
  for (let k = 0; k < counters; k++) {
    for (let bin = 0; bin < counterSize; bin++) sum[Math.min(bin, fineBins - 1)] += counts[k * counterSize + bin];
  }
  return sum;
}

function folded(fine: readonly number[], count: number): readonly number[] {
  const step = fineBins / count;
  return Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = i * step; k < (i + 1) * step; k++) sum += fine[k];
    return sum;
  });
}
