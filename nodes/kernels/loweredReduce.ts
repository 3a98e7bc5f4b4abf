import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { type Dtype, isFloat } from '../../core/kinds/dtype.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { allOfItem } from './loweredAxes.ts';
import { scalar } from './loweredElementwise.ts';
import { notLowerable } from './notLowerable.ts';
import type { ReduceOp } from './reduce.ts';

const operators = {
  mean: 'ReduceMean',
  sum: 'ReduceSum',
  max: 'ReduceMax',
  min: 'ReduceMin',
  l2: 'ReduceL2',
} as const;

export interface LoweredFold {
  readonly op: ReduceOp;
  /** Axes of the graph, N not among them. */
  readonly axes: readonly number[];
  readonly keep: boolean;
  /** The shape of one item. */
  readonly shape: readonly Dim[];
}

/**
 * `reduceTensor` as operators: sums in double, whole numbers wrap around. `mask` has the leading axes of `x`. `present` is
 * false for items of which `reduceTensor` throws, the mean or the extreme of nothing. Throws `not-lowerable` for uint64 extremes.
 */
export function loweredReduce(
  onnx: OnnxGraph,
  x: OnnxValue,
  mask: { readonly value: OnnxValue; readonly rank: number } | null,
  fold: LoweredFold,
): { readonly result: OnnxValue; readonly present: OnnxValue | null } {
  const { op, axes, keep, shape } = fold;
  const extreme = op === 'max' || op === 'min';
  if (extreme && x.dtype === 'uint64')
    throw notLowerable(`No operator gives the ${op} of uint64.`, 'Cast to int64 first, if the numbers fit.');
  const dtype: Dtype = isFloat(x.dtype) ? (extreme && x.dtype !== 'float16' ? x.dtype : 'float64') : 'int64';
  const wide = onnx.cast(x, dtype);
  const used = mask === null ? null : usedBy(onnx, mask, shape.length);
  const left = used === null ? wide : onnx.op('Where', [used, wide, neutral(onnx, op, dtype)]);
  // No axes at all would stand for all of them, N too; one number is its own sum.
  const alone = axes.length === 0;
  const over = (type: string, value: OnnxValue) =>
    alone ? value : onnx.op(type, [value, onnx.integers(axes)], { keepdims: keep ? 1 : 0 });
  const type = op === 'mean' && used !== null ? 'ReduceSum' : operators[op];
  const total = over(type, alone && op === 'l2' ? onnx.op('Abs', [left]) : left);
  const folded = extreme ? withNan(onnx, left, total, over) : total;
  if (used === null || op === 'sum' || op === 'l2') return { result: onnx.cast(folded, x.dtype), present: null };
  // How many elements of each fold the mask keeps.
  const count = over('ReduceSum', onnx.op('Expand', [onnx.cast(used, 'float64'), onnx.op('Shape', [x])]));
  const result = op === 'mean' ? onnx.op('Div', [folded, count]) : folded;
  const some = onnx.op('Greater', [count, scalar(onnx, 'float64', 0)]);
  const rank = keep ? shape.length : shape.length - axes.length;
  return { result: onnx.cast(result, x.dtype), present: allOfItem(onnx, some, rank) };
}

/** What changes nothing where it stands for an element that the mask leaves out. */
function neutral(onnx: OnnxGraph, op: ReduceOp, dtype: Dtype): OnnxValue {
  if (op !== 'max' && op !== 'min') return scalar(onnx, dtype, 0);
  if (isFloat(dtype)) return scalar(onnx, dtype, op === 'max' ? -Infinity : Infinity);
  const [low, high] = [-(2n ** 63n), 2n ** 63n - 1n];
  const data = BigInt64Array.of(op === 'max' ? low : high);
  return onnx.constant({ kind: 'tensor', dtype: 'int64', shape: [], data });
}

/** ONNX leaves open whether the largest of NaN and a number is NaN; here it is. */
function withNan(
  onnx: OnnxGraph,
  x: OnnxValue,
  folded: OnnxValue,
  over: (type: string, value: OnnxValue) => OnnxValue,
): OnnxValue {
  if (!isFloat(x.dtype)) return folded;
  const nan = over('ReduceMax', onnx.cast(onnx.op('IsNaN', [x]), 'float32'));
  const some = onnx.op('Greater', [nan, onnx.float(0)]);
  return onnx.op('Where', [some, scalar(onnx, x.dtype, Number.NaN), folded]);
}

/** bool, where the mask keeps an element, with axes of 1 behind it up to those of the tensor. */
function usedBy(onnx: OnnxGraph, mask: { readonly value: OnnxValue; readonly rank: number }, rank: number): OnnxValue {
  const used = onnx.cast(mask.value, 'bool');
  if (mask.rank === rank) return used;
  const axes = Array.from({ length: rank - mask.rank }, (_, i) => mask.rank + 1 + i);
  return onnx.op('Unsqueeze', [used, onnx.integers(axes)]);
}
