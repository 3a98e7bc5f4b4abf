import { create } from '@bufbuild/protobuf';
import type { TensorValue } from '../kinds/value.ts';
import { elementOfDtype } from './elements.ts';
import { type TensorProto, TensorProtoSchema } from './gen/onnx-ml_pb.ts';

/** A tensor's value as ONNX stores it. */
export function tensorOf(name: string, value: TensorValue): TensorProto {
  const dims = value.shape.map(BigInt);
  const dataType = elementOfDtype(value.dtype);
  if (value.dtype === 'string') {
    const stringData = value.data.map((text) => new TextEncoder().encode(text));
    return create(TensorProtoSchema, { name, dataType, dims, stringData });
  }
  const { buffer, byteOffset, byteLength } = value.data;
  // A copy: what the caller does with its array afterwards is no business of the graph.
  const rawData = new Uint8Array(buffer, byteOffset, byteLength).slice();
  return create(TensorProtoSchema, { name, dataType, dims, rawData });
}
