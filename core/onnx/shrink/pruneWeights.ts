import { changed } from '../change.ts';
import type { GraphProto, ModelProto, TensorProto } from '../gen/onnx-ml_pb.ts';
import { float32Tensor, floatsOf } from '../tensorData.ts';
import { weightBytes } from '../weightBytes.ts';
import { withTensors } from './replaceTensors.ts';
import type { LayerReport } from './staticInt8.ts';
import { chosenLayers, type LayerChoice, type LayerLeft } from './staticPlan.ts';

export interface WeightPruningOptions extends LayerChoice {
  /** Of each layer's weights, those that go. Default 0.5. */
  readonly share?: number;
}

/**
 * The smallest weights of each layer set to zero (magnitude pruning; Han et al. 2015). The file has as many bytes as
 * before, and this runtime multiplies by zero as fast as by anything: it is smaller when packed, no more than that.
 */
export function pruneWeights(
  model: ModelProto,
  options: WeightPruningOptions = {},
): { readonly model: ModelProto; readonly report: LayerReport } {
  const { share = 0.5 } = options;
  const graph = model.graph as GraphProto;
  const left: LayerLeft[] = [];
  const next = new Map<TensorProto, TensorProto>();
  const done: string[] = [];
  for (const { constant, name } of chosenLayers(graph, options, left)) {
    const { tensor } = constant;
    done.push(name);
    if (next.has(tensor)) continue;
    const values = floatsOf(tensor) ?? new Float32Array(0);
    next.set(tensor, float32Tensor(tensor.name, tensor.dims.map(Number), withoutSmallest(values, share)));
  }
  const bytes = weightBytes(model);
  const made = done.length === 0 ? model : changed(model, { graph: withTensors(graph, next) });
  return { model: made, report: { done, left, bytesBefore: bytes, bytesAfter: bytes } };
}

/** A copy in which a share of the numbers, the smallest in size, are zero; of equals the earlier ones. */
export function withoutSmallest(values: Float32Array, share: number): Float32Array {
  const count = Math.floor(values.length * share);
  const result = values.slice();
  if (count === 0) return result;
  const sizes = values.map(Math.abs).sort();
  const threshold = sizes[count - 1];
  let below = 0;
  while (below < sizes.length && sizes[below] < threshold) below++;
  let equals = count - below;
  for (let i = 0; i < result.length; i++) {
    const size = Math.abs(result[i]);
    if (size < threshold) result[i] = 0;
    else if (size === threshold && equals > 0) {
      result[i] = 0;
      equals--;
    }
  }
  return result;
}

/** Bytes of weights kept as places and values of what is not zero: 4 for each place, 4 for each value. */
export function sparseBytes(model: ModelProto): number {
  let bytes = 0;
  for (const tensor of model.graph?.initializer ?? []) {
    const values = floatsOf(tensor);
    if (values === null) continue;
    let filled = 0;
    for (const value of values) if (value !== 0) filled++;
    bytes += Math.min(8 * filled, 4 * values.length);
  }
  return bytes;
}
