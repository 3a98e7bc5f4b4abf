import { Problem } from '../problems/problem.ts';
import { changed } from './change.ts';
import { elementName } from './elements.ts';
import type { GraphProto, ModelProto, TensorProto } from './gen/onnx-ml_pb.ts';
import { elementCount } from './tensorData.ts';

/**
 * The model with another tensor for an initialiser of its main graph; the name stays. Dtype and shape must be those of the
 * old one unless `freely`, where the caller knows that all that reads it takes the new ones. The model is left as it is.
 * Throws `wire-dangling` for a name that is not there, `wire-dtype` and `wire-shape`.
 */
export function replaceInitializer(model: ModelProto, name: string, tensor: TensorProto, freely = false): ModelProto {
  const graph = model.graph as GraphProto;
  const at = graph.initializer.findIndex((t) => t.name === name);
  if (at < 0) {
    throw new Problem('wire-dangling', {
      message: `The model has no initialiser "${name}".`,
      fix: 'Name a weight of its main graph.',
      where: { port: name },
    });
  }
  const old = graph.initializer[at];
  if (!freely && old.dataType !== tensor.dataType) {
    throw new Problem('wire-dtype', {
      message: `The initialiser "${name}" is ${elementName(old.dataType)}, and ${elementName(tensor.dataType)} was given.`,
      fix: `Give ${elementName(old.dataType)}.`,
      where: { port: name },
    });
  }
  if (!freely && (old.dims.join() !== tensor.dims.join() || elementCount(old) !== elementCount(tensor))) {
    throw new Problem('wire-shape', {
      message: `The initialiser "${name}" is of shape [${old.dims.join(', ')}], and [${tensor.dims.join(', ')}] was given.`,
      fix: 'Give the same shape.',
      where: { port: name },
    });
  }
  const placed = changed(tensor, { name });
  const declared = freely ? graph.valueInfo.filter((info) => info.name !== name) : graph.valueInfo;
  return changed(model, {
    graph: changed(graph, { initializer: graph.initializer.with(at, placed), valueInfo: declared }),
  });
}
