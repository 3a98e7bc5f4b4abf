import type { ModelSignature } from '../../core/define/file-facts.ts';
import type { GraftedModel, LoweredEmbedding, LoweredTensor, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { EmbeddingType, TensorType } from '../../core/kinds/type.ts';
import { namedPorts } from './modelPorts.ts';

/**
 * A model inside a graph. What it takes has N in front: where its first axis is free (`fault` null) N goes into that axis
 * and comes out of it again, else N is 1 and is taken off.
 */
export function loweredModel(
  onnx: OnnxGraph,
  file: GraftedModel,
  signature: ModelSignature | undefined,
  fault: string | null,
  inputs: Readonly<Record<string, LoweredTensor | LoweredEmbedding>>,
  types: Readonly<Record<string, TensorType | EmbeddingType>>,
): Record<string, LoweredTensor> {
  if (fault !== null) onnx.oneItem(`"${file.name}" takes one item at a time: ${fault}`);
  const feeds: Record<string, OnnxValue> = {};
  /** Symbols of first axes that are N and nothing else. */
  const ones = new Set<string>();
  for (const [name, { name: input, shape }] of namedPorts(signature?.inputs ?? [])) {
    const [value, type] = [inputs[name], types[name]];
    const rows = shape?.length !== 1;
    if (value.kind === 'tensor') {
      if (type.kind === 'tensor' && type.shape?.[0] === 1 && typeof shape?.[0] === 'string') ones.add(shape[0]);
      const of = type.kind === 'tensor' ? type.shape : null;
      feeds[input] = fault === null ? intoFirst(onnx, value.tensor, of) : squeezed(onnx, value.tensor, 0);
    } else if (rows) feeds[input] = value.vector;
    else feeds[input] = onnx.op('Reshape', [value.vector, onnx.integers([-1])]);
  }
  const outputs = onnx.graft(file, feeds);
  const results: Record<string, LoweredTensor> = {};
  for (const [name, output] of namedPorts(signature?.outputs ?? [])) {
    const value = outputs[output.name];
    const first = output.shape?.[0];
    const tensor =
      fault !== null
        ? onnx.op('Unsqueeze', [value, onnx.integers([0])], {}, name)
        : typeof first === 'string' && ones.has(first)
          ? onnx.op('Unsqueeze', [value, onnx.integers([1])], {}, name)
          : outOfFirst(onnx, value);
    results[name] = { kind: 'tensor', tensor };
  }
  return results;
}

/** [N, d, ...] becomes [N * d, ...]. */
function intoFirst(onnx: OnnxGraph, value: OnnxValue, shape: TensorType['shape']): OnnxValue {
  if (shape?.[0] === 1) return squeezed(onnx, value, 1);
  return onnx.op('Reshape', [value, onnx.op('Concat', [onnx.integers([-1]), restOf(onnx, value, 2)], { axis: 0 })]);
}

/** [N * d, ...] becomes [N, d, ...]. */
function outOfFirst(onnx: OnnxGraph, value: OnnxValue): OnnxValue {
  const shape = onnx.op('Concat', [onnx.items(), onnx.integers([-1]), restOf(onnx, value, 1)], { axis: 0 });
  return onnx.op('Reshape', [value, shape], {}, 'items');
}

function squeezed(onnx: OnnxGraph, value: OnnxValue, axis: number): OnnxValue {
  return onnx.op('Squeeze', [value, onnx.integers([axis])]);
}

/** Lengths of the axes from `first` on, as int64. */
function restOf(onnx: OnnxGraph, value: OnnxValue, first: number): OnnxValue {
  return onnx.op('Shape', [value], { start: first });
}
