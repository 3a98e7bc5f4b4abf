import { z } from 'zod';
import type { Checked, CheckedNode } from '../check/checked.ts';
import type { ErasedLowerArgs } from '../define/node.ts';
import {
  type PartFile,
  type PartInput,
  type PartModel,
  type PartNode,
  type PartOutput,
  partKey,
} from '../define/partFile.ts';
import { endOf } from '../graph/document.ts';
import type { ModelProto } from '../onnx/gen/onnx-ml_pb.ts';
import type { GraftCache } from '../onnx/graft.ts';
import type { GraphPieces } from '../onnx/graphBuilder.ts';
import { declareShapes } from '../onnx/inferShapes.ts';
import { withMetadata } from '../onnx/metadata.ts';
import { type BuiltPart, buildPart, LeftOutside, type PartEdge } from './buildPart.ts';
import { type Cut, cutPipeline } from './cut.ts';
import { decodePassNodes, keepsStraight } from './decodePass.ts';
import { described } from './describe.ts';
import { notLowerable } from './lowerNode.ts';
import { type Assumptions, type Retyped, retype } from './retype.ts';

export interface CompileOptions {
  /** The bytes of a file by its path in the pipeline; with `place`, of a file beside it. */
  readonly bytes: (path: string, place?: Parameters<ErasedLowerArgs['bytes']>[1]) => Uint8Array;
  /** Of the document, for the files' metadata. */
  readonly sha256: string;
  readonly assume?: Assumptions;
  /** Nodes that are to stay outside, with the reason. */
  readonly leave?: ReadonlyMap<string, string>;
  /** Nodes whose part is to take one item at a time although nothing in it asks for that, with the reason. */
  readonly oneItem?: ReadonlyMap<string, string>;
  /** What is done to pictures while they are decoded stays outside: there it costs less than with all the pixels. */
  readonly keepDecodePass?: boolean;
  /** Branches that wait for different inputs are in files of their own, so that they can run at once. */
  readonly apart?: boolean;
}

/** One file of a compiled pipeline. */
export interface CompiledPart {
  readonly model: ModelProto;
  /** As it stands in the model's metadata. */
  readonly file: PartFile;
  /** The pipeline's `node.port` by the name of an input or output. */
  readonly ends: ReadonlyMap<string, string>;
  /** What the model was put together from, for targets that run its models by themselves. */
  readonly pieces: GraphPieces;
}

/** A node that runs outside the files. */
export interface OutsideNode {
  readonly node: string;
  readonly type: string;
  readonly title: string;
  readonly why: string;
  /** Outputs for which it runs outside although it is in a file too; empty when it is in none. */
  readonly besides: readonly string[];
}

export interface Compiled {
  readonly parts: readonly CompiledPart[];
  /** Nodes outside, in order; outputs of the pipeline are not listed. */
  readonly outside: readonly OutsideNode[];
  readonly types: Retyped['types'];
}

/**
 * A pipeline as files of ONNX, as few as its order allows, and the nodes that stay outside. `checked` is without errors.
 * The same pipeline gives the same bytes.
 */
export function compilePipeline(checked: Checked, options: CompileOptions): Compiled {
  const retyped = retype(checked, options.assume);
  const alive = aliveNodes(checked);
  const outside = new Map<string, string>();
  const inPass = new Set(options.keepDecodePass === true ? decodePassNodes(checked) : []);
  for (const id of alive) {
    const own = options.leave?.get(id) ?? whyOutside(nodeOf(checked, id), retyped);
    const why = own ?? (inPass.has(id) ? 'it is done while the picture is decoded, which costs less' : null);
    if (why !== null) outside.set(id, why);
  }
  const beside = new Map<string, string>();
  const grafts: GraftCache = new Map();
  for (;;) {
    const cut = cutPipeline({
      checked,
      types: retyped.types,
      alive,
      outside: new Set(outside.keys()),
      beside: new Set(beside.keys()),
      apart: options.apart ?? false,
    });
    const plan: Plan = { checked, retyped, alive, cut, beside: new Set(beside.keys()), options, grafts };
    const straight = new Set<string>();
    try {
      const parts = cut.parts.map((_, at) => compiledPart(plan, at, straight));
      return { parts, outside: outsideNodes(plan, outside, beside), types: retyped.types };
    } catch (error) {
      if (!(error instanceof LeftOutside)) throw error;
      leave(plan, error, outside, beside);
    }
  }
}

interface Plan {
  readonly checked: Checked;
  readonly retyped: Retyped;
  readonly alive: readonly string[];
  readonly cut: Cut;
  readonly beside: ReadonlySet<string>;
  readonly options: CompileOptions;
  readonly grafts: GraftCache;
}

/** What came of a try: a node goes outside, or runs there too for one of its outputs. */
function leave(
  plan: Plan,
  { node, port, why }: LeftOutside,
  outside: Map<string, string>,
  beside: Map<string, string>,
): void {
  const readPorts = [...readersOf(plan.checked, plan.alive).keys()].filter((end) => endOf(end).node === node);
  const others = readPorts.filter((end) => end !== `${node}.${port}` && !beside.has(end));
  if (port === null || others.length === 0) outside.set(node, why);
  else beside.set(`${node}.${port}`, why);
}

/** Ids of nodes that some public output needs, each behind those that it needs itself. */
function aliveNodes(checked: Checked): readonly string[] {
  const alive = new Set<string>();
  const todo = [...checked.publicOutputs.values()];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (alive.has(id)) continue;
    alive.add(id);
    for (const source of Object.values(checked.nodes.get(id)?.sources ?? {})) todo.push(endOf(source).node);
  }
  return checked.order.filter((id) => alive.has(id));
}

function whyOutside(node: CheckedNode, { settling }: Retyped): string | null {
  const { definition } = node;
  if (definition.publishes) return 'it is an output of the pipeline';
  if (definition.external !== null) return `it opens and decodes what comes in (${definition.external})`;
  if (definition.run === null) return 'it works on a sequence as a whole, not on one item after the other';
  if (definition.lower === null) return notLowerable(definition).message;
  return settling.has(node.id) ? 'it brings pictures of any colour to one, which a graph must know beforehand' : null;
}

/** `node.port` → who reads it, as `node.port` too. */
function readersOf(checked: Checked, alive: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const id of alive)
    for (const [port, source] of Object.entries(nodeOf(checked, id).sources))
      readers.set(source, [...(readers.get(source) ?? []), `${id}.${port}`]);
  return readers;
}

/** `straight` has the ends of parts before it whose pictures are straight, and is given those of this one. */
function compiledPart(plan: Plan, at: number, straight: Set<string>): CompiledPart {
  const { checked, retyped, cut, beside, options, grafts } = plan;
  const nodes = cut.parts[at].map((id) => nodeOf(checked, id));
  const inside = new Set(cut.parts[at]);
  const inputs = edgesOf(plan, inside, straight);
  const wanted = wantedOf(plan, inside, new Set([...inputs.values()].map(({ name }) => name)));
  const built = buildPart({
    name: checked.document.name,
    nodes,
    types: retyped.types,
    edges: inputs,
    wanted,
    beside,
    oneItem: options.oneItem ?? new Map(),
    bytes: (node, param, place) => options.bytes(String(node.params[param]), place),
    grafts,
  });
  for (const end of built.straight) straight.add(end);
  const file = partFile(plan, at, built, nodes);
  const plain = withMetadata(declareShapes(built.graph.model), { [partKey]: JSON.stringify(file) });
  const model = described(plain, file);
  return { model, file, ends: built.ends, pieces: built.graph.pieces };
}

/** What the part may read from outside, by `node.port`. */
function edgesOf(
  plan: Plan,
  inside: ReadonlySet<string>,
  straight: ReadonlySet<string>,
): ReadonlyMap<string, PartEdge> {
  const { checked, retyped, beside } = plan;
  const publicOf = new Map([...checked.publicInputs].map(([name, node]) => [node, name]));
  const edges = new Map<string, PartEdge>();
  for (const id of inside) {
    for (const source of Object.values(nodeOf(checked, id).sources)) {
      const { node: from, port } = endOf(source);
      if (edges.has(source) || (inside.has(from) && !beside.has(source))) continue;
      const node = nodeOf(checked, from);
      const name = publicOf.get(from);
      const alone = Object.keys(node.outputs).length === 1;
      const own = name === undefined ? source : alone ? name : `${name}.${port}`;
      edges.set(source, {
        name: own,
        toRgb: retyped.anyColour.has(source),
        straight: isStraight(plan, source, straight),
        geometry: name === undefined,
        public: name ?? null,
        doc: (name === undefined ? undefined : checked.document.inputs[name]?.doc) ?? node.outputs[port]?.doc ?? '',
        before: outsideBefore(plan, from),
      });
    }
  }
  return edges;
}

/** Whether a picture from outside is known to have rows that are rows of its original. */
function isStraight(plan: Plan, end: string, given: ReadonlySet<string>): boolean {
  if (given.has(end)) return true;
  const { definition, params, sources } = nodeOf(plan.checked, endOf(end).node);
  const step = definition.step?.(params) ?? null;
  if (step === null || !keepsStraight(step)) return false;
  return Object.values(sources).every((source) => isStraight(plan, source, given));
}

/** The nodes outside that make a value, in order. */
function outsideBefore({ checked, alive, cut }: Plan, from: string): PartInput['before'] {
  const inside = new Set(cut.parts.flat());
  const found = new Set<string>();
  const todo = [from];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (found.has(id) || inside.has(id)) continue;
    found.add(id);
    for (const source of Object.values(nodeOf(checked, id).sources)) todo.push(endOf(source).node);
  }
  return alive
    .filter((id) => found.has(id))
    .map((id) => ({ id, type: nodeOf(checked, id).definition.type, title: nodeOf(checked, id).definition.title }));
}

/** What is read of the part's values outside it, by `node.port`. */
function wantedOf(
  plan: Plan,
  inside: ReadonlySet<string>,
  taken: Set<string>,
): ReadonlyMap<string, Pick<PartOutput, 'name' | 'publics' | 'doc'>> {
  const { checked, alive, beside } = plan;
  const publicOf = new Map<string, string[]>();
  for (const [name, node] of checked.publicOutputs) publicOf.set(node, [...(publicOf.get(node) ?? []), name]);
  const runsBeside = new Set([...beside].map((end) => endOf(end).node));
  const wanted = new Map<string, Pick<PartOutput, 'name' | 'publics' | 'doc'>>();
  for (const [source, readers] of readersOf(checked, alive)) {
    const { node: from, port } = endOf(source);
    if (!inside.has(from) || beside.has(source)) continue;
    const ids = readers.map((reader) => endOf(reader).node);
    if (ids.every((id) => inside.has(id) && !runsBeside.has(id))) continue;
    const publics = ids.flatMap((id) => publicOf.get(id) ?? []);
    const [first] = publics;
    const doc = first === undefined ? undefined : checked.document.outputs[first]?.doc;
    const name = freshName(first ?? source, taken);
    taken.add(name);
    wanted.set(source, { name, publics, doc: doc ?? nodeOf(checked, from).outputs[port]?.doc ?? '' });
  }
  return wanted;
}

function freshName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  while (taken.has(name)) name = `${name}.out`;
  return name;
}

function partFile(
  { checked, retyped, cut, options }: Plan,
  at: number,
  built: BuiltPart,
  nodes: readonly CheckedNode[],
): PartFile {
  const recorded = new Map(checked.document.files.map((file) => [file.path, file]));
  const models = nodes.flatMap((node): PartModel[] =>
    Object.entries(node.definition.params).flatMap(([param, spec]) => {
      const facts = node.files[param];
      if (spec.form !== 'file' || spec.role !== 'onnx' || facts === undefined) return [];
      const { licence, source } = recorded.get(facts.path) ?? {};
      const told = { ...(licence === undefined ? {} : { licence }), ...(source === undefined ? {} : { source }) };
      return [{ node: node.id, path: facts.path, sha256: facts.sha256, ...told }];
    }),
  );
  return {
    version: 1,
    pipeline: { name: checked.document.name, sha256: options.sha256 },
    part: at + 1,
    parts: cut.parts.length,
    nodes: nodes.map(({ id, definition, params }) => {
      const { type, title } = definition;
      return { id, type, title, params: jsonParams(params) };
    }),
    batch: built.graph.oneItemBecause.length === 0,
    oneItemBecause: built.graph.oneItemBecause,
    inputs: built.inputs,
    outputs: built.outputs,
    models,
    leftOut: built.graph.leftOut,
    tolerance: nodes.reduce((sum, node) => sum + toleranceOf(node, retyped.types), 0),
  };
}

/** Parameters stand in a document, so they are JSON. */
function jsonParams(params: CheckedNode['params']): PartNode['params'] {
  const json = z.json();
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, json.parse(value)]));
}

/** What a node's operators may differ from it by; levels of pictures as shares of white. */
function toleranceOf({ id, definition, outputs }: CheckedNode, types: Retyped['types']): number {
  const pictures = Object.keys(outputs).some((port) => types.get(`${id}.${port}`)?.kind === 'image');
  return pictures ? definition.lowerTolerance / 255 : definition.lowerTolerance;
}

function outsideNodes(
  { checked, alive, cut }: Plan,
  outside: ReadonlyMap<string, string>,
  beside: ReadonlyMap<string, string>,
): readonly OutsideNode[] {
  return alive.flatMap((id): OutsideNode[] => {
    const { definition } = nodeOf(checked, id);
    if (definition.publishes) return [];
    const told = { node: id, type: definition.type, title: definition.title };
    const why = outside.get(id) ?? cut.left.get(id);
    if (why !== undefined) return [{ ...told, why: phrase(why), besides: [] }];
    const ends = [...beside].filter(([end]) => endOf(end).node === id);
    if (ends.length === 0) return [];
    return [{ ...told, why: phrase(ends[0][1]), besides: ends.map(([end]) => endOf(end).port) }];
  });
}

/** Reasons stand within sentences of others. */
function phrase(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function nodeOf(checked: Checked, id: string): CheckedNode {
  return checked.nodes.get(id) as CheckedNode;
}
