import type { CheckedNode } from '../check/checked.ts';
import { carriedOf } from '../define/carry.ts';
import type { Lowered, MayFail, OnnxValue } from '../define/lower.ts';
import type { PartInput, PartOutput, PartTensor } from '../define/partFile.ts';
import { endOf } from '../graph/document.ts';
import type { Dim, WireType } from '../kinds/type.ts';
import { changed } from '../onnx/change.ts';
import type { GraftCache } from '../onnx/graft.ts';
import { type BuiltGraph, GraphBuilder } from '../onnx/graphBuilder.ts';
import { readBy } from '../onnx/names.ts';
import { pruneUnused } from '../onnx/prune.ts';
import { Problem, toProblemData } from '../problems/problem.ts';
import { holdsModel } from './cut.ts';
import { batchName, type EdgeTensor, inputOf, outputsOf, tensorsOf } from './edges.ts';
import { notLowerable } from './lowerNode.ts';

export interface PartAsk {
  readonly name: string;
  /** In order. */
  readonly nodes: readonly CheckedNode[];
  readonly types: ReadonlyMap<string, WireType>;
  /** Of values that come from outside, by `node.port`. */
  readonly edges: ReadonlyMap<string, PartEdge>;
  /** Values that are read outside, by `node.port`. */
  readonly wanted: ReadonlyMap<string, Pick<PartOutput, 'name' | 'publics' | 'doc'>>;
  /** Ends that nodes of the part read, and that come from outside although a node of the part has them. */
  readonly beside: ReadonlySet<string>;
  /** Nodes that ask for one item at a time, with the reason. */
  readonly oneItem: ReadonlyMap<string, string>;
  readonly bytes: (node: CheckedNode, param: string, place?: Place) => Uint8Array;
  readonly grafts: GraftCache;
}
export interface PartEdge extends Pick<PartInput, 'name' | 'toRgb' | 'geometry' | 'public' | 'doc' | 'before'> {
  /** Rows of the picture are known to be rows of its original. */
  readonly straight: boolean;
}
type Place = Parameters<Parameters<NonNullable<CheckedNode['definition']['lower']>>[0]['bytes']>[1];

export interface BuiltPart {
  readonly graph: BuiltGraph;
  readonly inputs: readonly PartInput[];
  readonly outputs: readonly PartOutput[];
  /** `node.port` by the name of an input or output. */
  readonly ends: ReadonlyMap<string, string>;
  /** Ends of pictures that it gives whose rows are rows of their originals. */
  readonly straight: readonly string[];
}

/** A node cannot be in a part: by itself (`port` null), or for one of its outputs. */
export class LeftOutside extends Error {
  readonly node: string;
  readonly port: string | null;
  readonly why: string;
  constructor(node: string, port: string | null, why: string) {
    super(why);
    this.node = node;
    this.port = port;
    this.why = why;
  }
}

/** A value in the graph, with what it hangs on. */
interface Made {
  readonly lowered: Lowered;
  /** Inputs of the part without which there is none. */
  readonly needs: ReadonlySet<string>;
  /** bool [N] each: whether there is one. */
  readonly fails: readonly OnnxValue[];
}

/** Makes the graph of a part. Throws `LeftOutside` for the first node that stands against it. */
export function buildPart(ask: PartAsk): BuiltPart {
  const built = buildFor(ask, batchName);
  if (built.graph.oneItemBecause.length === 0) return built;
  // Where N is 1, that is said from the start: shapes are then known. (ONNX Runtime 1.30 cannot open a Reshape to a shape
  // that is computed with another Reshape to a known shape behind it.)
  return buildFor(ask, 1);
}

function buildFor(ask: PartAsk, items: Dim): BuiltPart {
  const onnx = new GraphBuilder(items, ask.grafts);
  const made = new Map<string, Made>();
  const taken = new Map<
    string,
    { readonly input: string; readonly type: WireType; readonly tensors: readonly EdgeTensor[] }
  >();
  const flags = new Map<string, OnnxValue>();
  const inPart = new Set(ask.nodes.map((node) => node.id));
  const from = (source: string, reader: CheckedNode): Made => {
    const known = made.get(source);
    if (known !== undefined) return known;
    const [id, port] = splitEnd(source);
    if (inPart.has(id) && !ask.beside.has(source))
      throw new LeftOutside(id, port, noTensor(port, ask.types.get(source)));
    const edge = ask.edges.get(source);
    const type = ask.types.get(source);
    if (edge === undefined || type === undefined)
      throw new LeftOutside(reader.id, null, `the type of "${source}" is not known`);
    const own = nameDims(type);
    const picture = { anyColour: edge.toRgb, straight: edge.straight };
    const lowered = leaving(reader.id, () => inputOf(onnx, edge.name, own, items, edge.geometry, picture));
    taken.set(source, { input: edge.name, type, tensors: tensorsOf(edge.name, own, items, edge.geometry) });
    const fresh: Made = { lowered, needs: new Set([edge.name]), fails: [] };
    made.set(source, fresh);
    return fresh;
  };
  const flagOf = (input: string): OnnxValue => {
    const known = flags.get(input) ?? onnx.input(`${input}.present`, 'bool', [items]);
    flags.set(input, known);
    return known;
  };
  for (const node of ask.nodes) lowerInto(node);

  function lowerInto(node: CheckedNode): void {
    const { definition, id } = node;
    const { lower } = definition;
    if (lower === null) throw new LeftOutside(id, null, notLowerable(definition).message);
    const inputs: Record<string, Lowered> = {};
    const types: Record<string, WireType | undefined> = {};
    const present: Record<string, OnnxValue> = {};
    const needs = new Set<string>();
    const fails = new Set<OnnxValue>();
    onnx.within('edge');
    for (const [port, source] of Object.entries(node.sources)) {
      const value = from(source, node);
      inputs[port] = value.lowered;
      types[port] = ask.types.get(source);
      if (node.inputs[port]?.missing === 'accept') {
        const there = [...[...value.needs].map(flagOf), ...value.fails];
        if (there.length > 0) present[port] = allOf(onnx, there);
        continue;
      }
      for (const need of value.needs) needs.add(need);
      for (const fail of value.fails) fails.add(fail);
    }
    onnx.within(id);
    const alone = ask.oneItem.get(id);
    if (alone !== undefined) onnx.oneItem(alone);
    const bytes = (param: string, place?: Place) => ask.bytes(node, param, place);
    const results = leaving(id, () =>
      lower({ onnx, inputs, params: node.params, files: node.files, types, present, bytes }),
    );
    for (const port of Object.keys(node.outputs)) {
      const result: (Lowered & MayFail) | undefined = results[port];
      if (result === undefined) continue;
      const own = result.present === undefined ? [] : [result.present];
      made.set(`${id}.${port}`, { lowered: result, needs, fails: [...fails, ...own] });
    }
  }

  onnx.within('edge');
  const outputs: PartOutput[] = [];
  const straight: string[] = [];
  const ends = new Map<string, string>();
  for (const [end, { name, publics, doc }] of ask.wanted) {
    const value = made.get(end);
    const type = ask.types.get(end);
    const [id, port] = splitEnd(end);
    if (value === undefined || type === undefined) throw new LeftOutside(id, port, noTensor(port, type));
    const { lowered } = value;
    if (lowered.kind === 'image' && lowered.anyColour !== undefined)
      throw new LeftOutside(id, port, colourOf(port, lowered.anyColour));
    if (lowered.kind === 'image' && lowered.straight === true) straight.push(end);
    const tensors = leaving(id, () => outputsOf(name, lowered, nameDims(type), items, true));
    for (const tensor of tensors) onnx.output(tensor.name, tensor.value, tensor.shape);
    const present = value.fails.length === 0 ? null : `${name}.present`;
    if (present !== null) onnx.output(present, allOf(onnx, value.fails), [items]);
    ends.set(name, end);
    outputs.push({
      name,
      type: { ...type, sequence: { count: 'one' } },
      carried: carriedOf(lowered),
      tensors: tensors.map(plainTensor),
      present,
      needs: [...value.needs],
      publics,
      doc,
    });
  }
  const graph = withoutDead(buildOf(onnx, ask));
  const read = new Set(graph.model.graph?.input.map((info) => info.name));
  const inputs: PartInput[] = [];
  for (const [source, { input, type, tensors }] of taken) {
    const edge = ask.edges.get(source);
    const present = read.has(`${input}.present`) ? `${input}.present` : null;
    const used = tensors.filter((tensor) => read.has(tensor.name)).map(plainTensor);
    if (edge === undefined || (used.length === 0 && present === null)) continue;
    ends.set(input, source);
    const { straight: _, ...told } = edge;
    inputs.push({
      ...told,
      ...(graph.opaque.includes(input) ? { opaque: true } : {}),
      geometry: edge.geometry && read.has(`${input}.geometry`),
      type: { ...type, sequence: { count: 'one' } },
      tensors: used,
      present,
    });
  }
  return { graph, inputs, outputs, ends, straight };
}

/** What a node or an edge of it throws says why the node stays outside. */
function leaving<T>(node: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Problem) throw new LeftOutside(node, null, toProblemData(error).message);
    throw error;
  }
}

function allOf(onnx: GraphBuilder, flags: readonly OnnxValue[]): OnnxValue {
  const [first, ...others] = new Set(flags);
  return others.reduce((all, flag) => onnx.op('And', [all, flag], {}, 'present'), first);
}

/** A node's own symbols mean nothing in the whole: such axes are named after the port. */
function nameDims(type: WireType): WireType {
  const own = (dim: Dim): Dim => (typeof dim === 'number' ? dim : null);
  switch (type.kind) {
    case 'tensor':
      return { ...type, shape: type.shape?.map(own) ?? null };
    case 'image':
    case 'mask':
      return { ...type, width: own(type.width), height: own(type.height) };
    case 'audio':
      return { ...type, channels: own(type.channels), samples: own(type.samples) };
    case 'embedding':
      return { ...type, length: own(type.length) };
    case 'scores':
      return { ...type, classes: own(type.classes) };
    default:
      return type;
  }
}

function plainTensor({ name, dtype, unit, shape }: EdgeTensor): PartTensor {
  return { name, dtype, unit, shape: shape.map((dim) => dim ?? 'any') };
}

/** What stands against all of it together is laid at the door of the model that it names. */
function buildOf(onnx: GraphBuilder, { name, nodes }: PartAsk): BuiltGraph {
  try {
    return onnx.build(name);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const models = nodes.filter(holdsModel);
    const { file } = error.data.where;
    const named = models.find((node) => Object.values(node.files).some((facts) => facts?.path === file));
    const blamed = named ?? models.at(-1);
    if (blamed === undefined) throw error;
    throw new LeftOutside(blamed.id, null, error.data.message);
  }
}

/** Without operators that no output needs, and without inputs that nothing reads. */
function withoutDead(built: BuiltGraph): BuiltGraph {
  const model = pruneUnused(built.model);
  const { graph } = model;
  if (graph === undefined) return built;
  const read = new Set(graph.node.flatMap((node) => [...readBy(node)]));
  const input = graph.input.filter((info) => read.has(info.name));
  return { ...built, model: changed(model, { graph: changed(graph, { input }) }) };
}

function noTensor(port: string, type: WireType | undefined): string {
  return `its output "${port}" is ${type?.kind ?? 'of a kind that is not known'}, for which it has no operators`;
}

function colourOf(port: string, input: string): string {
  return `its output "${port}" has the colour of what comes in at "${input}", which a graph must know beforehand (--assume ${input}.colour=rgb, or "Colour space" behind it)`;
}

function splitEnd(end: string): readonly [node: string, port: string] {
  const { node, port } = endOf(end);
  return [node, port];
}
