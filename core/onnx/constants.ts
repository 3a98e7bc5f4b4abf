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
  return (name) => {
    const names: string[] = [];
    // Turned by a Transpose that was passed on the way, from the end on: the order does not matter for two axes.
    let turns = 0;
    let passesTranspose = false;
    // A chain longer than there are nodes goes round.
    for (let at = name; names.length <= graph.node.length; ) {
      names.push(at);
      const maker = makers.get(at);
      const tensor = given.get(at) ?? (maker === undefined ? undefined : constantOf(maker));
      if (tensor !== undefined) {
        if (passesTranspose && tensor.dims.length !== 2) return null;
        return { tensor, turned: turns % 2 === 1, names };
      }
      if (maker === undefined || !isMain(maker.domain)) return null;
      if (maker.opType === 'Transpose') {
        passesTranspose = true;
        const perm = maker.attribute.find((a) => a.name === 'perm')?.ints.join() ?? '1,0';
        if (perm === '1,0') turns++;
      } else if (maker.opType !== 'Identity') return null;
      at = maker.input[0] ?? '';
    }
    return null;
  };
}

function constantOf(node: NodeProto): TensorProto | undefined {
  const is = node.opType === 'Constant' && isMain(node.domain);
  return is ? node.attribute.find((a) => a.name === 'value')?.t : undefined;
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
