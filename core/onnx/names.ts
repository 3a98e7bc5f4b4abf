import type { GraphProto, ModelProto, NodeProto } from './gen/onnx-ml_pb.ts';
import { graphsOf } from './graphs.ts';

/** Names of all values in a graph and in graphs inside its nodes, whether made, given or only read. */
export function valueNames(graph: GraphProto): Set<string> {
  const names = new Set<string>();
  const add = (inner: GraphProto) => {
    for (const info of [...inner.input, ...inner.output, ...inner.valueInfo]) names.add(info.name);
    for (const name of initializerNames(inner)) names.add(name);
    for (const node of inner.node) {
      for (const name of node.input) names.add(name);
      for (const name of node.output) names.add(name);
      for (const deeper of graphsOf(node)) add(deeper);
    }
  };
  add(graph);
  names.delete('');
  return names;
}

/** Names of all nodes in a graph and in graphs inside its nodes. */
export function nodeNames(graph: GraphProto): Set<string> {
  const names = new Set<string>();
  const add = (inner: GraphProto) => {
    for (const node of inner.node) {
      names.add(node.name);
      for (const deeper of graphsOf(node)) add(deeper);
    }
  };
  add(graph);
  names.delete('');
  return names;
}

export function* initializerNames(graph: GraphProto): Generator<string> {
  for (const tensor of graph.initializer) yield tensor.name;
  for (const sparse of graph.sparseInitializer) yield sparse.values?.name ?? '';
}

/** Values that a node reads: its inputs, and what graphs inside it take from around them. '' is left out. */
export function readBy(node: NodeProto): Set<string> {
  const names = new Set(node.input);
  for (const graph of graphsOf(node)) for (const name of captured(graph)) names.add(name);
  names.delete('');
  return names;
}

/** Values that a graph reads but neither is given nor makes: for a graph inside a node, those of the graphs around it. */
export function captured(graph: GraphProto): Set<string> {
  const own = new Set<string>(initializerNames(graph));
  for (const info of graph.input) own.add(info.name);
  for (const node of graph.node) for (const name of node.output) own.add(name);
  const names = new Set<string>();
  const read = (name: string) => {
    if (!own.has(name)) names.add(name);
  };
  for (const node of graph.node) for (const name of readBy(node)) read(name);
  for (const info of graph.output) read(info.name);
  names.delete('');
  return names;
}

/** Gives names that are not taken: the one that is wanted, or that with `_2`, `_3` and so on behind it. What it gives is taken. */
export function freshNames(taken: ReadonlySet<string>): (wanted: string) => string {
  const all = new Set(taken);
  const counts = new Map<string, number>();
  return (wanted) => {
    let name = wanted;
    let n = counts.get(wanted) ?? 1;
    while (name === '' || all.has(name)) name = `${wanted}_${++n}`;
    counts.set(wanted, n);
    all.add(name);
    return name;
  };
}

/** Symbols that stand for dimensions anywhere in a model: in declared types of values, at any depth. */
export function dimNames(model: ModelProto): Set<string> {
  const names = new Set<string>();
  forEachDim(model, (name) => {
    names.add(name);
  });
  return names;
}

function forEachDim(model: ModelProto, see: (name: string) => void): void {
  const visit = (graph: GraphProto) => {
    for (const info of [...graph.input, ...graph.output, ...graph.valueInfo]) {
      let type = info.type;
      while (type !== undefined) {
        const { value } = type;
        if (value.case === 'tensorType' || value.case === 'sparseTensorType') {
          for (const { value: dim } of value.value.shape?.dim ?? [])
            if (dim.case === 'dimParam' && dim.value !== '') see(dim.value);
          break;
        }
        type =
          value.case === 'sequenceType' || value.case === 'optionalType'
            ? value.value.elemType
            : value.case === 'mapType'
              ? value.value.valueType
              : undefined;
      }
    }
    for (const node of graph.node) for (const inner of graphsOf(node)) visit(inner);
  };
  if (model.graph !== undefined) visit(model.graph);
}
