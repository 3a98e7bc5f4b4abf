import type { Rest } from './work.ts';

/** Samples that are looked at between two rests. */
const pieceSamples = 1 << 18;

export interface Loudness {
  /** Low and high by turns, one pair a column; none of a sound without samples. */
  readonly peaks: readonly number[];
  readonly peak: number;
  /** Sum of squares of all samples. */
  readonly squares: number;
}

/** Peaks of `columns` equal stretches of a channel; where it has fewer samples, columns share them. NaN is passed over. */
export async function peaksOf(samples: Float32Array, columns: number, rest: Rest): Promise<Loudness> {
  const peaks: number[] = [];
  let peak = 0;
  let squares = 0;
  const count = samples.length;
  for (let column = 0; column < columns && count > 0; column++) {
    const from = Math.floor((column * count) / columns);
    const to = Math.floor(((column + 1) * count) / columns);
    let low = to > from ? Infinity : samples[from];
    let high = to > from ? -Infinity : samples[from];
    for (let at = from; at < to; at += pieceSamples) {
      const piece = measure(samples, at, Math.min(to, at + pieceSamples));
      low = Math.min(low, piece.low);
      high = Math.max(high, piece.high);
      squares += piece.squares;
      await rest();
    }
    peak = Math.max(peak, -low, high);
    peaks.push(rounded(low), rounded(high));
  }
  return { peaks, peak, squares };
}

function measure(
  samples: Float32Array,
  from: number,
  to: number,
): { readonly low: number; readonly high: number; readonly squares: number } {
  let low = Infinity;
  let high = -Infinity;
  let squares = 0;
  for (let i = from; i < to; i++) {
    const x = samples[i];
    if (x < low) low = x;
    if (x > high) high = x;
    if (x - x === 0) squares += x * x;
  }
  return { low, high, squares };
}

/** To 1/10,000, finer than any screen: half the digits to send. 0 where a stretch holds NaN alone. */
function rounded(x: number): number {
  return Number.isFinite(x) ? Math.round(x * 10_000) / 10_000 : 0;
}

/** The outline of several channels as one. */
export function outline(channels: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = channels;
  return first.map((_, i) => {
    const values = channels.map((peaks) => peaks[i]);
    return i % 2 === 0 ? Math.min(...values) : Math.max(...values);
  });
}
