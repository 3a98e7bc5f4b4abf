import { elementName } from './elements.ts';
import type { GraphProto, NodeProto, TensorProto } from './gen/onnx-ml_pb.ts';
import { graphsOf } from './graphs.ts';
import { transposed } from './quantiseMatrix.ts';
import { elementCount, floatsOf, isExternal } from './tensorData.ts';

/** Where a value that never changes comes from. */
export interface Constant {
  readonly tensor: TensorProto;
  /** It passes a Transpose on its way, which turns rows into columns. */
  readonly turned: boolean;
  /** Names of all values on its way, itself included. */
  readonly names: readonly string[];
}

/** Finds constants of a graph's top level: initialisers and Constant nodes, also behind Identity and a 2-D Transpose. */
export function constantFinder(graph: GraphProto): (name: string) => Constant | null {
  const given = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const makers = new Map<string, NodeProto>();
  for (const node of graph.node) for (const output of node.output) makers.set(output, node);
  return function find(name: string): Constant | null {
    const tensor = given.get(name);
    if (tensor !== undefined) return { tensor, turned: false, names: [name] };
    const maker = makers.get(name);
    if (maker === undefined || !isMain(maker.domain)) return null;
    if (maker.opType === 'Constant') {
      const value = maker.attribute.find((a) => a.name === 'value')?.t;
      return value === undefined ? null : { tensor: value, turned: false, names: [name] };
    }
    const turns = maker.opType === 'Transpose';
    if (!turns && maker.opType !== 'Identity') return null;
    const inner = find(maker.input[0]);
    if (inner === null || (turns && inner.tensor.dims.length !== 2)) return null;
    const perm = maker.attribute.find((a) => a.name === 'perm')?.ints.join() ?? '1,0';
    const turned = turns && perm === '1,0' ? !inner.turned : inner.turned;
    return { tensor: inner.tensor, turned, names: [name, ...inner.names] };
  };
}

export interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** A constant as a float32 matrix, turned once more if `turn`; or why it is none, in words. */
export function matrixOf(constant: Constant, turn: boolean): Matrix | string {
  const { tensor } = constant;
  if (tensor.dims.length !== 2) return `its weights have ${tensor.dims.length} axes, not two`;
  const fault = weightFault(tensor);
  if (fault !== null) return fault;
  const values = floatsOf(tensor);
  if (values === null) return 'its weights are not as many as their shape says';
  const [rows, columns] = tensor.dims.map(Number);
  if (turn === constant.turned) return { values, rows, columns };
  return { values: transposed(values, rows, columns), rows: columns, columns: rows };
}

/** Why a tensor's values cannot be read as float32 here, in words; null when they can. */
export function weightFault(tensor: TensorProto): string | null {
  const element = elementName(tensor.dataType);
  if (element !== 'float32') return `its weights are ${element}, not float32`;
  if (isExternal(tensor)) return 'its weights lie in another file';
  return elementCount(tensor) === 0 ? 'its weights are empty' : null;
}

/** Names of values that a graph reads: inputs of its nodes, of graphs inside them, and its own outputs. */
export function namesRead(graph: GraphProto): ReadonlySet<string> {
  const names = new Set(graph.output.map((info) => info.name));
  const add = (nodes: readonly NodeProto[]) => {
    for (const node of nodes) {
      for (const input of node.input) names.add(input);
      for (const inner of graphsOf(node)) {
        add(inner.node);
        for (const output of inner.output) names.add(output.name);
      }
    }
  };
  add(graph.node);
  return names;
}

/** Makes names that no value of the graph, nor of graphs inside it, has. */
export function nameMaker(graph: GraphProto): (wanted: string) => string {
  const taken = new Set<string>();
  const add = (inner: GraphProto) => {
    for (const info of [...inner.input, ...inner.output, ...inner.initializer]) taken.add(info.name);
    for (const node of inner.node) {
      for (const name of [node.name, ...node.input, ...node.output]) taken.add(name);
      for (const deeper of graphsOf(node)) add(deeper);
    }
  };
  add(graph);
  return (wanted) => {
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    return name;
  };
}

export function isMain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}
