import type { TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { elementCount, emptyTensor, isWide, numbersOf, stridesOf, tensorFrom } from './tensor.ts';

export const reduceOps = ['mean', 'sum', 'max', 'min', 'l2'] as const;
export type ReduceOp = (typeof reduceOps)[number];

/**
 * Folds `axes` away into `shape` (the axes kept as 1 or dropped; both have as many elements). Sums run in double.
 * `mask` has the tensor's leading axes ([batch, time] for [batch, time, features]); elements where it is 0 are left out.
 * max and min spread NaN. Throws `value-invalid` for the mean, max or min of nothing.
 */
export function reduceTensor(
  op: ReduceOp,
  tensor: TensorValue,
  axes: readonly number[],
  shape: readonly number[],
  mask: TensorValue | null,
): TensorValue {
  const groups = groupsOf(tensor.shape, axes);
  const counts = new Float64Array(elementCount(shape));
  const used = mask === null ? null : usedOf(mask, tensor.shape);
  if (isWide(tensor.dtype)) return reduceWide(op, tensor, shape, groups, counts, used);
  const sums = new Float64Array(counts.length);
  const numbers = numbersOf(tensor);
  for (let i = 0; i < groups.length; i++) {
    if (used !== null && used[i] === 0) continue;
    const at = groups[i];
    const x = numbers[i];
    if (op === 'l2') sums[at] += x * x;
    else if (op === 'mean' || op === 'sum') sums[at] += x;
    else if (counts[at] === 0 || Number.isNaN(x) || (op === 'max' ? x > sums[at] : x < sums[at])) sums[at] = x;
    counts[at]++;
  }
  requireSome(op, counts);
  if (op === 'mean') for (let i = 0; i < sums.length; i++) sums[i] /= counts[i];
  if (op === 'l2') for (let i = 0; i < sums.length; i++) sums[i] = Math.sqrt(sums[i]);
  return tensorFrom(tensor.dtype, shape, sums);
}

function reduceWide(
  op: ReduceOp,
  tensor: TensorValue,
  shape: readonly number[],
  groups: Int32Array,
  counts: Float64Array,
  used: Uint8Array | null,
): TensorValue {
  const out = emptyTensor(tensor.dtype, shape);
  if ((tensor.dtype !== 'int64' && tensor.dtype !== 'uint64') || (out.dtype !== 'int64' && out.dtype !== 'uint64'))
    return out;
  for (let i = 0; i < groups.length; i++) {
    if (used !== null && used[i] === 0) continue;
    const at = groups[i];
    const x = tensor.data[i];
    if (op === 'sum') out.data[at] += x;
    else if (counts[at] === 0 || (op === 'max' ? x > out.data[at] : x < out.data[at])) out.data[at] = x;
    counts[at]++;
  }
  requireSome(op, counts);
  return out;
}

function requireSome(op: ReduceOp, counts: Float64Array): void {
  if (op === 'sum' || op === 'l2' || counts.every((count) => count > 0)) return;
  throw new Problem('value-invalid', {
    message: `The ${op} of no elements is not defined: an axis has size 0, or the mask leaves nothing.`,
    fix: 'Give at least one element that the mask keeps, or use sum.',
  });
}

/** For each element, in order, the index of the result that it goes to. */
function groupsOf(shape: readonly number[], axes: readonly number[]): Int32Array {
  const kept = stridesOf(shape.map((size, axis) => (axes.includes(axis) ? 1 : size)));
  const strides = kept.map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  return indicesBy(shape, strides);
}

/** 1 where the mask keeps an element, for every element of the masked tensor. */
function usedOf(mask: TensorValue, shape: readonly number[]): Uint8Array {
  const own = stridesOf(mask.shape);
  const strides = shape.map((_, axis) => (axis < own.length && mask.shape[axis] !== 1 ? own[axis] : 0));
  const numbers = numbersOf(mask);
  return Uint8Array.from(indicesBy(shape, strides), (at) => (numbers[at] === 0 ? 0 : 1));
}

/** Sum of index times stride over the axes, for each element in row-major order. */
function indicesBy(shape: readonly number[], strides: readonly number[]): Int32Array {
  let current = new Int32Array(1);
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis];
    const next = new Int32Array(current.length * size);
    for (let i = 0, k = 0; i < current.length; i++) {
      for (let j = 0; j < size; j++, k++) next[k] = current[i] + j * strides[axis];
    }
    current = next;
  }
  return current;
}
