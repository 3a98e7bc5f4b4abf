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
  const counts = Array.from({ length: layout.channels }, () => new Uint32Array(fineBins));
  const place = binPlace(min, max);
  const walk = { channel: 0, left: layout.inner };
  const piece = new Float64Array(Math.min(pieceLength, tensor.data.length));
  for (let at = 0; at < tensor.data.length; at += pieceLength) {
    const length = readNumbers(tensor, at, piece);
    // The elements of a channel follow each other in runs, which pieces cut.
    for (let i = 0; i < length; ) {
      const run = Math.min(walk.left, length - i);
      countRun(piece, i, i + run, counts[walk.channel], place);
      i += run;
      walk.left -= run;
      if (walk.left > 0) continue;
      walk.left = layout.inner;
      walk.channel = (walk.channel + 1) % layout.channels;
    }
    await rest();
  }
  const sum = new Uint32Array(fineBins);
  for (const channel of counts) for (let i = 0; i < fineBins; i++) sum[i] += channel[i];
  return {
    all: folded(sum, bins),
    channels: layout.channels > 1 ? counts.map((channel) => folded(channel, channelBins)) : null,
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

function countRun(piece: Float64Array, from: number, to: number, counts: Uint32Array, place: BinPlace): void {
  const { scale, low, factor } = place;
  for (let i = from; i < to; i++) {
    const bin = (piece[i] * scale - low) * factor;
    // Infinity and NaN fail one of the two.
    if (bin >= 0 && bin <= fineBins) counts[bin < fineBins ? bin | 0 : fineBins - 1]++;
  }
}

function folded(fine: Uint32Array, count: number): readonly number[] {
  const step = fineBins / count;
  return Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = i * step; k < (i + 1) * step; k++) sum += fine[k];
    return sum;
  });
}
