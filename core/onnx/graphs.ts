import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './gen/onnx-ml_pb.ts';
import { TensorProto_DataLocation } from './gen/onnx-ml_pb.ts';

/** Every node of the model: main graph, graphs inside If, Loop and Scan, and bodies of local functions. */
export function* allNodes(model: ModelProto): Generator<NodeProto> {
  if (model.graph !== undefined) yield* nodesOf(model.graph.node);
  for (const f of model.functions) yield* nodesOf(f.node);
}

function* nodesOf(nodes: readonly NodeProto[]): Generator<NodeProto> {
  for (const node of nodes) {
    yield node;
    for (const graph of graphsOf(node)) yield* nodesOf(graph.node);
  }
}

/** Graphs that a node holds in its attributes. */
export function* graphsOf(node: NodeProto): Generator<GraphProto> {
  for (const attribute of node.attribute) {
    if (attribute.g !== undefined) yield attribute.g;
    yield* attribute.graphs;
  }
}

/** Initialisers of the main graph and of every graph inside it; of sparse ones the values. */
export function* allInitializers(model: ModelProto): Generator<TensorProto> {
  if (model.graph !== undefined) yield* initializersOf(model.graph);
  for (const node of allNodes(model)) for (const graph of graphsOf(node)) yield* initializersOf(graph);
}

function* initializersOf(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const sparse of graph.sparseInitializer) if (sparse.values !== undefined) yield sparse.values;
}

/** Initialisers and every tensor in an attribute: all that may lie in another file. */
export function* allTensors(model: ModelProto): Generator<TensorProto> {
  yield* allInitializers(model);
  if (model.graph !== undefined) yield* sparseIndices(model.graph);
  for (const node of allNodes(model)) {
    for (const attribute of node.attribute) yield* tensorsOf(attribute);
    for (const graph of graphsOf(node)) yield* sparseIndices(graph);
  }
  for (const f of model.functions) for (const attribute of f.attributeProto) yield* tensorsOf(attribute);
}

function* sparseIndices(graph: GraphProto): Generator<TensorProto> {
  for (const sparse of graph.sparseInitializer) if (sparse.indices !== undefined) yield sparse.indices;
}

function* tensorsOf(attribute: AttributeProto): Generator<TensorProto> {
  if (attribute.t !== undefined) yield attribute.t;
  yield* attribute.tensors;
  for (const sparse of [attribute.sparseTensor, ...attribute.sparseTensors])
    for (const tensor of [sparse?.values, sparse?.indices]) if (tensor !== undefined) yield tensor;
}

/** A tensor whose data the model says to find in another file. Numbers are as the file says them, unchecked. */
export interface ExternalTensor {
  readonly name: string;
  readonly location: string;
  readonly offset: string;
  /** Empty when the file does not say. */
  readonly length: string;
  readonly elementType: number;
  readonly dims: readonly bigint[];
}

export function externalTensors(model: ModelProto): readonly ExternalTensor[] {
  const found: ExternalTensor[] = [];
  for (const tensor of allTensors(model)) {
    // A tensor that names a location but not EXTERNAL is treated as external too: readers differ, so the stricter rule holds.
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL && tensor.externalData.length === 0) continue;
    const entries = new Map(tensor.externalData.map((e) => [e.key, e.value]));
    found.push({
      name: tensor.name,
      location: entries.get('location') ?? '',
      offset: entries.get('offset') ?? '0',
      length: entries.get('length') ?? '',
      elementType: tensor.dataType,
      dims: tensor.dims,
    });
  }
  return found;
}
