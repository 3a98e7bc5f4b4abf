import type { TensorValue } from '../../core/kinds/value.ts';
import type { Tensors } from './messages.ts';

const chunkBytes = 16 * 1024 * 1024;

/** Tensors ready to be posted, with the buffers to move along. */
export interface Parcel {
  readonly tensors: Tensors;
  readonly buffers: readonly ArrayBuffer[];
  readonly copiedBytes: number;
}

/**
 * Makes tensors ready to cross to another thread: those named in `give` move if their array fills its buffer, all
 * others are copied, large ones in pieces so that the calling thread never stops for long.
 */
export async function packTensors(tensors: Tensors, give: ReadonlySet<string>): Promise<Parcel> {
  const packed: Record<string, TensorValue> = {};
  const buffers = new Set<ArrayBuffer>();
  let copiedBytes = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.dtype === 'string') {
      packed[name] = tensor;
      continue;
    }
    const { buffer } = tensor.data;
    const whole = buffer instanceof ArrayBuffer && buffer.byteLength === tensor.data.byteLength;
    const moved = give.has(name) && whole && !buffers.has(buffer);
    const sent = moved ? tensor : await copyTensor(tensor);
    copiedBytes += moved ? 0 : tensor.data.byteLength;
    buffers.add(sent.data.buffer as ArrayBuffer);
    packed[name] = sent;
  }
  return { tensors: packed, buffers: [...buffers], copiedBytes };
}

/** As `packTensors` with everything given, without waiting: for results that nobody else holds. */
export function packResults(tensors: Tensors): Parcel {
  const buffers = new Set<ArrayBuffer>();
  for (const tensor of Object.values(tensors)) {
    if (tensor.dtype === 'string') continue;
    const { buffer } = tensor.data;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === tensor.data.byteLength) buffers.add(buffer);
  }
  return { tensors, buffers: [...buffers], copiedBytes: 0 };
}

/** Bytes of numbers in tensors; strings have none. */
export function bytesOf(tensors: Tensors): number {
  return Object.values(tensors).reduce((sum, t) => sum + (t.dtype === 'string' ? 0 : t.data.byteLength), 0);
}

type NumericTensor = Exclude<TensorValue, { readonly dtype: 'string' }>;

async function copyTensor(tensor: NumericTensor): Promise<NumericTensor> {
  const { data } = tensor;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const copy = new Uint8Array(data.byteLength);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    if (at > 0) await new Promise((resolve) => setImmediate(resolve));
    copy.set(bytes.subarray(at, at + chunkBytes), at);
  }
  const Copy = data.constructor as new (buffer: ArrayBuffer) => typeof data;
  return { ...tensor, data: new Copy(copy.buffer) } as NumericTensor;
}
