import { constantFinder, isMain, namesRead } from '../constants.ts';
import type { GraphProto, NodeProto } from '../gen/onnx-ml_pb.ts';
import { graphsOf } from '../graphs.ts';
import { isWeighted, layerOf, nodeName, type WeightedLayer } from './layers.ts';
import type { ActivationType } from './quantisation.ts';

/** Which layers are to work in 8 bits. */
export interface LayerChoice {
  /** How values between layers stand; see `quantisationOf`. Default uint8. */
  readonly activations?: ActivationType;
  /** Only these layers with weights, by name; all when left out. */
  readonly only?: ReadonlySet<string>;
  /** Never these. */
  readonly except?: ReadonlySet<string>;
  /** The first and the last layer with weights stay as they are: they often lose most. */
  readonly keepFirst?: boolean;
  readonly keepLast?: boolean;
}

export interface LayerLeft {
  readonly node: string;
  readonly why: string;
}

/** What is to become of a graph, before anything is known of its values. */
export interface StaticPlan {
  readonly layers: readonly WeightedLayer[];
  /** Nodes without weights that work on 8 bits because what comes to them does. */
  readonly followers: readonly NodeProto[];
  /** Values to be put in 8 bits; each needs a range, except those of `alike`. */
  readonly tensors: ReadonlySet<string>;
  /** Values that only move or choose elements of another: they share its scale. */
  readonly alike: ReadonlyMap<string, string>;
  readonly left: readonly LayerLeft[];
}

/** Work in 8 bits when all that comes to them is: those that the runtime has a kernel in whole numbers for. */
const followers: ReadonlySet<string> = new Set([
  ...['Add', 'Mul', 'AveragePool', 'GlobalAveragePool', 'Concat', 'Sigmoid', 'LeakyRelu'],
]);
/** Move or choose elements; a Resize too, when it takes the nearest. */
const movers: ReadonlySet<string> = new Set([
  ...['MaxPool', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Identity', 'Slice', 'Gather', 'Split'],
  ...['DepthToSpace', 'SpaceToDepth'],
]);

function isMover({ opType, attribute }: NodeProto): boolean {
  if (opType !== 'Resize') return movers.has(opType);
  const mode = attribute.find(({ name }) => name === 'mode')?.s;
  return mode === undefined || new TextDecoder().decode(mode) === 'nearest';
}

/** Cut off what uint8 of their range cuts off too, so that they vanish into the layer before; in symmetric int8 they do not. */
const cutters: ReadonlySet<string> = new Set(['Relu', 'Clip']);

export function planStatic(graph: GraphProto, choice: LayerChoice): StaticPlan {
  const find = constantFinder(graph);
  const left: LayerLeft[] = [];
  const layers = chosenLayers(graph, choice, left);
  const byNode = new Map(layers.map((layer) => [layer.node, layer]));
  const users = usersOf(graph);
  const outputs = new Set(graph.output.map((info) => info.name));
  const tensors = new Set<string>();
  const alike = new Map<string, string>();
  const done = new Set<NodeProto>();
  const cutting = choice.activations !== 'int8';
  const moves = (node: NodeProto): boolean => isMover(node) || (!cutting && cutters.has(node.opType));
  const resultOf = (name: string): string => (cutting ? cutResult(name, users, outputs) : name);
  const wants = (name: string): boolean =>
    (users.get(name) ?? []).some(
      (node) => byNode.has(node) || (isMain(node.domain) && (followers.has(node.opType) || isMover(node))),
    );

  for (const layer of layers) tensors.add(layer.input);
  for (const node of graph.node) {
    const layer = byNode.get(node);
    if (layer !== undefined) {
      // A Conv runs in 8 bits only when its result is; products can give float.
      if (node.opType === 'Conv') tensors.add(resultOf(layer.output));
      continue;
    }
    if (!isMain(node.domain)) continue;
    const [input] = node.input;
    const [output] = node.output;
    if (moves(node) && tensors.has(input)) {
      // Several come out of a Split; a pool's places are no values.
      const parts = node.opType === 'Split' ? node.output.filter((name) => name !== '') : [output];
      if (!parts.some((name) => tensors.has(name) || wants(name))) continue;
      // A file that no runtime opens may let a value be made of itself.
      if (parts.includes(sourceOf(alike, input))) continue;
      for (const part of parts) {
        tensors.add(part);
        alike.set(part, input);
      }
      done.add(node);
    } else if (followers.has(node.opType) && node.input.every((name) => tensors.has(name) && find(name) === null)) {
      tensors.add(resultOf(output));
      done.add(node);
    }
  }
  // Moving in 8 bits for nobody gains nothing, and scores that go out lose places.
  for (let before = -1; before !== done.size; ) {
    before = done.size;
    for (const node of done) {
      const works = (name: string) => (users.get(name) ?? []).some((user) => byNode.has(user) || done.has(user));
      if (!(moves(node) || node.opType === 'Sigmoid') || node.output.some(works)) continue;
      done.delete(node);
      for (const name of node.output) {
        tensors.delete(name);
        alike.delete(name);
      }
    }
  }
  return { layers, followers: [...done], tensors, alike, left };
}

/** The value whose scale a value has: its own, or that of what it was moved from. */
export function sourceOf(alike: StaticPlan['alike'], name: string): string {
  let source = name;
  for (let next = alike.get(source); next !== undefined; next = alike.get(source)) source = next;
  return source;
}

/** Layers with constant weights that are chosen, in the order of the graph; the others go into `left` with the reason. */
export function chosenLayers(
  graph: GraphProto,
  choice: LayerChoice,
  left: LayerLeft[],
  isFor: (node: NodeProto) => boolean = () => true,
): readonly WeightedLayer[] {
  const find = constantFinder(graph);
  const found: WeightedLayer[] = [];
  for (const node of graph.node) {
    for (const inner of graphsOf(node))
      for (const deep of inner.node)
        if (isWeighted(deep) && isFor(deep))
          left.push({ node: nodeName(deep), why: `it is in a graph inside "${nodeName(node)}"` });
    if (!isWeighted(node) || !isFor(node)) continue;
    const layer = layerOf(node, find);
    if (typeof layer === 'string') left.push({ node: nodeName(node), why: layer });
    else found.push(layer);
  }
  return found.filter(({ name }, place) => {
    const why = reasonToStay(name, place, found.length, choice);
    if (why !== null) left.push({ node: name, why });
    return why === null;
  });
}

function reasonToStay(name: string, place: number, count: number, choice: LayerChoice): string | null {
  if (choice.only !== undefined && !choice.only.has(name)) return 'it was not chosen';
  if (choice.except?.has(name)) return 'it was excluded';
  if (choice.keepFirst && place === 0) return 'the first layer is kept';
  if (choice.keepLast && place === count - 1) return 'the last layer is kept';
  return null;
}

/** The value that is put in 8 bits for a layer's result: behind a Relu or Clip that alone reads it. */
function cutResult(
  name: string,
  users: ReadonlyMap<string, readonly NodeProto[]>,
  outputs: ReadonlySet<string>,
): string {
  const readers = users.get(name) ?? [];
  if (outputs.has(name) || readers.length !== 1) return name;
  const [reader] = readers;
  return isMain(reader.domain) && cutters.has(reader.opType) && reader.input[0] === name ? reader.output[0] : name;
}

/** Nodes of the graph that read a value; those with graphs inside count for all that these read. */
export function usersOf(graph: GraphProto): ReadonlyMap<string, readonly NodeProto[]> {
  const users = new Map<string, NodeProto[]>();
  for (const node of graph.node) {
    const names = new Set(node.input);
    for (const inner of graphsOf(node)) for (const name of namesRead(inner)) names.add(name);
    for (const name of names) {
      const known = users.get(name);
      if (known === undefined) users.set(name, [node]);
      else known.push(node);
    }
  }
  return users;
}
