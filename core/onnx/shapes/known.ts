import type { Dim } from '../../kinds/type.ts';
import { elementBytes } from '../elements.ts';
import { TensorProto_DataType as T, type TensorProto } from '../gen/onnx-ml_pb.ts';
import { isExternal } from '../tensorData.ts';

/**
 * A small tensor whose values are known before anything runs: numbers, symbols of dimensions (what Shape gives), or null
 * for one that is not known.
 */
export interface Known {
  readonly element: number;
  readonly shape: readonly number[];
  readonly data: readonly Dim[];
}

/** Shapes, axes and scales are short; weights are not looked at. */
const mostElements = 1024;

/** The values of a small tensor of numbers or booleans that lies in the file itself; null for others. */
export function knownTensor(tensor: TensorProto): Known | null {
  const shape = tensor.dims.map(Number);
  const count = shape.reduce((product, d) => product * d, 1);
  if (!(count >= 0 && count <= mostElements) || shape.some((d) => d < 0) || isExternal(tensor)) return null;
  const data = numbersOf(tensor, count);
  return data === null || data.length !== count ? null : { element: tensor.dataType, shape, data };
}

function numbersOf(tensor: TensorProto, count: number): readonly number[] | null {
  const { dataType, rawData } = tensor;
  if (rawData.length > 0) return rawData.length === elementBytes(dataType, count) ? fromRaw(dataType, rawData) : null;
  switch (dataType) {
    case T.FLOAT:
      return tensor.floatData;
    case T.DOUBLE:
      return tensor.doubleData;
    case T.INT64:
      return tensor.int64Data.map(Number);
    case T.UINT32:
    case T.UINT64:
      return tensor.uint64Data.map(Number);
    case T.INT32:
    case T.INT16:
    case T.INT8:
    case T.UINT16:
    case T.UINT8:
    case T.BOOL:
      return tensor.int32Data;
    default:
      return null;
  }
}

function fromRaw(dataType: number, rawData: Uint8Array): readonly number[] | null {
  // A copy, since a view may begin at any byte.
  const { buffer } = new Uint8Array(rawData);
  switch (dataType) {
    case T.FLOAT:
      return [...new Float32Array(buffer)];
    case T.DOUBLE:
      return [...new Float64Array(buffer)];
    case T.INT64:
      return [...new BigInt64Array(buffer)].map(Number);
    case T.UINT64:
      return [...new BigUint64Array(buffer)].map(Number);
    case T.INT32:
      return [...new Int32Array(buffer)];
    case T.UINT32:
      return [...new Uint32Array(buffer)];
    case T.INT16:
      return [...new Int16Array(buffer)];
    case T.UINT16:
      return [...new Uint16Array(buffer)];
    case T.INT8:
      return [...new Int8Array(buffer)];
    case T.UINT8:
    case T.BOOL:
      return [...new Uint8Array(buffer)];
    default:
      return null;
  }
}

/** A list of numbers all of which are known; null otherwise. */
export function numbers(known: Known | null): readonly number[] | null {
  return known?.data.every((d): d is number => typeof d === 'number') ? known.data : null;
}

export function known(element: number, shape: readonly number[], data: readonly Dim[]): Known | null {
  return data.length > mostElements ? null : { element, shape, data };
}
