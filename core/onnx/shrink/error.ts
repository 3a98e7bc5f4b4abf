import type { TensorValue } from '../../kinds/value.ts';
import { halvesToFloats } from './half.ts';
import type { Feeds } from './run.ts';

/** How the answers of a model differ from those of the one that it was made from, over the same feeds. */
export interface OutputError {
  /** ‖y - ŷ‖ / ‖y‖ over all feeds together, of the output where it is largest; infinite when NaN came or a shape changed. */
  readonly relative: number;
  readonly maxDifference: number;
  /** The least of any output and feed. */
  readonly cosine: number;
  /** Rows whose largest number stayed in place, in outputs with one row for each item; null when there are none. */
  readonly top1: { readonly same: number; readonly of: number } | null;
  /** Place of the feeds with the largest relative error of their own, and that error; -1 without feeds. */
  readonly worst: number;
  readonly worstRelative: number;
}

interface Sums {
  error: number;
  size: number;
}

/** `bestOf`: outputs whose largest number is an answer; all with one row for each item unless given. */
export function outputError(
  wanted: readonly Feeds[],
  got: readonly Feeds[],
  bestOf: readonly string[] | null = null,
): OutputError {
  const sums = new Map<string, Sums>();
  const top1 = { same: 0, of: 0 };
  let [maxDifference, cosine, worst, worstRelative] = [0, 1, -1, -1];
  wanted.forEach((answers, at) => {
    let own = 0;
    for (const [name, y] of Object.entries(answers)) {
      const pair = compareTensors(y, got[at]?.[name]);
      if (pair === null) continue;
      const sum = sums.get(name) ?? { error: 0, size: 0 };
      sums.set(name, { error: sum.error + pair.error, size: sum.size + pair.size });
      own = Math.max(own, ratio(pair));
      maxDifference = Math.max(maxDifference, pair.maxDifference);
      cosine = Math.min(cosine, pair.cosine);
      if (bestOf !== null && !bestOf.includes(name)) continue;
      top1.same += pair.top1.same;
      top1.of += pair.top1.of;
    }
    if (own > worstRelative) [worst, worstRelative] = [at, own];
  });
  const relative = Math.max(0, ...[...sums.values()].map(ratio));
  return { relative, maxDifference, cosine, top1: top1.of === 0 ? null : top1, worst, worstRelative };
}

/**
 * How much of what an answer is for was lost, from 0 to 1: the larger of the share of rows whose best place moved and of
 * what the least cosine lacks to one.
 */
export function dropOf({ top1, cosine, relative }: OutputError): number {
  if (!Number.isFinite(relative)) return 1;
  return Math.min(1, Math.max(top1 === null ? 0 : 1 - top1.same / top1.of, 1 - cosine, 0));
}

function ratio({ error, size }: Sums): number {
  if (error === 0) return 0;
  return size === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(error / size);
}

interface Pair extends Sums {
  readonly maxDifference: number;
  readonly cosine: number;
  readonly top1: { readonly same: number; readonly of: number };
}
const different: Pair = {
  error: Number.POSITIVE_INFINITY,
  size: 1,
  maxDifference: Number.POSITIVE_INFINITY,
  cosine: -1,
  top1: { same: 0, of: 0 },
};

/** Null for tensors without numbers. */
function compareTensors(wanted: TensorValue, got: TensorValue | undefined): Pair | null {
  const y = numbersOf(wanted);
  if (y === null) return null;
  const z = got === undefined ? null : numbersOf(got);
  if (z === null || z.length !== y.length) return different;
  let [error, size, other, dot, maxDifference] = [0, 0, 0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    const [a, b] = [y[i], z[i]];
    // Infinity where infinity was is no difference, and tells nothing.
    if (Object.is(a, b) && !Number.isFinite(a)) continue;
    const by = Math.abs(a - b);
    if (!Number.isFinite(by)) return different;
    error += by * by;
    size += a * a;
    other += b * b;
    dot += a * b;
    if (by > maxDifference) maxDifference = by;
  }
  const cosine = size === 0 || other === 0 ? (size === other ? 1 : 0) : Math.min(1, dot / Math.sqrt(size * other));
  return { error, size, maxDifference, cosine, top1: sameBest(wanted, y, z) };
}

function numbersOf({ dtype, data }: TensorValue): ArrayLike<number> | null {
  if (dtype === 'string') return null;
  if (data instanceof Uint16Array && dtype === 'float16') return halvesToFloats(data);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  return data as ArrayLike<number>;
}

function sameBest(
  { shape, dtype }: TensorValue,
  y: ArrayLike<number>,
  z: ArrayLike<number>,
): { readonly same: number; readonly of: number } {
  const columns = shape.at(-1) ?? 0;
  if (shape.length === 0 || shape.length > 2 || columns < 2 || !dtype.startsWith('float')) return { same: 0, of: 0 };
  let same = 0;
  for (let from = 0; from < y.length; from += columns)
    if (bestOf(y, from, columns) === bestOf(z, from, columns)) same++;
  return { same, of: y.length / columns };
}

function bestOf(values: ArrayLike<number>, from: number, count: number): number {
  let best = from;
  for (let i = from + 1; i < from + count; i++) if (values[i] > values[best]) best = i;
  return best - from;
}
