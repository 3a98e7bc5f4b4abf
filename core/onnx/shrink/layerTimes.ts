import type { GraphProto } from '../gen/onnx-ml_pb.ts';
import { nodeName } from './layers.ts';
import { usersOf } from './staticPlan.ts';

/** One operator as the runtime's profiler tells it. */
export interface TimedOperator {
  readonly name: string;
  readonly durationMs: number;
}
/** Milliseconds of each layer in one run, as it is and shrunk. */
export interface LayerTimes {
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
}

/** How far a layer's result may go through others that the runtime fuses into it. */
const mostFused = 3;

/** What the runtime puts before and behind names, and what quantising calls the nodes that it puts around a layer. */
const added =
  /^fused |(_nchwc|_token_\d+|_quant|\/duplicated|_(quantise|cast|scales?|bias|(Quantize|Dequantize)Linear)(_\d+)?)+$/g;

/**
 * What each layer took. The runtime renames what it fuses: after the node, or after the value at the end of what was
 * fused, with words of its own (`fused `, `_nchwc`, `_token_12`, `/duplicated`). Layers that are not found are left out.
 */
export function layerMs(
  graph: GraphProto,
  layers: readonly string[],
  operators: readonly TimedOperator[],
): ReadonlyMap<string, number> {
  const users = usersOf(graph);
  const byName = new Map(graph.node.map((node) => [nodeName(node), node]));
  const owner = new Map<string, string>();
  for (const layer of layers) {
    const node = byName.get(layer);
    if (node === undefined) continue;
    owner.set(layer, layer);
    let [value] = node.output;
    for (let step = 0; step <= mostFused; step++) {
      if (!owner.has(value)) owner.set(value, layer);
      const readers = users.get(value) ?? [];
      if (readers.length !== 1) break;
      [value] = readers[0].output;
      if (layers.includes(nodeName(readers[0]))) break;
    }
  }
  const times = new Map<string, number>();
  for (const { name, durationMs } of operators) {
    const layer = owner.get(name) ?? owner.get(name.replace(added, ''));
    if (layer !== undefined) times.set(layer, (times.get(layer) ?? 0) + durationMs);
  }
  return times;
}
