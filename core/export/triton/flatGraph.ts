import type { Dtype } from '../../kinds/dtype.ts';
import type { Dim } from '../../kinds/type.ts';
import type { NodeProto, TensorProto } from '../../onnx/gen/onnx-ml_pb.ts';
import type { Graft } from '../../onnx/graft.ts';
import type { GraphPieces } from '../../onnx/graphBuilder.ts';
import { renameNode } from '../../onnx/rename.ts';
import { knownTensor, numbers } from '../../onnx/shapes/known.ts';
import { sortNodes } from '../../onnx/sortNodes.ts';
import { fedItems, flatTypes } from './flatTypes.ts';
import type { Seen } from './modelRows.ts';

/** A tensor that comes in from outside. */
export interface FlatInput {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  /** An axis of length 1 that the part's own file has here, and this graph does without; null where there is none. */
  readonly without: number | null;
}

/** Operators and models of a compiled part, side by side, without what does nothing. */
export interface FlatGraph {
  readonly items: Dim;
  readonly inputs: readonly FlatInput[];
  /** Each behind those whose results it reads. */
  readonly nodes: readonly NodeProto[];
  readonly constants: ReadonlyMap<string, TensorProto>;
  readonly grafts: readonly Graft[];
  /** What goes out, and the value that it is. */
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * The pieces of a compiled part, made ready to be taken apart: an axis that is put in and taken off again is left alone,
 * outputs are the values themselves, and what nobody needs is left out.
 */
export function flatGraph(pieces: GraphPieces, seen?: Seen): FlatGraph {
  const constants = new Map(pieces.constants.map((tensor) => [tensor.name, tensor]));
  const { nodes, grafts, outputs } = withoutCopies(pieces, constants);
  const { needed, ...alive } = aliveParts(nodes, grafts, outputs);
  const inputs = pieces.inputs
    .filter(({ name }) => needed.has(name))
    .map(({ name, dtype, shape }) => ({ name, dtype, shape: shape ?? [], without: null }));
  return withoutEdgeAxes(countedByModels({ items: pieces.items, inputs, ...alive, constants, outputs }, seen));
}

/**
 * Where a model's node asks how many items there are, it looks at what the model is fed with rather than at what came into
 * the part, which may be whole pictures.
 */
function countedByModels(graph: FlatGraph, seen: Seen | undefined): FlatGraph {
  if (typeof graph.items !== 'string') return graph;
  const types = flatTypes(graph, seen);
  const nodes = graph.nodes.map((node) => {
    const graft = graph.grafts.find((one) => node.name.startsWith(`${one.node}/`));
    const taken = graph.inputs.some(({ name }) => name === node.input[0]);
    if (graft === undefined || !taken || !fedItems(graft, graph.items, types) || !countsItems(node, graph)) return node;
    const [fed] = Object.values(graft.inputs);
    return renameNode(node, { value: (name) => (name === node.input[0] ? fed : name) });
  });
  // What it looks at now may be made behind it.
  return { ...graph, nodes: sortNodes(nodes) };
}

/** Whether an operator gives the shape of a value of which only the first length is read. */
function countsItems(node: NodeProto, { nodes, constants }: FlatGraph): boolean {
  if (node.opType !== 'Shape' || node.attribute.length > 0) return false;
  const readers = nodes.filter((other) => other.input.includes(node.output[0]));
  return readers.every((other) => other.opType === 'Gather' && axesOf(other.input[1], constants)?.join() === '0');
}

interface Parts {
  readonly nodes: readonly NodeProto[];
  readonly grafts: readonly Graft[];
  readonly outputs: ReadonlyMap<string, string>;
}

function withoutCopies(pieces: GraphPieces, constants: ReadonlyMap<string, TensorProto>): Parts {
  const same = new Map<string, string>();
  const real = (name: string): string => same.get(name) ?? name;
  const makers = new Map<string, NodeProto>();
  const madeByModels = new Set(pieces.grafts.flatMap((graft) => Object.values(graft.outputs)));
  const wanted = new Set(pieces.outputs.map(({ name }) => name));
  const outputs = new Map<string, string>();
  const named = new Set<string>();
  const nodes: NodeProto[] = [];
  for (const raw of pieces.nodes) {
    const node = renameNode(raw, { value: real });
    const [out] = node.output;
    const [from, axes] = node.input;
    const maker = makers.get(from);
    if (maker !== undefined && undoes(node.opType, maker.opType) && sameAxes(axes, maker.input[1], constants)) {
      same.set(out, maker.input[0]);
      continue;
    }
    if (node.opType === 'Identity' && wanted.has(out)) {
      const own = (makers.has(from) || madeByModels.has(from)) && !named.has(from);
      if (own) named.add(from);
      outputs.set(out, own ? from : out);
      if (own) continue;
    }
    for (const name of node.output) makers.set(name, node);
    nodes.push(node);
  }
  const grafts = pieces.grafts.map((graft) => fedWith(graft, real));
  return { nodes, grafts, outputs };
}

/** Taking an axis of length 1 off that was put in, or putting one in again that was taken off. */
function undoes(second: string, first: string): boolean {
  return (second === 'Squeeze' && first === 'Unsqueeze') || (second === 'Unsqueeze' && first === 'Squeeze');
}

function sameAxes(a: string | undefined, b: string | undefined, constants: ReadonlyMap<string, TensorProto>): boolean {
  const [first, second] = [axesOf(a, constants), axesOf(b, constants)];
  return first !== null && second !== null && first.join() === second.join();
}

function axesOf(name: string | undefined, constants: ReadonlyMap<string, TensorProto>): readonly number[] | null {
  const tensor = constants.get(name ?? '');
  return tensor === undefined ? null : numbers(knownTensor(tensor));
}

function aliveParts(
  nodes: readonly NodeProto[],
  grafts: readonly Graft[],
  outputs: ReadonlyMap<string, string>,
): Pick<FlatGraph, 'nodes' | 'grafts'> & { readonly needed: ReadonlySet<string> } {
  const needed = new Set(outputs.values());
  const makers = new Map<string, readonly string[]>();
  for (const node of nodes) for (const name of node.output) makers.set(name, node.input);
  for (const graft of grafts)
    for (const name of Object.values(graft.outputs)) makers.set(name, Object.values(graft.inputs));
  // A set goes on to what is added to it on the way.
  for (const name of needed) for (const read of makers.get(name) ?? []) if (read !== '') needed.add(read);
  return {
    needed,
    nodes: nodes.filter((node) => node.output.some((name) => needed.has(name))),
    grafts: grafts.filter((graft) => Object.values(graft.outputs).some((name) => needed.has(name))),
  };
}

/** An input of which nothing but its form without an axis of length 1 is used comes in without that axis. */
function withoutEdgeAxes(graph: FlatGraph): FlatGraph {
  const { items } = graph;
  const fed = new Set([...graph.grafts.flatMap((graft) => Object.values(graft.inputs)), ...graph.outputs.values()]);
  const same = new Map<string, string>();
  const inputs = graph.inputs.map((input): FlatInput => {
    const readers = graph.nodes.filter((node) => node.input.includes(input.name));
    const [first] = readers;
    const axes = axesOf(first?.input[1], graph.constants);
    if (fed.has(input.name) || axes?.length !== 1) return input;
    const [axis] = axes;
    const squeezed = (node: NodeProto) =>
      node.opType === 'Squeeze' && sameAxes(node.input[1], first.input[1], graph.constants);
    const unit = axis >= 0 && input.shape[axis] === 1 && (axis > 0 || items === 1);
    if (!unit || input.shape.length < 2 || !readers.every(squeezed)) return input;
    for (const node of readers) same.set(node.output[0], input.name);
    return { ...input, shape: input.shape.filter((_, at) => at !== axis), without: axis };
  });
  if (same.size === 0) return graph;
  const real = (name: string): string => same.get(name) ?? name;
  const outputs = new Map([...graph.outputs].map(([name, value]) => [name, real(value)]));
  // An output that is now an input itself is copied after all.
  const copied = [...outputs].filter(([, value]) => inputs.some((input) => input.name === value));
  if (copied.length > 0) return graph;
  return {
    ...graph,
    inputs,
    nodes: graph.nodes.filter((node) => !same.has(node.output[0])).map((node) => renameNode(node, { value: real })),
    grafts: graph.grafts.map((graft) => fedWith(graft, real)),
    outputs,
  };
}

function fedWith(graft: Graft, real: (value: string) => string): Graft {
  const inputs = Object.entries(graft.inputs).map(([input, value]): [string, string] => [input, real(value)]);
  return { ...graft, inputs: Object.fromEntries(inputs) };
}
