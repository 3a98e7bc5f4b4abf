import type { Dtype } from '../../core/kinds/dtype.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { roundEven } from './float16.ts';
import { type Cells, emptyTensor, isWide, numbersOf, tensorFrom } from './tensor.ts';

/**
 * `onnx`: whole numbers keep their low bits (two's complement, as numpy and ONNX do), and floats that do not fit
 * saturate (ONNX leaves that open; NaN becomes 0). `saturate`: both saturate. `fail`: a value that does not fit is a problem.
 */
export type Overflow = 'onnx' | 'saturate' | 'fail';
/** How a float loses its fraction: towards zero as numpy and ONNX, or to the nearest, ties to even. */
export type Rounding = 'truncate' | 'nearest';

/** Smallest and largest value of each whole-number dtype. */
const ranges: Partial<Record<Dtype, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n],
  int16: [-32768n, 32767n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 255n],
  uint16: [0n, 65535n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/** Smallest and largest value of a whole-number dtype; null for the others. */
export function wholeRange(dtype: Dtype): readonly [bigint, bigint] | null {
  return ranges[dtype] ?? null;
}

/** Converts every element. Throws `value-invalid` for text that is no number, and under `fail` for what does not fit. */
export function castTensor(tensor: TensorValue, dtype: Dtype, overflow: Overflow, rounding: Rounding): TensorValue {
  if (tensor.dtype === dtype) return tensor;
  if (dtype === 'string') return { kind: 'tensor', dtype, shape: tensor.shape, data: textsOf(tensor) };
  if (tensor.dtype === 'string') return castTensor(parsed(tensor.data, tensor.shape, dtype), dtype, overflow, rounding);
  const range = ranges[dtype];
  if (range === undefined) return toFloatOrBool(tensor, dtype);
  const out = emptyTensor(dtype, tensor.shape);
  const cells: Cells = out.data;
  const wide = isWide(dtype);
  const wholeSource = tensor.dtype === 'bool' || ranges[tensor.dtype] !== undefined;
  const [low, high] = range;
  const [lowNumber, highNumber] = [Number(low), Number(high)];
  const { data } = tensor;
  const numbers = wholeSource ? null : numbersOf(tensor);
  for (let i = 0; i < data.length; i++) {
    const value = numbers === null ? data[i] : whole(numbers[i], rounding);
    if (typeof value === 'bigint') {
      const kept = value >= low && value <= high ? value : misfit(value, overflow, value < low ? low : high, dtype);
      cells[i] = wide ? kept : Number(BigInt.asIntN(32, kept));
    } else if (typeof value === 'number') {
      // 2^63 and 2^64 are doubles, their maximum less one is not: the comparison must leave them out.
      const fits = value >= lowNumber && (wide ? value < highNumber : value <= highNumber);
      if (fits) cells[i] = wide ? BigInt(value) : value;
      else if (Number.isNaN(value)) cells[i] = misfit(wide ? 0n : 0, overflow, wide ? 0n : 0, dtype, 'NaN');
      else {
        const bound = value < lowNumber ? low : high;
        const rule = wholeSource || overflow === 'fail' ? overflow : 'saturate';
        cells[i] = misfit(
          wide && Number.isFinite(value) ? BigInt(value) : value,
          rule,
          wide ? bound : Number(bound),
          dtype,
        );
      }
    }
  }
  return out;
}

function whole(value: number, rounding: Rounding): number {
  if (rounding === 'truncate' || !(Math.abs(value) < 2 ** 52)) return Math.trunc(value);
  return value < 0 ? -roundEven(-value) : roundEven(value);
}

/** What stands for a value that does not fit: itself (its low bits are kept on storing) or the bound. */
function misfit<T extends number | bigint>(
  value: T,
  overflow: Overflow,
  bound: T,
  dtype: Dtype,
  name = String(value),
): T {
  if (overflow === 'onnx') return value;
  if (overflow === 'saturate') return bound;
  throw new Problem('value-invalid', {
    message: `The value ${name} does not fit ${dtype}.`,
    fix: 'Scale the values first, choose a wider dtype, or let them saturate.',
  });
}

function toFloatOrBool(tensor: TensorValue, dtype: Dtype): TensorValue {
  if (tensor.dtype !== 'int64' && tensor.dtype !== 'uint64') return tensorFrom(dtype, tensor.shape, numbersOf(tensor));
  // Narrow floats must be rounded once: a sticky bit keeps the way through a double from rounding twice.
  const odd = Float64Array.from(tensor.data, dtype === 'float64' ? Number : toOdd);
  return tensorFrom(dtype, tensor.shape, odd);
}

function toOdd(value: bigint): number {
  const size = value < 0n ? -value : value;
  if (size < 2n ** 53n) return Number(value);
  const kept = (size >> 12n) | ((size & 4095n) === 0n ? 0n : 1n);
  return (value < 0n ? -1 : 1) * Number(kept) * 4096;
}

function textsOf(tensor: TensorValue): string[] {
  switch (tensor.dtype) {
    case 'string':
      return [...tensor.data];
    case 'int64':
    case 'uint64':
      return Array.from(tensor.data, String);
    case 'float32':
      return Array.from(tensor.data, (x) => floatText(x, 9));
    case 'float16':
      return Array.from(numbersOf(tensor), (x) => floatText(x, 5));
    default:
      return Array.from(tensor.data, (x) => floatText(x, 0));
  }
}

/** The shortest text that reads back as the same value; infinities and NaN as ONNX Cast writes them. */
function floatText(x: number, digits: number): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? 'INF' : '-INF';
  for (let precision = 1; precision <= digits; precision++) {
    const short = Number(x.toPrecision(precision));
    const back = digits === 5 ? numbersOf(tensorFrom('float16', [1], [short]))[0] : Math.fround(short);
    if (back === x) return String(short);
  }
  return String(x);
}

const wholePattern = /^[+-]?\d+$/;
const floatPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function parsed(texts: readonly string[], shape: readonly number[], dtype: Dtype): TensorValue {
  const trimmed = texts.map((text) => text.trim());
  if (isWide(dtype) && trimmed.every((text) => wholePattern.test(text))) {
    const values = trimmed.map((text) => BigInt(text.replace(/^\+/, '')));
    for (const value of values) {
      if (value < -(2n ** 63n) || value >= 2n ** 64n) misfit(value, 'fail', 0n, dtype);
    }
    if (values.every((value) => value < 2n ** 63n))
      return { kind: 'tensor', dtype: 'int64', shape, data: BigInt64Array.from(values) };
    return { kind: 'tensor', dtype: 'uint64', shape, data: BigUint64Array.from(values) };
  }
  const data = Float64Array.from(trimmed, (text) => {
    if (floatPattern.test(text)) return Number(text);
    if (/^\+?inf(inity)?$/i.test(text)) return Infinity;
    if (/^-inf(inity)?$/i.test(text)) return -Infinity;
    if (/^nan$/i.test(text)) return NaN;
    throw new Problem('value-invalid', {
      message: `The text "${text.slice(0, 40)}" is not a number.`,
      fix: 'Give numbers as text, such as 12, -3.5 or 1e-3.',
    });
  });
  return { kind: 'tensor', dtype: 'float64', shape, data };
}
