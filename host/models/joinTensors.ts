import type { TensorValue } from '../../core/kinds/value.ts';
import type { Tensors } from './messages.ts';

type NumericTensor = Exclude<TensorValue, { readonly dtype: 'string' }>;
type NumericArray = NumericTensor['data'];

/** Copying stops for other work after so many bytes. */
const chunkBytes = 16 * 1024 * 1024;

/** The length of the first axis, the same in all tensors and at least 1; null when they have no such one, or hold strings. */
export function rowsOf(tensors: Tensors): number | null {
  let rows: number | null = null;
  for (const tensor of Object.values(tensors)) {
    const first = tensor.shape[0] ?? 0;
    if (tensor.dtype === 'string' || first < 1 || (rows !== null && rows !== first)) return null;
    rows = first;
  }
  return rows;
}

/** Equal for tensors that can be joined along the first axis: same names, dtypes and other dimensions. */
export function joinKey(tensors: Tensors): string {
  return Object.entries(tensors)
    .map(([name, { dtype, shape }]) => JSON.stringify([name, dtype, ...shape.slice(1)]))
    .sort()
    .join();
}

/** Bytes of the largest tensor. */
export function largestBytes(tensors: Tensors): number {
  let most = 0;
  for (const tensor of Object.values(tensors))
    if (tensor.dtype !== 'string') most = Math.max(most, tensor.data.byteLength);
  return most;
}

/** Copies tensors of equal `joinKey` behind each other along the first axis, in buffers of their own. */
export async function joinTensors(items: readonly Tensors[]): Promise<Tensors> {
  const joined: Record<string, TensorValue> = {};
  let copied = 0;
  for (const name of Object.keys(items[0] ?? {})) {
    const parts = items.map((item) => item[name] as NumericTensor);
    const [first] = parts;
    if (first === undefined) continue;
    const rows = parts.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0);
    const whole = arrayLike(
      first.data,
      parts.reduce((sum, part) => sum + part.data.length, 0),
    );
    let at = 0;
    for (const { data } of parts) {
      whole.set(data as never, at);
      at += data.length;
      copied += data.byteLength;
      if (copied >= chunkBytes) {
        copied = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    joined[name] = { ...first, shape: [rows, ...first.shape.slice(1)], data: whole } as NumericTensor;
  }
  return joined;
}

/**
 * Parts `tensors` again into pieces of `rows` along the first axis, each in a buffer of its own. Null when a tensor
 * does not have exactly the sum of `rows`: then what is whose cannot be told.
 */
export function splitTensors(tensors: Tensors, rows: readonly number[]): readonly Tensors[] | null {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const pieces: Record<string, TensorValue>[] = rows.map(() => ({}));
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.dtype === 'string' || tensor.shape.length === 0 || tensor.shape[0] !== total) return null;
    const stride = tensor.data.length / total;
    let at = 0;
    rows.forEach((count, i) => {
      const data = tensor.data.slice(at, at + count * stride);
      at += count * stride;
      (pieces[i] as Record<string, TensorValue>)[name] = {
        ...tensor,
        shape: [count, ...tensor.shape.slice(1)],
        data,
      } as NumericTensor;
    });
  }
  return pieces;
}

function arrayLike(data: NumericArray, length: number): NumericArray {
  const Like = data.constructor as new (length: number) => NumericArray;
  return new Like(length);
}
