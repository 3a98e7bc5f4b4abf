import { create } from '@bufbuild/protobuf';
import {
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from './gen/onnx-ml_pb.ts';

/** Elements that the tensor's dims make. */
export function elementCount(tensor: TensorProto): number {
  return tensor.dims.reduce((product, d) => product * Number(d), 1);
}

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0;
}

/** The values of a float32 tensor; null for one of another type, with its data elsewhere, or with too few or too many. */
export function floatsOf(tensor: TensorProto): Float32Array | null {
  if (tensor.dataType !== TensorProto_DataType.FLOAT || isExternal(tensor)) return null;
  const count = elementCount(tensor);
  if (tensor.rawData.length > 0 || count === 0) {
    if (tensor.rawData.length !== count * 4) return null;
    // A copy, since a view may begin at any byte (and `slice` of a Buffer copies nothing). The file is little-endian, as
    // is every machine that this runs on.
    return new Float32Array(new Uint8Array(tensor.rawData).buffer);
  }
  return tensor.floatData.length === count ? Float32Array.from(tensor.floatData) : null;
}

export function float32Tensor(name: string, dims: readonly number[], data: Float32Array): TensorProto {
  return rawTensor(name, TensorProto_DataType.FLOAT, dims, data);
}

export function int8Tensor(name: string, dims: readonly number[], data: Int8Array): TensorProto {
  return rawTensor(name, TensorProto_DataType.INT8, dims, data);
}

export function uint8Tensor(name: string, dims: readonly number[], data: Uint8Array): TensorProto {
  return rawTensor(name, TensorProto_DataType.UINT8, dims, data);
}

export function int32Tensor(name: string, dims: readonly number[], data: Int32Array): TensorProto {
  return rawTensor(name, TensorProto_DataType.INT32, dims, data);
}

function rawTensor(
  name: string,
  dataType: TensorProto_DataType,
  dims: readonly number[],
  { buffer, byteOffset, byteLength }: Float32Array | Int8Array | Uint8Array | Int32Array,
): TensorProto {
  const rawData = new Uint8Array(buffer, byteOffset, byteLength);
  return create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData });
}
