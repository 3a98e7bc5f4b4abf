import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { Problem } from '../problems/problem.ts';
import { type ModelProto, ModelProtoSchema } from './gen/onnx-ml_pb.ts';

/**
 * Decodes an ONNX file. Weights are views on `bytes`, not copies. `name` is what messages call the file.
 * Throws `model-invalid` for anything that is not an ONNX model.
 */
export function readModel(bytes: Uint8Array, name: string): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw notAModel(name, `its protobuf is damaged (${error instanceof Error ? error.message : String(error)})`);
  }
  // Protobuf takes many files of other formats for a message of unknown fields.
  if (model.graph === undefined) throw notAModel(name, 'it holds no graph');
  if (model.irVersion <= 0n) throw notAModel(name, 'it does not say its IR version');
  return model;
}

/** Encodes a model; equal models give equal bytes. */
export function writeModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

export function notAModel(name: string, why: string): Problem {
  return new Problem('model-invalid', {
    message: `"${name}" is not an ONNX model that can be read: ${why}.`,
    fix: 'Export or download the model again; a file that Git LFS left as a pointer, or a download that was cut short, looks like this.',
    where: { file: name },
  });
}
