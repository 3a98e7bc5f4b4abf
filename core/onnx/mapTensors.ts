import { changed } from './change.ts';
import type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  SparseTensorProto,
  TensorProto,
} from './gen/onnx-ml_pb.ts';

type TensorChange = (tensor: TensorProto) => TensorProto;

/** The model with each tensor of it changed: initialisers and those in attributes, at any depth, in functions too. It is left as it is. */
export function mapTensors(model: ModelProto, change: TensorChange): ModelProto {
  return changed(model, {
    graph: model.graph && mapGraph(model.graph, change),
    functions: mapped(model.functions, (f) => {
      const node = mapped(f.node, (one) => mapNode(one, change));
      const attributeProto = mapped(f.attributeProto, (a) => mapAttribute(a, change));
      return node === f.node && attributeProto === f.attributeProto ? f : changed(f, { node, attributeProto });
    }),
  });
}

function mapGraph(graph: GraphProto, change: TensorChange): GraphProto {
  const node = mapped(graph.node, (one) => mapNode(one, change));
  const initializer = mapped(graph.initializer, change);
  const sparseInitializer = mapped(graph.sparseInitializer, (sparse) => mapSparse(sparse, change));
  const same =
    node === graph.node && initializer === graph.initializer && sparseInitializer === graph.sparseInitializer;
  return same ? graph : changed(graph, { node, initializer, sparseInitializer });
}

function mapNode(node: NodeProto, change: TensorChange): NodeProto {
  const attribute = mapped(node.attribute, (a) => mapAttribute(a, change));
  return attribute === node.attribute ? node : changed(node, { attribute });
}

function mapAttribute(a: AttributeProto, change: TensorChange): AttributeProto {
  const t = a.t && change(a.t);
  const g = a.g && mapGraph(a.g, change);
  const sparseTensor = a.sparseTensor && mapSparse(a.sparseTensor, change);
  const tensors = mapped(a.tensors, change);
  const graphs = mapped(a.graphs, (graph) => mapGraph(graph, change));
  const sparseTensors = mapped(a.sparseTensors, (sparse) => mapSparse(sparse, change));
  const same =
    t === a.t &&
    g === a.g &&
    sparseTensor === a.sparseTensor &&
    tensors === a.tensors &&
    graphs === a.graphs &&
    sparseTensors === a.sparseTensors;
  return same ? a : changed(a, { t, g, sparseTensor, tensors, graphs, sparseTensors });
}

function mapSparse(sparse: SparseTensorProto, change: TensorChange): SparseTensorProto {
  const values = sparse.values && change(sparse.values);
  const indices = sparse.indices && change(sparse.indices);
  return values === sparse.values && indices === sparse.indices ? sparse : changed(sparse, { values, indices });
}

/** The list itself when nothing in it changed. */
function mapped<T>(list: T[], change: (one: T) => T): T[] {
  let same = true;
  const all = list.map((one) => {
    const made = change(one);
    if (made !== one) same = false;
    return made;
  });
  return same ? list : all;
}
