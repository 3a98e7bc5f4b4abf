import { Problem } from '../problems/problem.ts';
import { elementBytes } from './elements.ts';
import { type ModelProto, TensorProto_DataLocation } from './gen/onnx-ml_pb.ts';
import { allTensors, externalTensors } from './graphs.ts';
import { elementCount, isExternal } from './tensorData.ts';

/** Protobuf takes no message of 2 GiB or more. */
const mostBytes = 2 ** 31 - 1;

/**
 * Brings the data of tensors that lie in other files into `model`, which it changes. `read` gives `length` bytes from
 * `offset` of the file at a location; both were checked before (`checkExternalData`). Throws `model-unsupported` when
 * all of it would not go into one file.
 */
export function bringDataInside(
  model: ModelProto,
  name: string,
  read: (location: string, offset: number, length: number) => Uint8Array,
): void {
  // In the same order as `externalTensors` lists them.
  const outside = [...allTensors(model)].filter(isExternal);
  const bytes = outside.reduce((sum, t) => sum + (elementBytes(t.dataType, elementCount(t)) ?? 0), 0);
  if (bytes > mostBytes) {
    throw new Problem('model-unsupported', {
      message: `"${name}" has ${bytes} bytes of weights in other files, which do not go into one ONNX file.`,
      fix: 'Use a smaller model; a file of ONNX holds less than 2 GiB.',
      where: { file: name },
    });
  }
  const places = externalTensors(model);
  outside.forEach((tensor, i) => {
    const { location, offset } = places[i];
    const length = elementBytes(tensor.dataType, elementCount(tensor)) ?? 0;
    tensor.rawData = read(location, Number(offset), length);
    tensor.externalData = [];
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
  });
}
