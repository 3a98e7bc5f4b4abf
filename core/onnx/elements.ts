import type { Dtype } from '../kinds/dtype.ts';
import { TensorProto_DataType as T } from './gen/onnx-ml_pb.ts';

/** Tributary's dtype for each ONNX element type that the runtime's binding can pass in and out. */
const passable: Readonly<Record<number, Dtype>> = {
  [T.FLOAT]: 'float32',
  [T.UINT8]: 'uint8',
  [T.INT8]: 'int8',
  [T.UINT16]: 'uint16',
  [T.INT16]: 'int16',
  [T.INT32]: 'int32',
  [T.INT64]: 'int64',
  [T.STRING]: 'string',
  [T.BOOL]: 'bool',
  [T.FLOAT16]: 'float16',
  [T.DOUBLE]: 'float64',
  [T.UINT32]: 'uint32',
  [T.UINT64]: 'uint64',
};

/** What a type that cannot be passed is cast to at the model's edge, without loss. */
const widened: Readonly<Record<number, T>> = {
  [T.BFLOAT16]: T.FLOAT,
  [T.FLOAT8E4M3FN]: T.FLOAT,
  [T.FLOAT8E4M3FNUZ]: T.FLOAT,
  [T.FLOAT8E5M2]: T.FLOAT,
  [T.FLOAT8E5M2FNUZ]: T.FLOAT,
  [T.INT4]: T.INT8,
  [T.UINT4]: T.UINT8,
};

export function dtypeOfElement(element: number): Dtype | null {
  return passable[element] ?? null;
}

export function elementOfDtype(dtype: Dtype): T {
  return Number(Object.keys(passable).find((element) => passable[Number(element)] === dtype));
}

/** The element type that stands for `element` at the model's edge, or null when it passes as it is. */
export function widenedElement(element: number): T | null {
  return widened[element] ?? null;
}

const bits: Readonly<Record<number, number>> = {
  [T.FLOAT]: 32,
  [T.UINT8]: 8,
  [T.INT8]: 8,
  [T.UINT16]: 16,
  [T.INT16]: 16,
  [T.INT32]: 32,
  [T.INT64]: 64,
  [T.BOOL]: 8,
  [T.FLOAT16]: 16,
  [T.DOUBLE]: 64,
  [T.UINT32]: 32,
  [T.UINT64]: 64,
  [T.COMPLEX64]: 64,
  [T.COMPLEX128]: 128,
  [T.BFLOAT16]: 16,
  [T.FLOAT8E4M3FN]: 8,
  [T.FLOAT8E4M3FNUZ]: 8,
  [T.FLOAT8E5M2]: 8,
  [T.FLOAT8E5M2FNUZ]: 8,
  [T.UINT4]: 4,
  [T.INT4]: 4,
  [T.FLOAT4E2M1]: 4,
  [T.FLOAT8E8M0]: 8,
  [T.UINT2]: 2,
  [T.INT2]: 2,
};

/** Bytes that `count` elements take in a file, packed; null for strings and unknown types. */
export function elementBytes(element: number, count: number): number | null {
  const size = bits[element];
  return size === undefined ? null : Math.ceil((size * count) / 8);
}

/** `bfloat16`, `float8e4m3fn`: the type's name for messages. */
export function elementName(element: number): string {
  return passable[element] ?? T[element]?.toLowerCase() ?? `element type ${element}`;
}
