/** Element types of a tensor, named as ONNX and numpy name them. */
export const dtypes = [
  'float32',
  'float16',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
  'string',
] as const;
export type Dtype = (typeof dtypes)[number];

/** The array that holds each dtype. float16 is its raw bits (Node 20 has no Float16Array); bool is 0 or 1 a byte. */
export interface DtypeArrays {
  readonly float32: Float32Array;
  readonly float16: Uint16Array;
  readonly float64: Float64Array;
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
  readonly bool: Uint8Array;
  readonly string: readonly string[];
}
export type TensorData = DtypeArrays[Dtype];

const bytesPerElement: Record<Dtype, number> = {
  float32: 4,
  float16: 2,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
  string: 16,
};

/** Bytes that one element takes; for strings an estimate. */
export function dtypeBytes(dtype: Dtype): number {
  return bytesPerElement[dtype];
}

/** A zeroed array of the dtype. */
export function allocate<D extends Dtype>(dtype: D, length: number): DtypeArrays[D] {
  return makers[dtype](length) as DtypeArrays[D];
}

const makers: { readonly [D in Dtype]: (length: number) => DtypeArrays[D] } = {
  float32: (n) => new Float32Array(n),
  float16: (n) => new Uint16Array(n),
  float64: (n) => new Float64Array(n),
  int8: (n) => new Int8Array(n),
  int16: (n) => new Int16Array(n),
  int32: (n) => new Int32Array(n),
  int64: (n) => new BigInt64Array(n),
  uint8: (n) => new Uint8Array(n),
  uint16: (n) => new Uint16Array(n),
  uint32: (n) => new Uint32Array(n),
  uint64: (n) => new BigUint64Array(n),
  bool: (n) => new Uint8Array(n),
  string: (n) => new Array<string>(n).fill(''),
};

export function isFloat(dtype: Dtype): boolean {
  return dtype === 'float32' || dtype === 'float16' || dtype === 'float64';
}
