import { create } from '@bufbuild/protobuf';
import { changed } from '../change.ts';
import { nameMaker, namesRead } from '../constants.ts';
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  TensorProto_DataType as T,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
} from '../gen/onnx-ml_pb.ts';
import { graphsOf } from '../graphs.ts';
import { intAttribute, makeNode } from '../makeNode.ts';
import { pruneUnused } from '../prune.ts';
import { floatsOf } from '../tensorData.ts';
import { weightBytes } from '../weightBytes.ts';
import { blockReason } from './float16Blocked.ts';
import { floatToHalf } from './half.ts';
import { nodeName } from './layers.ts';
import type { LayerReport } from './staticInt8.ts';
import type { LayerLeft } from './staticPlan.ts';

export interface Float16Options {
  /** Nodes that stay in float32 besides those that must. */
  readonly keep?: ReadonlyMap<NodeProto, string>;
  /** What goes in and out. Default float32. */
  readonly edges?: 'float32' | 'float16';
}
export interface Float16Report extends LayerReport {
  /** Weights too large for half precision, which became the largest that there is. */
  readonly clipped: number;
  /** Of the model that was given. */
  readonly half: ReadonlySet<NodeProto>;
}

/** Nodes of the main graph that can work in half precision, and why the others with float32 values cannot. */
export function halfCandidates(
  graph: GraphProto,
  dtypes: ReadonlyMap<string, string>,
): { readonly nodes: readonly NodeProto[]; readonly left: readonly LayerLeft[] } {
  const nodes: NodeProto[] = [];
  const left: LayerLeft[] = [];
  for (const node of graph.node) {
    const floats = [...node.input, ...node.output].some((name) => dtypes.get(name) === 'float32');
    if (node.opType === 'Constant' || !(floats || graphsOf(node).next().done !== true)) continue;
    const why = blockReason(node);
    if (why === null) nodes.push(node);
    else left.push({ node: nodeName(node), why });
  }
  return { nodes, left };
}

/**
 * The model with its nodes in half precision, but for those that lose what they are for (see `blockReason`) and those of
 * `keep`; a Cast stands where the two meet. Values in float32 keep their names. `model` is left as it is.
 */
export function toFloat16(
  model: ModelProto,
  dtypes: ReadonlyMap<string, string>,
  { keep = new Map(), edges = 'float32' }: Float16Options = {},
): { readonly model: ModelProto; readonly report: Float16Report } {
  const graph = model.graph as GraphProto;
  const { nodes, left } = halfCandidates(graph, dtypes);
  const half = new Set(nodes.filter((node) => !keep.has(node)));
  const kept = nodes.flatMap((node) => {
    const why = keep.get(node);
    return why === undefined ? [] : [{ node: nodeName(node), why }];
  });
  const writing = new Writing(graph, dtypes, half, edges);
  const made = half.size === 0 ? model : pruneUnused(changed(model, { graph: writing.write() }));
  return {
    model: made,
    report: {
      done: [...half].map(nodeName),
      left: [...left, ...kept],
      bytesBefore: weightBytes(model),
      bytesAfter: weightBytes(made),
      clipped: writing.clipped,
      half,
    },
  };
}

class Writing {
  clipped = 0;
  readonly #graph: GraphProto;
  readonly #dtypes: ReadonlyMap<string, string>;
  readonly #half: ReadonlySet<NodeProto>;
  readonly #fresh: (wanted: string) => string;
  /** Ends of the graph that are given or taken in half precision. */
  readonly #halfEdges: ReadonlySet<string>;
  readonly #halfNames = new Map<string, string>();
  readonly #floatNames = new Map<string, string>();

  constructor(
    graph: GraphProto,
    dtypes: ReadonlyMap<string, string>,
    half: ReadonlySet<NodeProto>,
    edges: 'float32' | 'float16',
  ) {
    this.#graph = graph;
    this.#dtypes = dtypes;
    this.#half = half;
    this.#fresh = nameMaker(graph);
    this.#halfEdges = edges === 'float16' ? this.#edgesToTurn() : new Set();
  }

  write(): GraphProto {
    const graph = this.#graph;
    const { wantedHalf, wantedFloat } = this.#wanted();
    const initializer: TensorProto[] = [...graph.initializer];
    const given = new Set(graph.initializer.map(({ name }) => name));
    for (const tensor of graph.initializer)
      if (wantedHalf.has(tensor.name)) initializer.push(this.#halfTensor(tensor, this.#halfName(tensor.name)));
    const node: NodeProto[] = [];
    const castsOf = (name: string, isHalf: boolean): void => {
      if (isHalf && wantedFloat.has(name)) node.push(this.#cast(this.#halfName(name), this.#floatName(name), T.FLOAT));
      if (!isHalf && wantedHalf.has(name))
        node.push(this.#cast(this.#floatName(name), this.#halfName(name), T.FLOAT16));
    };
    for (const { name } of graph.input)
      if (this.#isFloat(name) && !given.has(name)) castsOf(name, this.#halfEdges.has(name));
    for (const one of graph.node) {
      const half = this.#half.has(one);
      const value = one.opType === 'Constant' ? one.attribute.find((a) => a.name === 'value')?.t : undefined;
      node.push(this.#rewritten(one, half));
      for (const name of one.output) {
        if (!this.#isFloat(name)) continue;
        if (value !== undefined && floatsOf(value) !== null) {
          if (wantedHalf.has(name)) initializer.push(this.#halfTensor(value, this.#halfName(name)));
        } else castsOf(name, half);
      }
    }
    const read = namesRead({ ...graph, node });
    return changed(graph, {
      node,
      initializer: initializer.filter(({ name }) => read.has(name)),
      // Files of IR version 3 list their initialisers as inputs too.
      input: graph.input.filter(({ name }) => !given.has(name) || read.has(name)).map((info) => this.#edge(info)),
      output: graph.output.map((info) => this.#edge(info)),
      valueInfo: graph.valueInfo.filter(({ name }) => !this.#isFloat(name)),
    });
  }

  /** Values by what they are needed as. */
  #wanted(): { readonly wantedHalf: ReadonlySet<string>; readonly wantedFloat: ReadonlySet<string> } {
    const [wantedHalf, wantedFloat] = [new Set<string>(), new Set<string>()];
    const want = (name: string, half: boolean) => {
      if (this.#isFloat(name)) (half ? wantedHalf : wantedFloat).add(name);
    };
    for (const node of this.#graph.node) {
      for (const name of node.input) want(name, this.#half.has(node));
      for (const inner of graphsOf(node)) for (const name of namesRead(inner)) want(name, false);
    }
    for (const { name } of this.#graph.output) want(name, this.#halfEdges.has(name));
    return { wantedHalf, wantedFloat };
  }

  /** Ends whose name may stand for half precision: not those that graphs inside nodes read by that name. */
  #edgesToTurn(): ReadonlySet<string> {
    const inside = new Set<string>();
    for (const node of this.#graph.node)
      for (const graph of graphsOf(node)) for (const name of namesRead(graph)) inside.add(name);
    const ends = [...this.#graph.input, ...this.#graph.output].map(({ name }) => name);
    const given = new Set(this.#graph.initializer.map(({ name }) => name));
    return new Set(ends.filter((name) => this.#isFloat(name) && !inside.has(name) && !given.has(name)));
  }

  #isFloat(name: string): boolean {
    return this.#dtypes.get(name) === 'float32';
  }

  #halfName(name: string): string {
    return this.#halfEdges.has(name) ? name : this.#named(this.#halfNames, name, 'half');
  }

  #floatName(name: string): string {
    return this.#halfEdges.has(name) ? this.#named(this.#floatNames, name, 'float') : name;
  }

  #named(names: Map<string, string>, name: string, ending: string): string {
    const known = names.get(name);
    if (known !== undefined) return known;
    const made = this.#fresh(`${name}_${ending}`);
    names.set(name, made);
    return made;
  }

  #rewritten(node: NodeProto, half: boolean): NodeProto {
    const named = (name: string) => {
      if (!this.#isFloat(name)) return name;
      return half ? this.#halfName(name) : this.#floatName(name);
    };
    return changed(node, {
      input: node.input.map(named),
      output: node.output.map(named),
      ...(half ? { attribute: node.attribute.map((one) => this.#halfAttribute(node, one)) } : {}),
    });
  }

  /** What a Cast casts to, and what a ConstantOfShape is filled with. */
  #halfAttribute(node: NodeProto, attribute: AttributeProto): AttributeProto {
    if (node.opType === 'Cast' && attribute.name === 'to' && attribute.i === BigInt(T.FLOAT))
      return changed(attribute, { i: BigInt(T.FLOAT16) });
    if (attribute.t !== undefined && floatsOf(attribute.t) !== null)
      return changed(attribute, { t: this.#halfTensor(attribute.t, attribute.t.name) });
    return attribute;
  }

  #cast(from: string, to: string, element: T): NodeProto {
    return makeNode('Cast', [from], [to], [intAttribute('to', element)], this.#fresh(`${to}_Cast`));
  }

  #halfTensor(tensor: TensorProto, name: string): TensorProto {
    const { numbers, clipped } = halves(floatsOf(tensor) ?? new Float32Array(0));
    this.clipped += clipped;
    const rawData = new Uint8Array(numbers.buffer);
    return create(TensorProtoSchema, { name, dataType: T.FLOAT16, dims: tensor.dims, rawData });
  }

  #edge(info: ValueInfoProto): ValueInfoProto {
    const { type } = info;
    if (!this.#halfEdges.has(info.name) || type?.value.case !== 'tensorType') return info;
    const tensor = changed(type.value.value, { elemType: T.FLOAT16 });
    return changed(info, { type: changed(type, { value: { case: 'tensorType', value: tensor } }) });
  }
}

/** The largest finite number in half precision. */
const most = 65504;

/** Numbers in half precision; what is finite and too large becomes the largest that there is. */
export function halves(values: Float32Array): { readonly numbers: Uint16Array; readonly clipped: number } {
  let clipped = 0;
  const numbers = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Math.abs(value) < 65520 || !Number.isFinite(value)) numbers[i] = floatToHalf(value);
    else {
      clipped++;
      numbers[i] = floatToHalf(value < 0 ? -most : most);
    }
  }
  return { numbers, clipped };
}
