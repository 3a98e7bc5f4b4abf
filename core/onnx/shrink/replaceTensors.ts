import { changed } from '../change.ts';
import type { GraphProto, TensorProto } from '../gen/onnx-ml_pb.ts';

/** The graph with tensors replaced by others, whether initialisers or values of Constant nodes; the name stays. */
export function withTensors(graph: GraphProto, next: ReadonlyMap<TensorProto, TensorProto>): GraphProto {
  const swap = (tensor: TensorProto): TensorProto => {
    const other = next.get(tensor);
    return other === undefined ? tensor : changed(other, { name: tensor.name });
  };
  return changed(graph, {
    initializer: graph.initializer.map(swap),
    node: graph.node.map((node) => {
      const holds = node.opType === 'Constant' && node.attribute.some(({ t }) => t !== undefined && next.has(t));
      if (!holds) return node;
      const attribute = node.attribute.map((one) => (one.t === undefined ? one : changed(one, { t: swap(one.t) })));
      return changed(node, { attribute });
    }),
  });
}
