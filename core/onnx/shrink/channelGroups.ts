import { constantFinder, isMain, namesRead } from '../constants.ts';
import type { GraphProto, NodeProto, TensorProto } from '../gen/onnx-ml_pb.ts';
import { graphsOf } from '../graphs.ts';
import { elementCount, floatsOf } from '../tensorData.ts';
import { isWeighted, layerOf, nodeName, type WeightedLayer } from './layers.ts';

/** An axis of a tensor that goes with the channels of a group: `inner` elements of it belong to each channel. */
export interface TensorUse {
  readonly tensor: TensorProto;
  readonly axis: number;
  /** Where the group's channels begin on the axis, in elements. */
  readonly offset: readonly ChannelGroup[];
  readonly inner: number;
}

/** Channels that can only go together: those of a layer, and of all that is added to it or works on each alone. */
export class ChannelGroup {
  readonly size: number;
  readonly producers: WeightedLayer[] = [];
  readonly uses: TensorUse[] = [];
  /** Convolutions of each channel by itself, whose number of groups is that of the channels. */
  readonly depthwise: NodeProto[] = [];
  /** Why none of them can go; null when they can. */
  frozen: string | null = null;
  #with: ChannelGroup | null = null;

  constructor(size: number) {
    this.size = size;
  }

  root(): ChannelGroup {
    return this.#with === null ? this : this.#with.root();
  }

  join(other: ChannelGroup): void {
    const [a, b] = [this.root(), other.root()];
    if (a === b) return;
    a.producers.push(...b.producers);
    a.uses.push(...b.uses);
    a.depthwise.push(...b.depthwise);
    a.frozen ??= b.frozen;
    b.#with = a;
  }

  freeze(why: string): void {
    const root = this.root();
    root.frozen ??= why;
  }
}

/** The channels of a value, end to end; `flat` when the places of each channel lie beside it on the same axis. */
interface Channels {
  readonly groups: readonly ChannelGroup[];
  readonly flat: boolean;
}

const alone: ReadonlySet<string> = new Set(
  'Relu LeakyRelu Sigmoid HardSigmoid HardSwish Tanh Elu Selu Celu Clip Erf Softplus Softsign Mish Gelu Identity Dropout Abs Neg Sqrt Exp MaxPool AveragePool GlobalAveragePool GlobalMaxPool'.split(
    ' ',
  ),
);
const pairs: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min']);

/** Groups of channels of a graph that is made of convolutions and Gemms, and why some of them must stay. */
export function channelGroups(graph: GraphProto): readonly ChannelGroup[] {
  const walk = new Walk(graph);
  walk.walk();
  return [...new Set(walk.groups.map((group) => group.root()))].filter(({ producers }) => producers.length > 0);
}

class Walk {
  readonly groups: ChannelGroup[] = [];
  readonly #graph: GraphProto;
  readonly #find: ReturnType<typeof constantFinder>;
  readonly #channels = new Map<string, Channels>();
  readonly #tensorUsers: ReadonlyMap<string, number>;

  constructor(graph: GraphProto) {
    this.#graph = graph;
    this.#find = constantFinder(graph);
    const users = new Map<string, number>();
    for (const node of graph.node) for (const name of node.input) users.set(name, (users.get(name) ?? 0) + 1);
    this.#tensorUsers = users;
  }

  walk(): void {
    for (const node of this.#graph.node) {
      for (const inner of graphsOf(node))
        for (const name of namesRead(inner)) this.#freeze(name, `the graph inside "${nodeName(node)}" reads it`);
      if (node.opType === 'Constant') continue;
      const why = isMain(node.domain) ? this.#step(node) : `"${nodeName(node)}" takes it`;
      if (why !== null) for (const name of node.input) this.#freeze(name, why);
    }
    for (const { name } of this.#graph.output) this.#freeze(name, `it comes out of the model as "${name}"`);
  }

  #freeze(name: string, why: string): void {
    for (const group of this.#channels.get(name)?.groups ?? []) group.freeze(why);
  }

  /** Null when the node's channels are understood; else why what comes to it must stay. */
  #step(node: NodeProto): string | null {
    const { opType } = node;
    if (isWeighted(node)) return this.#layer(node);
    const [input] = node.input;
    const given = this.#channels.get(input);
    if (alone.has(opType)) return this.#eachAlone(node, given);
    if (pairs.has(opType)) return this.#pair(node);
    if (opType === 'BatchNormalization' || opType === 'InstanceNormalization' || opType === 'PRelu')
      return this.#scaled(node, given);
    if (opType === 'Concat') return this.#concat(node);
    if (opType === 'Flatten' || opType === 'Reshape' || opType === 'Squeeze') return this.#flatten(node, given);
    if (opType === 'ReduceMean' || opType === 'ReduceMax') return this.#reduce(node, given);
    return `${opType} "${nodeName(node)}" needs it whole`;
  }

  #set(node: NodeProto, channels: Channels | undefined): null {
    if (channels !== undefined) this.#channels.set(node.output[0], channels);
    return null;
  }

  #eachAlone(node: NodeProto, given: Channels | undefined): string | null {
    // Where a maximum lay counts channels too.
    const places = node.output.slice(1).some((name) => name !== '');
    return places && given !== undefined ? `"${nodeName(node)}" also gives places` : this.#set(node, given);
  }

  #layer(node: NodeProto): string | null {
    const layer = layerOf(node, this.#find);
    if (typeof layer === 'string') return `${node.opType} "${nodeName(node)}" cannot be changed: ${layer}`;
    if (node.opType === 'MatMul') return `MatMul "${layer.name}" may work on any axis`;
    const own = layer.constant.names.length === 1 && this.#tensorUsers.get(node.input[1]) === 1;
    if (!own) return `the weights of "${layer.name}" are not its own`;
    const given = this.#channels.get(layer.input);
    const groups = Number(node.attribute.find(({ name }) => name === 'group')?.i ?? 1n);
    if (groups > 1) return this.#grouped(node, layer, given, groups);
    const inputs = node.opType === 'Conv' ? layer.dims[1] : layer.dims[0];
    if (given !== undefined) {
      const size = sizeOf(given);
      const inner = inputs / size;
      if (!Number.isInteger(inner) || (inner > 1 && !given.flat))
        return `"${layer.name}" takes ${inputs} channels, not ${size}`;
      // Weights of a Gemm lie as the file has them, the input on either axis.
      const axis = node.opType === 'Conv' ? 1 : rowsAxis(node);
      given.groups.forEach((group, at) => {
        group.root().uses.push({ tensor: layer.constant.tensor, axis, offset: given.groups.slice(0, at), inner });
      });
    }
    const made = this.#make(layer.channels);
    made.producers.push(layer);
    const axis = node.opType === 'Conv' ? 0 : 1 - rowsAxis(node);
    made.uses.push({ tensor: layer.constant.tensor, axis, offset: [], inner: 1 });
    const fault = this.#vector(node.input[2] ?? '', [made]);
    if (fault !== null) made.freeze(fault);
    this.#channels.set(layer.output, { groups: [made], flat: false });
    return null;
  }

  #grouped(node: NodeProto, layer: WeightedLayer, given: Channels | undefined, groups: number): string | null {
    const depthwise = given !== undefined && groups === sizeOf(given) && groups === layer.channels && !given.flat;
    if (!depthwise || given.groups.length !== 1) return `"${layer.name}" works in ${groups} groups of channels`;
    const [group] = given.groups;
    const root = group.root();
    root.uses.push({ tensor: layer.constant.tensor, axis: 0, offset: [], inner: 1 });
    root.depthwise.push(node);
    const fault = this.#vector(node.input[2] ?? '', [group]);
    if (fault !== null) return fault;
    return this.#set(node, given);
  }

  #make(size: number): ChannelGroup {
    const group = new ChannelGroup(size);
    this.groups.push(group);
    return group;
  }

  /** A constant with one number for each channel on its axis of that length, or the same for all. Null when it fits. */
  #vector(name: string, groups: readonly ChannelGroup[], fromEnd = 0): string | null {
    if (name === '') return null;
    const constant = this.#find(name);
    if (constant === null || constant.turned) return `"${name}" is not constant`;
    const { tensor } = constant;
    if (elementCount(tensor) === 1) return null;
    const size = groups.reduce((sum, group) => sum + group.size, 0);
    const axis = tensor.dims.length - 1 - fromEnd;
    const fits = axis >= 0 && tensor.dims.every((dim, at) => Number(dim) === (at === axis ? size : 1));
    if (!fits || floatsOf(tensor) === null) return `"${name}" does not go with its channels`;
    if ((this.#tensorUsers.get(name) ?? 0) > 1 || constant.names.length > 1) return `"${name}" is not its own`;
    groups.forEach((group, at) => {
      group.root().uses.push({ tensor, axis, offset: groups.slice(0, at), inner: 1 });
    });
    return null;
  }

  #scaled(node: NodeProto, given: Channels | undefined): string | null {
    if (given === undefined) return null;
    if (given.flat) return `"${nodeName(node)}" works on places`;
    const fromEnd = node.opType === 'PRelu' ? 2 : 0;
    for (const name of node.input.slice(1)) {
      const fault = this.#vector(name, given.groups, fromEnd);
      if (fault !== null) return fault;
    }
    return this.#set(node, given);
  }

  #pair(node: NodeProto): string | null {
    const [a, b] = node.input;
    const [x, y] = [this.#channels.get(a), this.#channels.get(b)];
    const other = x === undefined ? a : b;
    const known = x ?? y;
    if (known === undefined) return null;
    if (x !== undefined && y !== undefined) {
      const same = x.groups.length === y.groups.length && x.flat === y.flat;
      if (!same || x.groups.some((group, at) => group.size !== y.groups[at].size))
        return `"${nodeName(node)}" joins channels that do not go together`;
      x.groups.forEach((group, at) => {
        group.join(y.groups[at]);
      });
      return this.#set(node, x);
    }
    const constant = this.#find(other);
    if (constant === null) return `"${nodeName(node)}" joins it with what has no known channels`;
    if (elementCount(constant.tensor) === 1) return this.#set(node, known);
    if (known.flat) return `"${nodeName(node)}" works on places`;
    // [C, 1, 1] beside pictures; beside rows of a Gemm it would be [C].
    const axes = constant.tensor.dims.length;
    const fault = this.#vector(other, known.groups, axes >= 3 ? 2 : 0);
    if (fault !== null) return fault;
    return axes === 3 || axes === 4 || this.#isRows(node)
      ? this.#set(node, known)
      : `"${nodeName(node)}" works on places`;
  }

  /** What comes to the node was made by a Gemm: rows, with channels on the last axis. */
  #isRows(node: NodeProto): boolean {
    return node.input.some((name) =>
      this.#channels.get(name)?.groups.every((group) => group.root().producers.every((p) => p.node.opType === 'Gemm')),
    );
  }

  #concat(node: NodeProto): string | null {
    const axis = Number(node.attribute.find(({ name }) => name === 'axis')?.i ?? 0n);
    const parts = node.input.map((name) => this.#channels.get(name));
    if (parts.every((part) => part === undefined)) return null;
    const known = parts.flatMap((part) => (part === undefined ? [] : [part]));
    if (axis !== 1 || known.length < parts.length || known.some(({ flat }) => flat))
      return `Concat "${nodeName(node)}" joins it with what has no known channels`;
    return this.#set(node, { groups: known.flatMap(({ groups }) => groups), flat: false });
  }

  #flatten(node: NodeProto, given: Channels | undefined): string | null {
    if (given === undefined) return null;
    const keeps = `${node.opType} "${nodeName(node)}" needs it whole`;
    if (node.opType === 'Flatten') {
      const axis = node.attribute.find(({ name }) => name === 'axis')?.i ?? 1n;
      return axis === 1n ? this.#set(node, { ...given, flat: true }) : keeps;
    }
    const asked = this.#integers(node.input[1] ?? '') ?? attributeInts(node, 'axes');
    if (node.opType === 'Squeeze')
      return asked?.every((axis) => axis >= 2n || axis === -1n || axis === -2n) ? this.#set(node, given) : keeps;
    // Two axes, the second of what is left: the number of channels is not in it.
    return asked?.length === 2 && asked[1] === -1n ? this.#set(node, { ...given, flat: true }) : keeps;
  }

  #reduce(node: NodeProto, given: Channels | undefined): string | null {
    if (given === undefined) return null;
    const axes = this.#integers(node.input[1] ?? '') ?? attributeInts(node, 'axes');
    const places = axes?.every((axis) => axis >= 2n || axis === -1n || axis === -2n) && !given.flat;
    return places ? this.#set(node, given) : `${node.opType} "${nodeName(node)}" needs it whole`;
  }

  #integers(name: string): readonly bigint[] | null {
    const tensor = name === '' ? undefined : this.#find(name)?.tensor;
    if (tensor === undefined) return null;
    if (tensor.int64Data.length > 0) return tensor.int64Data;
    if (tensor.rawData.length !== 8 * elementCount(tensor)) return null;
    return [...new BigInt64Array(new Uint8Array(tensor.rawData).buffer)];
  }
}

function attributeInts(node: NodeProto, wanted: string): readonly bigint[] | null {
  return node.attribute.find(({ name }) => name === wanted)?.ints ?? null;
}

function sizeOf({ groups }: Channels): number {
  return groups.reduce((sum, { size }) => sum + size, 0);
}

/** The axis of a Gemm's weights, as the file has them, on which what comes in is counted. */
function rowsAxis(node: NodeProto): 0 | 1 {
  return (node.attribute.find(({ name }) => name === 'transB')?.i ?? 0n) === 0n ? 0 : 1;
}
