import { Problem } from '../problems/problem.ts';
import { type Datatype, elementBytes, elementsOf, type NumberDatatype, type OipTensor, zeros } from './oipTensor.ts';

/**
 * A tensor from its bytes: little-endian, row-major, unpadded; BOOL one byte each; BYTES a uint32 length before each
 * element. Throws `value-shape` where bytes and shape do not agree.
 */
export function tensorFromRaw(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  bytes: Uint8Array,
): OipTensor {
  const count = elementsOf(shape, name);
  if (datatype === 'BYTES') return { name, datatype, shape, data: lengthPrefixed(name, count, bytes) };
  const size = elementBytes(datatype) as number;
  if (bytes.byteLength !== count * size)
    throw new Problem('value-shape', {
      message: `The tensor "${name}" has ${bytes.byteLength} bytes, but ${datatype} of shape [${shape.join(', ')}] takes ${count * size}.`,
      fix: 'Send the elements little-endian, row by row, without padding.',
    });
  return { name, datatype, shape, data: numbersOf(datatype, count, bytes) };
}

function numbersOf(datatype: NumberDatatype, count: number, bytes: Uint8Array) {
  // Copied, because elements must lie at a multiple of their size. Every machine that ONNX Runtime has a Node binding for is little-endian.
  const data = zeros(datatype, count);
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  raw.set(bytes);
  if (datatype === 'BOOL') for (let i = 0; i < raw.length; i++) raw[i] = raw[i] === 0 ? 0 : 1;
  return data;
}

function lengthPrefixed(name: string, count: number, bytes: Uint8Array): readonly Uint8Array[] {
  // Each element takes its length at least: checked before a list of that many is made.
  if (count * 4 > bytes.byteLength) throw shortBytes(name, count, bytes.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.byteLength) throw shortBytes(name, count, bytes.byteLength);
    const length = view.getUint32(at, true);
    at += 4;
    if (at + length > bytes.byteLength) throw shortBytes(name, count, bytes.byteLength);
    data.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (at !== bytes.byteLength)
    throw new Problem('value-shape', {
      message: `The tensor "${name}" has ${bytes.byteLength - at} bytes behind its ${count} elements.`,
      fix: 'Send as many elements as the shape says, each behind its length (uint32, little-endian).',
    });
  return data;
}

function shortBytes(name: string, count: number, length: number): Problem {
  return new Problem('value-shape', {
    message: `The tensor "${name}" has ${length} bytes, too few for ${count} elements with their lengths.`,
    fix: 'Send each element of BYTES behind its length (uint32, little-endian).',
  });
}

/** The bytes of a tensor, as `tensorFromRaw` reads them. */
export function rawOf(tensor: OipTensor): Uint8Array {
  if (tensor.datatype !== 'BYTES') {
    const { data } = tensor;
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  const bytes = new Uint8Array(tensor.data.reduce((sum, element) => sum + 4 + element.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const element of tensor.data) {
    view.setUint32(at, element.length, true);
    bytes.set(element, at + 4);
    at += 4 + element.length;
  }
  return bytes;
}
