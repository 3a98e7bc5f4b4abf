import type { TensorStatistics } from '../../core/studio/preview.ts';
import { type NumericTensor, pieceLength, readNumbers } from './tensorNumbers.ts';
import type { Rest } from './work.ts';

/**
 * Least, largest, mean and standard deviation (of the whole, not of a sample) of the finite elements; NaN and infinity are
 * only counted. Where nothing is finite they are 0. One pass over pieces, joined as Chan, Golub and LeVeque do (1979), so
 * that a large mean does not swallow a small deviation.
 */
export async function tensorStatistics(tensor: NumericTensor, rest: Rest): Promise<TensorStatistics> {
  const plain = await measure(tensor, 1, rest);
  const overflow = !Number.isFinite(plain.squares) || !Number.isFinite(plain.mean);
  const underflow = plain.squares === 0 && plain.max > plain.min;
  const scale = overflow ? 2 ** -540 : underflow ? 2 ** 540 : 1;
  const sums = scale === 1 ? plain : await measure(tensor, scale, rest);
  const none = sums.count === 0;
  return {
    min: none ? 0 : sums.min,
    max: none ? 0 : sums.max,
    mean: none ? 0 : sums.mean / scale,
    deviation: none ? 0 : Math.sqrt(sums.squares / sums.count) / scale,
    nan: sums.nan,
    infinite: sums.infinite,
    zeros: sums.zeros,
  };
}

interface Sums {
  count: number;
  min: number;
  max: number;
  /** Of the elements times the scale. */
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
  nan: number;
  infinite: number;
  zeros: number;
}

async function measure(tensor: NumericTensor, scale: number, rest: Rest): Promise<Sums> {
  let all = nothing();
  const piece = new Float64Array(Math.min(pieceLength, tensor.data.length));
  for (let at = 0; at < tensor.data.length; at += pieceLength) {
    const length = readNumbers(tensor, at, piece);
    // Distances are taken from a number near the mean: that of the pieces before, for the first piece its own.
    const near = all.count > 0 ? all.mean : measurePiece(piece, length, scale, 0).mean;
    all = joined(all, measurePiece(piece, length, scale, near));
    await rest();
  }
  return all;
}

function nothing(): Sums {
  return { count: 0, min: Infinity, max: -Infinity, mean: 0, squares: 0, nan: 0, infinite: 0, zeros: 0 };
}

function measurePiece(piece: Float64Array, length: number, scale: number, near: number): Sums {
  let count = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let squares = 0;
  let nan = 0;
  let infinite = 0;
  let zeros = 0;
  for (let i = 0; i < length; i++) {
    const x = piece[i];
    // False for NaN and infinity alone.
    if (x - x === 0) {
      const d = x * scale - near;
      count++;
      sum += d;
      squares += d * d;
      if (x < min) min = x;
      if (x > max) max = x;
      if (x === 0) zeros++;
    } else if (Number.isNaN(x)) nan++;
    else infinite++;
  }
  const shift = count === 0 ? 0 : sum / count;
  const own = Math.max(0, squares - sum * shift);
  return { count, min, max, mean: near + shift, squares: own, nan, infinite, zeros };
}

function joined(a: Sums, b: Sums): Sums {
  const count = a.count + b.count;
  const apart = b.mean - a.mean;
  const part = count === 0 ? 0 : b.count / count;
  return {
    count,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    mean: b.count === 0 ? a.mean : a.mean + apart * part,
    squares: a.squares + b.squares + apart * apart * a.count * part,
    nan: a.nan + b.nan,
    infinite: a.infinite + b.infinite,
    zeros: a.zeros + b.zeros,
  };
}
