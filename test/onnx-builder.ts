import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Dtype, TensorData } from '../core/kinds/dtype.ts';
import type { Dim } from '../core/kinds/type.ts';
import {
  AttributeProto_AttributeType,
  type AttributeProtoSchema,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  type TensorProtoSchema,
  type TypeProtoSchema,
  type ValueInfoProtoSchema,
} from '../core/onnx/gen/onnx-ml_pb.ts';

/** Small ONNX models for tests, written with the protobuf code of core/onnx, without Python. */
export interface BuilderTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
  /** The weights lie in another file. */
  readonly external?: {
    readonly location: string;
    readonly offset?: number | string;
    readonly length?: number | string;
  };
}
export type BuilderAttribute =
  | { readonly i: number | bigint }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: Omit<BuilderTensor, 'name'> }
  | { readonly graph: BuilderGraph };
export interface BuilderNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, BuilderAttribute>>;
}
export type BuilderType = MessageInitShape<typeof TypeProtoSchema>;
export interface BuilderValue {
  readonly name: string;
  readonly type: BuilderType;
}
export interface BuilderGraph {
  readonly inputs: readonly BuilderValue[];
  readonly outputs: readonly BuilderValue[];
  readonly nodes: readonly BuilderNode[];
  readonly initializers?: readonly BuilderTensor[];
  readonly values?: readonly BuilderValue[];
}
export interface BuilderModel extends BuilderGraph {
  /** By domain; the main domain is ''. Default: { '': 17 }. */
  readonly opsets?: Readonly<Record<string, number>>;
  readonly irVersion?: number;
  readonly producer?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly functions?: readonly {
    readonly domain: string;
    readonly name: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly nodes: readonly BuilderNode[];
  }[];
}

const dataTypes: Record<Dtype, TensorProto_DataType> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  float64: TensorProto_DataType.DOUBLE,
  int8: TensorProto_DataType.INT8,
  int16: TensorProto_DataType.INT16,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  uint8: TensorProto_DataType.UINT8,
  uint16: TensorProto_DataType.UINT16,
  uint32: TensorProto_DataType.UINT32,
  uint64: TensorProto_DataType.UINT64,
  bool: TensorProto_DataType.BOOL,
  string: TensorProto_DataType.STRING,
};

/** `dtype` may also be a raw ONNX data type number, e.g. 16 for bfloat16. A shape of null leaves the rank open. */
export function tensorType(dtype: Dtype | number, shape: readonly Dim[] | null): BuilderType {
  const elemType = typeof dtype === 'number' ? dtype : dataTypes[dtype];
  const dim = (shape ?? []).map((d) =>
    d === null
      ? {}
      : typeof d === 'number'
        ? { value: { case: 'dimValue' as const, value: BigInt(d) } }
        : { value: { case: 'dimParam' as const, value: d } },
  );
  return { value: { case: 'tensorType', value: shape === null ? { elemType } : { elemType, shape: { dim } } } };
}
export function sequenceType(elemType: BuilderType): BuilderType {
  return { value: { case: 'sequenceType', value: { elemType } } };
}
export function optionalType(elemType: BuilderType): BuilderType {
  return { value: { case: 'optionalType', value: { elemType } } };
}
export function mapType(key: Dtype, valueType: BuilderType): BuilderType {
  return { value: { case: 'mapType', value: { keyType: dataTypes[key], valueType } } };
}
/** A tensor input or output. */
export function value(name: string, dtype: Dtype | number, shape: readonly Dim[] | null): BuilderValue {
  return { name, type: tensorType(dtype, shape) };
}

export function buildModel(model: BuilderModel): Uint8Array {
  const opsets = model.opsets ?? { '': 17 };
  const opsetImport = Object.entries(opsets).map(([domain, version]) => ({ domain, version: BigInt(version) }));
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(model.irVersion ?? 8),
      opsetImport,
      producerName: model.producer ?? 'tributary-test',
      graph: graphOf(model),
      metadataProps: Object.entries(model.metadata ?? {}).map(([key, text]) => ({ key, value: text })),
      functions: (model.functions ?? []).map((f) => ({
        domain: f.domain,
        name: f.name,
        input: [...f.inputs],
        output: [...f.outputs],
        node: f.nodes.map(nodeOf),
        opsetImport,
      })),
    }),
  );
}

function graphOf(graph: BuilderGraph): MessageInitShape<typeof GraphProtoSchema> {
  return {
    name: 'g',
    node: graph.nodes.map(nodeOf),
    input: graph.inputs.map(valueInfo),
    output: graph.outputs.map(valueInfo),
    initializer: (graph.initializers ?? []).map(tensorOf),
    valueInfo: (graph.values ?? []).map(valueInfo),
  };
}

function valueInfo(v: BuilderValue): MessageInitShape<typeof ValueInfoProtoSchema> {
  return { name: v.name, type: v.type };
}

function nodeOf(node: BuilderNode): MessageInitShape<typeof NodeProtoSchema> {
  return {
    opType: node.op,
    domain: node.domain ?? '',
    name: node.name ?? `${node.op}_${node.outputs[0]}`,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes ?? {}).map(([name, a]) => ({ name, ...attributeOf(a) })),
  };
}

function attributeOf(a: BuilderAttribute): MessageInitShape<typeof AttributeProtoSchema> {
  const type = AttributeProto_AttributeType;
  const text = new TextEncoder();
  if ('i' in a) return { type: type.INT, i: BigInt(a.i) };
  if ('f' in a) return { type: type.FLOAT, f: a.f };
  if ('s' in a) return { type: type.STRING, s: text.encode(a.s) };
  if ('ints' in a) return { type: type.INTS, ints: a.ints.map(BigInt) };
  if ('floats' in a) return { type: type.FLOATS, floats: [...a.floats] };
  if ('strings' in a) return { type: type.STRINGS, strings: a.strings.map((s) => text.encode(s)) };
  if ('tensor' in a) return { type: type.TENSOR, t: tensorOf({ name: '', ...a.tensor }) };
  return { type: type.GRAPH, g: graphOf(a.graph) };
}

function tensorOf(t: BuilderTensor): MessageInitShape<typeof TensorProtoSchema> {
  const head = { name: t.name, dataType: dataTypes[t.dtype], dims: t.shape.map(BigInt) };
  if (t.external !== undefined) {
    const externalData = Object.entries(t.external).map(([key, v]) => ({ key, value: String(v) }));
    return { ...head, externalData, dataLocation: TensorProto_DataLocation.EXTERNAL };
  }
  if (t.dtype === 'string')
    return { ...head, stringData: (t.data as readonly string[]).map((s) => new TextEncoder().encode(s)) };
  const data = t.data as Exclude<TensorData, readonly string[]>;
  return { ...head, rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** y = x * w for square w, `depth` times: as slow as wanted. */
export function matmulModel(size: number, depth: number, rows: Dim = 'rows'): Uint8Array {
  const nodes: BuilderNode[] = [];
  const initializers: BuilderTensor[] = [];
  for (let layer = 0; layer < depth; layer++) {
    const data = new Float32Array(size * size);
    for (let i = 0; i < data.length; i++)
      data[i] = (((i * 2654435761 + layer * 977) >>> 8) % 2001) / 1000 / size - 1 / size;
    initializers.push({ name: `w${layer}`, dtype: 'float32', shape: [size, size], data });
    nodes.push({
      op: 'MatMul',
      inputs: [layer === 0 ? 'x' : `h${layer - 1}`, `w${layer}`],
      outputs: [layer === depth - 1 ? 'y' : `h${layer}`],
    });
  }
  return buildModel({
    inputs: [value('x', 'float32', [rows, size])],
    outputs: [value('y', 'float32', [rows, size])],
    nodes,
    initializers,
  });
}
