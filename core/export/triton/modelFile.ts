import type { Dtype } from '../../kinds/dtype.ts';
import type { Dim } from '../../kinds/type.ts';
import { inputEdge, outputEdge } from '../../onnx/boundary.ts';
import { elementBytes } from '../../onnx/elements.ts';
import type { ModelProto } from '../../onnx/gen/onnx-ml_pb.ts';
import type { Graft } from '../../onnx/graft.ts';
import { externalTensors } from '../../onnx/graphs.ts';
import { declareShapes, inferShapes } from '../../onnx/inferShapes.ts';
import { readModel, writeModel } from '../../onnx/read.ts';
import { signatureOf, trueInputs } from '../../onnx/signature.ts';
import { Problem } from '../../problems/problem.ts';

/** A model's files as a version's folder holds them, and what Triton is told of its ends. */
export interface ServedModel {
  /** By name in the folder: `model.onnx`, and weights that lie beside it. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly inputs: readonly ServedTensor[];
  readonly outputs: readonly ServedTensor[];
  /** Its ends are no plain tensors in the pipeline's file; what is served is a copy whose are. */
  readonly adapted: boolean;
}
export interface ServedTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
}

/**
 * The file that a pipeline's model is served from: the pipeline's own, to the byte, where Triton can take it as it is. Throws
 * `not-lowerable` when the number of axes of an end is not known.
 */
export function servedModel({ file, model, name }: Graft): ServedModel {
  const raw = readModel(file.bytes, name);
  const plain = isPlain(raw) && signatureOf(model).outputs.every(({ shape }) => shape !== null);
  if (!plain) {
    const declared = declareShapes(model);
    return { files: new Map([['model.onnx', writeModel(declared)]]), ...endsOf(declared, name), adapted: true };
  }
  const files = new Map([['model.onnx', file.bytes]]);
  for (const [location, length] of besideOf(raw)) files.set(location, file.beside({ location, offset: 0, length }));
  return { files, ...endsOf(model, name), adapted: false };
}

/** Whether all that goes in and out are tensors of types that pass as they are. */
function isPlain({ graph }: ModelProto): boolean {
  if (graph === undefined) return false;
  const edges = [...trueInputs(graph).map(inputEdge), ...graph.output.map((info) => outputEdge(info, graph))];
  return edges.every(({ adaptation }) => adaptation.how === 'none');
}

/** Files of weights, with as many bytes of each as tensors lie in. */
function besideOf(model: ModelProto): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const { location, offset, length, elementType, dims } of externalTensors(model)) {
    const count = dims.reduce((product, dim) => product * Number(dim), 1);
    const own = length === '' ? (elementBytes(elementType, count) ?? 0) : Number(length);
    lengths.set(location, Math.max(lengths.get(location) ?? 0, Number(offset) + own));
  }
  return lengths;
}

/** ONNX Runtime infers shapes when it opens a file, and Triton holds the outputs' against what it was told. */
function endsOf(model: ModelProto, name: string): Pick<ServedModel, 'inputs' | 'outputs'> {
  const { types } = inferShapes(model);
  const { inputs, outputs } = signatureOf(model);
  const tensor = (end: (typeof inputs)[number], shape: readonly Dim[] | null): ServedTensor => {
    if (end.dtype !== null && shape !== null) return { name: end.name, dtype: end.dtype, shape };
    throw new Problem('not-lowerable', {
      message: `How many axes "${end.name}" of "${name}" has is not said by its file, which Triton must be told.`,
      fix: 'Export the model with shapes (for example with onnx.shape_inference), or serve the pipeline with its own server.',
      where: { file: name, port: end.name },
    });
  };
  return {
    inputs: inputs.map((end) => tensor(end, end.shape)),
    outputs: outputs.map((end) => {
      const known = types.get(end.name)?.shape ?? null;
      const dims = end.shape?.map((dim, axis) => (typeof dim === 'number' ? dim : (numberAt(known, axis) ?? dim)));
      return tensor(end, dims ?? known);
    }),
  };
}

function numberAt(shape: readonly Dim[] | null, axis: number): number | null {
  const dim = shape?.[axis];
  return typeof dim === 'number' ? dim : null;
}
