import { allocate, type Dtype, dtypeBytes, type TensorData } from '../kinds/dtype.ts';
import type { TensorValue } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';

/** Element types of the Open Inference Protocol, and the dtype that holds each; BYTES are texts or files. */
export const dtypeOf = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
} as const satisfies Readonly<Record<string, Exclude<Dtype, 'string'>>>;
export type NumberDatatype = keyof typeof dtypeOf;
export type Datatype = NumberDatatype | 'BYTES';
export type Numbers = Exclude<TensorData, readonly string[]>;

export interface NumberTensor {
  readonly name: string;
  readonly datatype: NumberDatatype;
  readonly shape: readonly number[];
  /** Row-major; of FP16 the bits. */
  readonly data: Numbers;
}
export interface BytesTensor {
  readonly name: string;
  readonly datatype: 'BYTES';
  readonly shape: readonly number[];
  readonly data: readonly Uint8Array[];
  /** Elements are files, and not texts. */
  readonly files?: true;
}
/** A tensor as the protocol carries it. */
export type OipTensor = NumberTensor | BytesTensor;

/** What a tensor is before it is there; -1 for a size that varies. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

const datatypes = Object.fromEntries(Object.entries(dtypeOf).map(([datatype, dtype]) => [dtype, datatype]));

export function datatypeOf(dtype: Dtype): Datatype {
  return dtype === 'string' ? 'BYTES' : (datatypes[dtype] as NumberDatatype);
}

/** Throws `input-kind` for a name that the protocol does not have. */
export function datatypeNamed(text: string, name: string): Datatype {
  if (text === 'BYTES' || Object.hasOwn(dtypeOf, text)) return text as Datatype;
  throw new Problem('input-kind', {
    message: `The tensor "${name}" names a datatype that is not known: ${JSON.stringify(text.slice(0, 60))}.`,
    fix: `Use one of ${Object.keys(dtypeOf).join(', ')}, BYTES.`,
  });
}

/** Bytes of one element; null where each has its own length. */
export function elementBytes(datatype: Datatype): number | null {
  return datatype === 'BYTES' ? null : dtypeBytes(dtypeOf[datatype]);
}

/** How many elements a shape has. Throws `value-shape` for sizes that are no whole numbers, and for more than can be counted. */
export function elementsOf(shape: readonly number[], name: string): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0)
      throw badShape(name, shape, 'its sizes must be whole numbers of 0 or more');
    count *= size;
  }
  if (!Number.isSafeInteger(count)) throw badShape(name, shape, 'it has more elements than can be counted');
  return count;
}

export function badShape(name: string, shape: readonly number[], why: string): Problem {
  return new Problem('value-shape', {
    message: `The tensor "${name}" of shape [${shape.slice(0, 16).join(', ')}] cannot be used: ${why}.`,
    fix: "Send tensors of the shapes that the model's metadata names.",
  });
}

/** A tensor value of numbers in the protocol's words, under another shape where one is given. */
export function numberTensor(name: string, value: TensorValue, shape: readonly number[] = value.shape): OipTensor {
  if (value.dtype === 'string') {
    const encoder = new TextEncoder();
    return { name, datatype: 'BYTES', shape, data: value.data.map((text) => encoder.encode(text)) };
  }
  return { name, datatype: datatypes[value.dtype] as NumberDatatype, shape, data: value.data };
}

/** An array of zeros, and how to put a part of another into it. */
export function zeros(datatype: NumberDatatype, length: number): Numbers {
  return allocate(dtypeOf[datatype], length);
}

/** Copies `from` to `into` at `at`. Both hold the same datatype. */
export function place(into: Numbers, from: Numbers, at: number): void {
  // One of the twelve array types, and the same on both sides.
  (into as Uint8Array).set(from as Uint8Array, at);
}
