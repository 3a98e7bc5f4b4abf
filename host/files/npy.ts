import type { TensorValue } from '../../core/kinds/value.ts';

const descriptors = {
  float32: '<f4',
  float16: '<f2',
  float64: '<f8',
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  uint64: '<u8',
  bool: '|b1',
} as const;

/**
 * A tensor as a NumPy file of format version 1.0 (numpy.lib.format), row-major, little-endian. Strings become
 * fixed-width Unicode (`<U`), as numpy itself stores them.
 */
export function encodeNpy(tensor: TensorValue): Uint8Array {
  const body = tensor.dtype === 'string' ? encodeStrings(tensor.data) : bytesOf(tensor.data);
  const descriptor = tensor.dtype === 'string' ? `<U${body.width}` : descriptors[tensor.dtype];
  const shape = tensor.shape.length === 1 ? `${tensor.shape[0]},` : tensor.shape.join(', ');
  const dictionary = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${shape}), }`;
  // Magic, version and length take 10 bytes; the data starts at a multiple of 64.
  const padding = (64 - ((10 + dictionary.length + 1) % 64)) % 64;
  const header = `${dictionary}${' '.repeat(padding)}\n`;
  const file = new Uint8Array(10 + header.length + body.data.byteLength);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  file.set(new TextEncoder().encode(header), 10);
  file.set(body.data, 10 + header.length);
  return file;
}

interface Body {
  readonly data: Uint8Array;
  readonly width: number;
}

function bytesOf(data: ArrayBufferView): Body {
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width: 0 };
}

function encodeStrings(strings: readonly string[]): Body {
  const points = strings.map((text) => Array.from(text, (char) => char.codePointAt(0) as number));
  const width = Math.max(1, ...points.map((p) => p.length));
  const data = new Uint32Array(width * strings.length);
  points.forEach((p, i) => {
    data.set(p, i * width);
  });
  return { data: new Uint8Array(data.buffer), width };
}
