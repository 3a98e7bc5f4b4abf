import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { isFloat } from '../../core/kinds/dtype.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { allOfItem } from './loweredAxes.ts';
import { scalar } from './loweredElementwise.ts';
import type { ReduceOp } from './reduce.ts';
import { isWide } from './tensor.ts';

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
 * false for items of which `reduceTensor` throws, the mean or the extreme of nothing.
 */
export function loweredReduce(
  onnx: OnnxGraph,
  x: OnnxValue,
  mask: { readonly value: OnnxValue; readonly rank: number } | null,
  fold: LoweredFold,
): { readonly result: OnnxValue; readonly present: OnnxValue | null } {
  const { op, axes, keep, shape } = fold;
  const used = mask === null ? null : usedBy(onnx, mask, shape.length);
  // No axes at all would stand for all of them, N too; one number is its own sum.
  const alone = axes.length === 0;
  const over: Over = (type, value, keepdims = keep) =>
    alone ? value : onnx.op(type, [value, onnx.integers(axes)], { keepdims: Number(keepdims) });
  const defined = used === null || op === 'sum' || op === 'l2';
  // How many elements of each fold the mask keeps.
  const count = defined
    ? null
    : over('ReduceSum', onnx.op('Expand', [onnx.cast(used, 'float64'), onnx.op('Shape', [x])]));
  const some = count === null ? null : onnx.op('Greater', [count, scalar(onnx, 'float64', 0)]);
  const rank = keep ? shape.length : shape.length - axes.length;
  return {
    result: onnx.cast(folded(onnx, x, used, count, fold, over), x.dtype),
    present: some === null ? null : allOfItem(onnx, some, rank),
  };
}

type Over = (type: string, value: OnnxValue, keepdims?: boolean) => OnnxValue;

function folded(
  onnx: OnnxGraph,
  x: OnnxValue,
  used: OnnxValue | null,
  count: OnnxValue | null,
  { op, axes, keep }: LoweredFold,
  over: Over,
): OnnxValue {
  const extreme = op === 'max' || op === 'min';
  if (extreme && isWide(x.dtype)) {
    const found = axes.length === 0 ? x : wideExtreme(onnx, x, used, op, over);
    return keep || axes.length === 0 ? found : onnx.op('Squeeze', [found, onnx.integers(axes)]);
  }
  // A double holds every whole number of 32 bits; sums of whole numbers wrap around in 64.
  const narrow = extreme ? 'float64' : 'int64';
  const dtype = extreme && x.dtype === 'float32' ? 'float32' : isFloat(x.dtype) ? 'float64' : narrow;
  const wide = onnx.cast(x, dtype);
  // What changes nothing stands for an element that the mask leaves out.
  const neutral = scalar(onnx, dtype, op === 'max' ? -Infinity : op === 'min' ? Infinity : 0);
  const left = used === null ? wide : onnx.op('Where', [used, wide, neutral]);
  const total = over(
    op === 'mean' && used !== null ? 'ReduceSum' : operators[op],
    axes.length === 0 && op === 'l2' ? onnx.op('Abs', [left]) : left,
  );
  if (extreme) return withNan(onnx, left, total, over);
  return op === 'mean' && count !== null ? onnx.op('Div', [total, count]) : total;
}

/**
 * The extreme of numbers of 64 bits, exactly: that of their upper halves, and among those that share it that of the lower
 * halves, both as doubles. Axes are kept.
 */
function wideExtreme(onnx: OnnxGraph, x: OnnxValue, used: OnnxValue | null, op: 'max' | 'min', over: Over): OnnxValue {
  const wide = (value: bigint) =>
    onnx.constant({ kind: 'tensor', dtype: 'uint64', shape: [], data: BigUint64Array.of(value) });
  const half = wide(32n);
  const shift = (value: OnnxValue, direction: 'LEFT' | 'RIGHT') => onnx.op('BitShift', [value, half], { direction });
  // Signed numbers keep their order as unsigned ones when 2^63 is added.
  const signed = x.dtype === 'int64';
  const ordered = signed ? onnx.op('Add', [onnx.cast(x, 'uint64'), wide(2n ** 63n)]) : x;
  const type = op === 'max' ? 'ReduceMax' : 'ReduceMin';
  const neutral = scalar(onnx, 'float64', op === 'max' ? 0 : 2 ** 32 - 1);
  const among = (value: OnnxValue, which: OnnxValue | null) =>
    which === null ? value : onnx.op('Where', [which, value, neutral]);
  const upper = among(onnx.cast(shift(ordered, 'RIGHT'), 'float64'), used);
  const best = over(type, upper, true);
  const shared = onnx.op('Equal', [upper, best]);
  const lower = onnx.cast(shift(shift(ordered, 'LEFT'), 'RIGHT'), 'float64');
  const least = over(type, among(lower, used === null ? shared : onnx.op('And', [shared, used])), true);
  const found = onnx.op('Add', [shift(onnx.cast(best, 'uint64'), 'LEFT'), onnx.cast(least, 'uint64')]);
  return signed ? onnx.cast(onnx.op('Sub', [found, wide(2n ** 63n)]), 'int64') : found;
}

/** ONNX leaves open whether the largest of NaN and a number is NaN; here it is. */
function withNan(onnx: OnnxGraph, x: OnnxValue, folded: OnnxValue, over: Over): OnnxValue {
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
