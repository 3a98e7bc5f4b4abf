import { create } from '@bufbuild/protobuf';
import type { GraftedModel, OnnxAttribute, OnnxGraph, OnnxValue } from '../define/lower.ts';
import type { Dtype } from '../kinds/dtype.ts';
import type { Dim } from '../kinds/type.ts';
import type { TensorValue } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';
import { elementOfDtype } from './elements.ts';
import {
  AttributeProto_AttributeType as A,
  type AttributeProto,
  AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './gen/onnx-ml_pb.ts';
import { checkGiven, type Graft, type GraftCache, graftable, outputValues, withGrafts } from './graft.ts';
import { resultDtypes } from './resultDtypes.ts';
import { tensorOf } from './tensorOf.ts';

/** The opset that lowered graphs are written in: the first whose Resize smooths as it shrinks. */
export const loweredOpset = 18;
/** The IR version that came with it. */
const irVersion = 8n;

export interface BuiltGraph {
  readonly model: ModelProto;
  /** Why it takes one item at a time; empty when it takes batches. */
  readonly oneItemBecause: readonly string[];
  /** What its nodes do besides, and the graph does not. */
  readonly leftOut: readonly string[];
  /** Pictures that come in without alpha, and must not have had any that matters. */
  readonly opaque: readonly string[];
  /** What it was put together from. */
  readonly pieces: GraphPieces;
}

/** A graph before its models were put in: its own operators, and the models by themselves. */
export interface GraphPieces {
  /** What N is called; a number where it is fixed. */
  readonly items: Dim;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** In the order in which they were asked for. What only a model makes, none of them makes. */
  readonly nodes: readonly NodeProto[];
  readonly constants: readonly TensorProto[];
  readonly grafts: readonly Graft[];
}

/** Builds one graph, operator by operator; names are made so that they never clash and still say what they are. */
export class GraphBuilder implements OnnxGraph {
  readonly #nodes: NodeProto[] = [];
  readonly #constants = new Map<string, TensorProto>();
  readonly #known = new Map<string, OnnxValue>();
  readonly #takes: OnnxValue[] = [];
  readonly #gives: OnnxValue[] = [];
  readonly #taken = new Set<string>();
  readonly #oneItem = new Set<string>();
  readonly #leftOut = new Set<string>();
  readonly #opaque = new Set<string>();
  readonly #grafts: Graft[] = [];
  readonly #models: GraftCache;
  readonly #items: Dim;
  #scope = '';

  /** `items` is what N is called in the shapes of inputs that have it; a number where it is fixed. */
  constructor(items: Dim = 1, models: GraftCache = new Map()) {
    this.#items = items;
    this.#models = models;
  }

  /** What is built until the next call is named after a node of the pipeline. */
  within(scope: string): void {
    this.#scope = scope;
  }

  input(name: string, dtype: Dtype, shape: readonly Dim[]): OnnxValue {
    const value = { name: this.#name(name, false), dtype, shape };
    this.#takes.push(value);
    return value;
  }

  /** Makes a value an output of the graph, under a name of its own. */
  output(name: string, value: OnnxValue, shape: readonly Dim[] | null = value.shape): void {
    const out = { name: this.#name(name, false), dtype: value.dtype, shape };
    this.#nodes.push(create(NodeProtoSchema, { opType: 'Identity', input: [value.name], output: [out.name] }));
    this.#gives.push(out);
  }

  op(
    type: string,
    inputs: readonly (OnnxValue | null)[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    hint = type,
  ): OnnxValue {
    return this.#add(type, inputs, 1, attributes, hint)[0];
  }

  ops(
    type: string,
    inputs: readonly (OnnxValue | null)[],
    outputs: number,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): readonly OnnxValue[] {
    return this.#add(type, inputs, outputs, attributes, type);
  }

  constant(value: TensorValue): OnnxValue {
    const tensor = tensorOf('', value);
    const key = `${value.dtype} ${value.shape.join('x')} ${digestOf(tensor)}`;
    const known = this.#known.get(key);
    if (known !== undefined && sameBytes(this.#constants.get(known.name), tensor)) return known;
    const name = this.#name('constant', true);
    this.#constants.set(name, tensorOf(name, value));
    const made = { name, dtype: value.dtype, shape: value.shape };
    this.#known.set(key, made);
    return made;
  }

  floats(values: readonly number[], shape: readonly number[] = [values.length]): OnnxValue {
    return this.constant({ kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(values) });
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): OnnxValue {
    return this.constant({ kind: 'tensor', dtype: 'int64', shape, data: BigInt64Array.from(values, BigInt) });
  }

  float(value: number): OnnxValue {
    return this.floats([value], []);
  }

  integer(value: number): OnnxValue {
    return this.integers([value], []);
  }

  cast(value: OnnxValue, dtype: Dtype): OnnxValue {
    if (value.dtype === dtype) return value;
    return { ...this.op('Cast', [value], { to: elementOfDtype(dtype) }), shape: value.shape };
  }

  dim(value: OnnxValue, axis: number): OnnxValue {
    const known = value.shape?.at(axis);
    if (typeof known === 'number') return this.integers([known]);
    const shape = this.op('Shape', [value]);
    return this.op('Gather', [shape, this.integers([axis])], { axis: 0 }, 'dim');
  }

  items(): OnnxValue {
    const name = this.#items;
    const from = typeof name === 'string' ? this.#takes.find(({ shape }) => shape?.[0] === name) : undefined;
    return from === undefined ? this.integers([typeof name === 'number' ? name : 1]) : this.dim(from, 0);
  }

  oneItem(why: string): void {
    this.#oneItem.add(why);
  }

  leftOut(what: string): void {
    this.#leftOut.add(this.#scope === '' ? what : `${this.#scope}: ${what}`);
  }

  opaque(name: string): void {
    this.#opaque.add(name);
  }

  graft(file: GraftedModel, inputs: Readonly<Record<string, OnnxValue>>): Readonly<Record<string, OnnxValue>> {
    const model = this.#models.get(file.bytes) ?? graftable(file);
    this.#models.set(file.bytes, model);
    checkGiven(model, inputs, file.name);
    const outputs = Object.fromEntries((model.graph?.output ?? []).map(({ name }) => [name, this.#name(name, true)]));
    const given = Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, value.name]));
    this.#grafts.push({
      name: file.name,
      file,
      node: this.#scope,
      model,
      prefix: `${this.#name('net', true)}/`,
      inputs: given,
      outputs,
    });
    return outputValues(model, outputs);
  }

  /** Throws `model-unsupported` when the operator sets of models that were put in cannot be brought together. */
  build(name: string, metadata: Readonly<Record<string, string>> = {}): BuiltGraph {
    const model = create(ModelProtoSchema, {
      irVersion,
      producerName: 'tributary',
      opsetImport: [{ domain: '', version: BigInt(loweredOpset) }],
      graph: {
        name,
        node: this.#nodes,
        input: this.#takes.map((value) => this.#info(value)),
        output: this.#gives.map((value) => this.#info(value)),
        initializer: [...this.#constants.values()],
      },
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
    return {
      model: withGrafts(model, this.#grafts),
      oneItemBecause: [...this.#oneItem],
      leftOut: [...this.#leftOut],
      pieces: {
        items: this.#items,
        inputs: this.#takes,
        outputs: this.#gives,
        nodes: this.#nodes,
        constants: [...this.#constants.values()],
        grafts: this.#grafts,
      },
      opaque: [...this.#opaque],
    };
  }

  /** A graph that turned out to be for one item says so at its edge. */
  #info(value: OnnxValue): ValueInfoProto {
    const alone = this.#oneItem.size > 0;
    return infoOf({ ...value, shape: value.shape?.map((dim) => (alone && dim === this.#items ? 1 : dim)) ?? null });
  }

  #add(
    type: string,
    inputs: readonly (OnnxValue | null)[],
    count: number,
    attributes: Readonly<Record<string, OnnxAttribute>>,
    hint: string,
  ): readonly OnnxValue[] {
    const names = Array.from({ length: count }, () => this.#name(hint, true));
    const given = inputs.map((input) => input?.name ?? '');
    while (given.at(-1) === '') given.pop();
    this.#nodes.push(
      create(NodeProtoSchema, {
        name: names[0],
        opType: type,
        input: given,
        output: names,
        attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
      }),
    );
    const dtypes = resultDtypes(type, inputs, attributes, count);
    return names.map((name, at) => ({ name, dtype: dtypes[at], shape: null }));
  }

  #name(wanted: string, scoped: boolean): string {
    const base = scoped && this.#scope !== '' ? `${this.#scope}/${wanted}` : wanted;
    let name = base;
    for (let n = 2; this.#taken.has(name); n++) name = `${base}_${n}`;
    if (!scoped && name !== base)
      throw new Problem('internal', { message: `The graph has two ends called "${base}".`, fix: 'Report this.' });
    this.#taken.add(name);
    return name;
  }
}

function attributeOf(name: string, value: OnnxAttribute): AttributeProto {
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: A.INT, i: BigInt(value) });
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: A.STRING, s: new TextEncoder().encode(value) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: A.FLOAT, f: value.float });
  if ('floats' in value) return create(AttributeProtoSchema, { name, type: A.FLOATS, floats: [...value.floats] });
  if ('tensor' in value) return create(AttributeProtoSchema, { name, type: A.TENSOR, t: tensorOf('', value.tensor) });
  return create(AttributeProtoSchema, { name, type: A.INTS, ints: value.map(BigInt) });
}

function infoOf({ name, dtype, shape }: OnnxValue): ValueInfoProto {
  const dims = shape?.map((dim) => ({
    value:
      typeof dim === 'number'
        ? { case: 'dimValue' as const, value: BigInt(dim) }
        : typeof dim === 'string'
          ? { case: 'dimParam' as const, value: dim }
          : { case: undefined },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: { elemType: elementOfDtype(dtype), ...(dims === undefined ? {} : { shape: { dim: dims } }) },
      },
    },
  });
}

/** Tells constants of one size apart, most of the time (FNV-1a from two starts). */
function digestOf({ rawData }: TensorProto): string {
  if (rawData.length <= 64) return rawData.join(',');
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (const byte of rawData) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b);
  }
  return `${a >>> 0} ${b >>> 0}`;
}

function sameBytes(a: TensorProto | undefined, b: TensorProto): boolean {
  return (
    a !== undefined &&
    a.stringData.length === 0 &&
    b.stringData.length === 0 &&
    a.rawData.length === b.rawData.length &&
    a.rawData.every((byte, i) => byte === b.rawData[i])
  );
}
