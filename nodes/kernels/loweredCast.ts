import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { type Dtype, isFloat } from '../../core/kinds/dtype.ts';
import { type Overflow, type Rounding, wholeRange } from './cast.ts';
import { extremeOf, scalar } from './loweredElementwise.ts';
import { notLowerable } from './notLowerable.ts';

/**
 * `castTensor` as operators. ONNX leaves open what becomes of floats that do not fit, so they are brought to the range
 * first. `fits` is false where `castTensor` throws; null where it never does. Throws `not-lowerable` for text.
 */
export function loweredCast(
  onnx: OnnxGraph,
  x: OnnxValue,
  dtype: Dtype,
  overflow: Overflow,
  rounding: Rounding,
): { readonly result: OnnxValue; readonly fits: OnnxValue | null } {
  if (x.dtype === dtype) return { result: x, fits: null };
  if (x.dtype === 'string' || dtype === 'string')
    throw notLowerable('Numbers become text, and text numbers, otherwise in every runtime.', 'Keep text outside.');
  const range = wholeRange(dtype);
  if (range === null || x.dtype === 'bool') return { result: onnx.cast(x, dtype), fits: null };
  const bounds = { dtype, low: range[0], high: range[1] };
  if (!isFloat(x.dtype))
    return overflow === 'onnx' ? { result: onnx.cast(x, dtype), fits: null } : wholeToWhole(onnx, x, bounds, overflow);
  return floatToWhole(onnx, x, bounds, overflow, rounding);
}

interface Bounds {
  readonly dtype: Dtype;
  readonly low: bigint;
  readonly high: bigint;
}

function wholeToWhole(onnx: OnnxGraph, x: OnnxValue, { dtype, low, high }: Bounds, overflow: Overflow) {
  const from = wholeRange(x.dtype) ?? [low, high];
  // Compared in the widest dtype of its sign; bounds that no value can pass are left out.
  const wide = x.dtype === 'uint64' ? 'uint64' : 'int64';
  let value = onnx.cast(x, wide);
  const bound = (limit: bigint) =>
    onnx.constant(
      wide === 'uint64'
        ? { kind: 'tensor', dtype: wide, shape: [], data: BigUint64Array.of(limit) }
        : { kind: 'tensor', dtype: wide, shape: [], data: BigInt64Array.of(limit) },
    );
  if (from[0] < low) value = extremeOf(onnx, 'Max', value, bound(low));
  if (from[1] > high) value = extremeOf(onnx, 'Min', value, bound(high));
  const same = from[0] >= low && from[1] <= high;
  const fits = overflow === 'fail' && !same ? onnx.op('Equal', [value, onnx.cast(x, wide)]) : null;
  return { result: onnx.cast(value, dtype), fits };
}

function floatToWhole(
  onnx: OnnxGraph,
  x: OnnxValue,
  { dtype, low, high }: Bounds,
  overflow: Overflow,
  rounding: Rounding,
) {
  const number = (value: number) => scalar(onnx, 'float64', value);
  const wide = onnx.cast(x, 'float64');
  const rounded = rounding === 'nearest' ? onnx.op('Round', [wide]) : wide;
  const nan = onnx.op('IsNaN', [rounded]);
  const numbers = onnx.op('Where', [nan, number(0), rounded]);
  // 2^63 - 1 is no double: the largest double below takes its place, and what is larger is set apart.
  const large = high > 2n ** 53n;
  const top = large ? Number(high) * (1 - 2 ** -53) : Number(high);
  const held = onnx.op('Min', [onnx.op('Max', [numbers, number(Number(low))]), number(top)]);
  const beyond = large ? onnx.op('GreaterOrEqual', [numbers, number(Number(high))]) : null;
  const result = onnx.cast(held, dtype);
  const fits = overflow === 'fail' ? fitting(onnx, numbers, nan, { dtype, low, high }) : null;
  if (beyond === null) return { result, fits };
  // Where takes no uint64, whose bits int64 holds as well: all ones are its largest number.
  const largest = onnx.constant({ kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(high) });
  return { result: onnx.cast(onnx.op('Where', [beyond, largest, onnx.cast(result, 'int64')]), dtype), fits };
}

/** Whether a number fits once its fraction is dropped: it lies strictly between the range widened by one. */
function fitting(onnx: OnnxGraph, numbers: OnnxValue, nan: OnnxValue, { low, high }: Bounds): OnnxValue {
  const number = (value: bigint) => scalar(onnx, 'float64', Number(value));
  const wide = high > 2n ** 53n;
  const above =
    wide && low < 0n
      ? onnx.op('GreaterOrEqual', [numbers, number(low)])
      : onnx.op('Greater', [numbers, number(low - 1n)]);
  const below = onnx.op('Less', [numbers, number(high + 1n)]);
  return onnx.op('And', [onnx.op('And', [above, below]), onnx.op('Not', [nan])]);
}
