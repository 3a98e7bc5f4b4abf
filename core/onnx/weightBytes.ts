import { elementBytes } from './elements.ts';
import type { ModelProto } from './gen/onnx-ml_pb.ts';
import { allTensors } from './graphs.ts';
import { elementCount } from './tensorData.ts';

/** Bytes of all initialisers and constants of a model, packed as a file holds them. */
export function weightBytes(model: ModelProto): number {
  let bytes = 0;
  for (const tensor of allTensors(model)) bytes += elementBytes(tensor.dataType, elementCount(tensor)) ?? 0;
  return bytes;
}
