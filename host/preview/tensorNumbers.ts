import type { Dtype } from '../../core/kinds/dtype.ts';
import type { TensorOf } from '../../core/kinds/value.ts';
import { halfToNumber } from '../../nodes/kernels/float16.ts';

/** A tensor whose elements are numbers (bool as 0 and 1). */
export type NumericTensor = { readonly [D in Exclude<Dtype, 'string'>]: TensorOf<D> }[Exclude<Dtype, 'string'>];

/** Elements that are looked at between two rests; they fit the processor's cache as doubles. */
export const pieceLength = 1 << 15;

/**
 * Copies elements from `start` on into `out` as doubles, as many as it holds; gives how many there were. Loops over
 * one array type stay fast, where loops over eleven do not.
 */
export function readNumbers(tensor: NumericTensor, start: number, out: Float64Array): number {
  const end = Math.min(tensor.data.length, start + out.length);
  switch (tensor.dtype) {
    case 'int64':
    case 'uint64':
      readWide(tensor.data, start, end, out);
      break;
    case 'float16':
      for (let i = start; i < end; i++) out[i - start] = halfToNumber(tensor.data[i]);
      break;
    default:
      out.set(tensor.data.subarray(start, end));
  }
  return end - start;
}

/** By their halves of 32 bits, lower first (as every machine that Node runs models on has them): ten times as fast as BigInt. */
function readWide(data: BigInt64Array | BigUint64Array, start: number, end: number, out: Float64Array): void {
  const low = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
  const high = data instanceof BigInt64Array ? new Int32Array(low.buffer, low.byteOffset, low.length) : low;
  for (let i = start; i < end; i++) out[i - start] = high[2 * i + 1] * 4294967296 + low[2 * i];
}
