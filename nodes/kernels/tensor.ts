import { allocate, type Dtype } from '../../core/kinds/dtype.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { halvesToFloats, numberToHalf } from './float16.ts';

/** How many elements a shape has; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** A zeroed tensor (strings empty) of the dtype and shape. */
export function emptyTensor(dtype: Dtype, shape: readonly number[]): TensorValue {
  const count = elementCount(shape);
  const kind = 'tensor' as const;
  switch (dtype) {
    case 'float32':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'float16':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'float64':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'int8':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'int16':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'int32':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'int64':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'uint8':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'uint16':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'uint32':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'uint64':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'bool':
      return { kind, dtype, shape, data: allocate(dtype, count) };
    case 'string':
      return { kind, dtype, shape, data: allocate(dtype, count) };
  }
}

/** The same elements under another shape of as many elements; no copy. */
export function reshaped(tensor: TensorValue, shape: readonly number[]): TensorValue {
  return { ...tensor, shape };
}

/** True for int64 and uint64, whose elements are BigInts. */
export function isWide(dtype: Dtype): boolean {
  return dtype === 'int64' || dtype === 'uint64';
}

/**
 * Elements as numbers: float16 decoded, bool as 0 and 1, 64-bit integers rounded to the nearest double.
 * Shares memory with the tensor where the array holds numbers already. Strings give NaN.
 */
export function numbersOf(tensor: TensorValue): ArrayLike<number> {
  switch (tensor.dtype) {
    case 'float16':
      return halvesToFloats(tensor.data);
    case 'int64':
    case 'uint64':
      return Float64Array.from(tensor.data, Number);
    case 'string':
      return new Float64Array(tensor.data.length).fill(NaN);
    default:
      return tensor.data;
  }
}

/** Elements of a 64-bit tensor, or of a narrower whole-number one widened. */
export function bigintsOf(tensor: TensorValue): ArrayLike<bigint> {
  if (tensor.dtype === 'int64' || tensor.dtype === 'uint64') return tensor.data;
  const numbers = numbersOf(tensor);
  const out = new BigInt64Array(numbers.length);
  for (let i = 0; i < out.length; i++) out[i] = BigInt(Math.trunc(numbers[i]) || 0);
  return out;
}

/**
 * Stores numbers as a dtype, each rounded to nearest: whole-number dtypes drop the fraction and keep the low bits,
 * bool is "not zero". Not for strings.
 */
export function tensorFrom(dtype: Dtype, shape: readonly number[], numbers: ArrayLike<number>): TensorValue {
  const out = emptyTensor(dtype, shape);
  const count = numbers.length;
  switch (out.dtype) {
    case 'float16':
      for (let i = 0; i < count; i++) out.data[i] = numberToHalf(numbers[i]);
      break;
    case 'int64':
    case 'uint64':
      for (let i = 0; i < count; i++) out.data[i] = BigInt(Math.trunc(numbers[i]));
      break;
    case 'bool':
      for (let i = 0; i < count; i++) out.data[i] = numbers[i] === 0 ? 0 : 1;
      break;
    case 'string':
      break;
    default:
      for (let i = 0; i < count; i++) out.data[i] = numbers[i];
  }
  return out;
}

/** The elements of any tensor, for code that moves them and never looks at them. */
export type Cells = { [index: number]: unknown };

/** Puts one number into every element, converted as `tensorFrom` does; strings get its text. */
export function filledTensor(dtype: Dtype, shape: readonly number[], value: number): TensorValue {
  const out = emptyTensor(dtype, shape);
  const cell: unknown = dtype === 'string' ? String(value) : tensorFrom(dtype, [1], [value]).data[0];
  const cells: Cells = out.data;
  for (let i = 0; i < out.data.length; i++) cells[i] = cell;
  return out;
}

/** A copy in memory of its own. A node that passes an input on must copy it unless it owns it: an owner may move its memory away. */
export function copied(tensor: TensorValue): TensorValue {
  const out = emptyTensor(tensor.dtype, tensor.shape);
  if (out.dtype === 'string' || tensor.dtype === 'string') return { ...tensor };
  const bytes = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  new Uint8Array(out.data.buffer).set(bytes);
  return out;
}
