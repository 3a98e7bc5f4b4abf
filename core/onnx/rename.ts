import { changed } from './change.ts';
import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  StringStringEntryProto,
  TensorProto,
  TypeProto,
  TypeProto_Tensor,
  ValueInfoProto,
} from './gen/onnx-ml_pb.ts';

/** What a name, or a dimension's symbol, is to be called. Must not give one name to two of a model. */
export interface Renaming {
  readonly value?: (name: string) => string;
  readonly node?: (name: string) => string;
  /** A number makes the dimension fixed. */
  readonly dim?: (symbol: string) => string | number;
  /** Domain and name of a local function that a node calls. */
  readonly operator?: (
    domain: string,
    name: string,
    overload: string,
  ) => { readonly domain: string; readonly name: string };
}

/**
 * The model with all names of its values, nodes and local functions behind a prefix: no name of it clashes with one that
 * lacks the prefix. Symbols of dimensions get it too if `dims`. Values inside functions keep their names, which nobody
 * outside sees. `model` is left as it is, and shares its weights with the result.
 */
export function renameAll(model: ModelProto, prefix: string, dims = false): ModelProto {
  const before = (name: string) => prefix + name;
  const local = new Set(model.functions.map(functionKey));
  return renameModel(model, {
    value: before,
    node: before,
    dim: dims ? before : undefined,
    operator: (domain, name, overload) => ({
      domain,
      name: local.has(operatorKey(domain, name, overload)) ? prefix + name : name,
    }),
  });
}

/** The same for any renaming; see `Renaming`. Names that are empty stay so. */
export function renameModel(model: ModelProto, renaming: Renaming): ModelProto {
  const value = (name: string) => (name === '' ? '' : (renaming.value?.(name) ?? name));
  return changed(model, {
    graph: model.graph === undefined ? undefined : renameGraph(model.graph, renaming),
    functions: model.functions.map((f) => renameFunction(f, renaming)),
    trainingInfo: model.trainingInfo.map((info) =>
      changed(info, {
        initialization: info.initialization && renameGraph(info.initialization, renaming),
        algorithm: info.algorithm && renameGraph(info.algorithm, renaming),
        initializationBinding: info.initializationBinding.map((e) => renameBinding(e, value)),
        updateBinding: info.updateBinding.map((e) => renameBinding(e, value)),
      }),
    ),
  });
}

/** A graph and all graphs inside it: what an inner graph takes from around it is renamed there as here. */
export function renameGraph(graph: GraphProto, renaming: Renaming): GraphProto {
  const value = (name: string) => (name === '' ? '' : (renaming.value?.(name) ?? name));
  const info = (v: ValueInfoProto) =>
    changed(v, { name: value(v.name), ...(v.type === undefined ? {} : { type: renameDims(v.type, renaming.dim) }) });
  const tensor = (t: TensorProto) => changed(t, { name: value(t.name) });
  return changed(graph, {
    node: graph.node.map((node) => renameNode(node, renaming)),
    initializer: graph.initializer.map(tensor),
    sparseInitializer: graph.sparseInitializer.map((sparse) =>
      sparse.values === undefined ? sparse : changed(sparse, { values: tensor(sparse.values) }),
    ),
    input: graph.input.map(info),
    output: graph.output.map(info),
    valueInfo: graph.valueInfo.map(info),
    quantizationAnnotation: graph.quantizationAnnotation.map((a) =>
      changed(a, {
        tensorName: value(a.tensorName),
        quantParameterTensorNames: a.quantParameterTensorNames.map((e) => changed(e, { value: value(e.value) })),
      }),
    ),
  });
}

export function renameNode(node: NodeProto, renaming: Renaming): NodeProto {
  const value = (name: string) => (name === '' ? '' : (renaming.value?.(name) ?? name));
  const called = renaming.operator?.(node.domain, node.opType, node.overload);
  const holdsGraphs = node.attribute.some((a) => a.g !== undefined || a.graphs.length > 0);
  return changed(node, {
    input: node.input.map(value),
    output: node.output.map(value),
    ...(node.name === '' ? {} : { name: renaming.node?.(node.name) ?? node.name }),
    ...(called !== undefined && called.domain !== node.domain ? { domain: called.domain } : {}),
    ...(called !== undefined && called.name !== node.opType ? { opType: called.name } : {}),
    ...(holdsGraphs ? { attribute: node.attribute.map((a) => renameAttribute(a, renaming)) } : {}),
    ...(node.deviceConfigurations.length === 0
      ? {}
      : {
          deviceConfigurations: node.deviceConfigurations.map((d) =>
            changed(d, { shardingSpec: d.shardingSpec.map((s) => changed(s, { tensorName: value(s.tensorName) })) }),
          ),
        }),
  });
}

function renameAttribute(attribute: AttributeProto, renaming: Renaming): AttributeProto {
  if (attribute.g === undefined && attribute.graphs.length === 0) return attribute;
  return changed(attribute, {
    ...(attribute.g === undefined ? {} : { g: renameGraph(attribute.g, renaming) }),
    graphs: attribute.graphs.map((graph) => renameGraph(graph, renaming)),
  });
}

/** A function's own values are its own affair; what it is called and what it calls is not. */
function renameFunction(f: FunctionProto, { operator }: Renaming): FunctionProto {
  if (operator === undefined) return f;
  const called = operator(f.domain, f.name, f.overload);
  return changed(f, {
    ...(called.domain === f.domain ? {} : { domain: called.domain }),
    name: called.name,
    node: f.node.map((node) => renameNode(node, { operator })),
  });
}

function renameBinding(entry: StringStringEntryProto, value: (name: string) => string): StringStringEntryProto {
  return changed(entry, { key: value(entry.key), value: value(entry.value) });
}

function renameDims(type: TypeProto, rename: Renaming['dim']): TypeProto {
  if (rename === undefined) return type;
  const { value } = type;
  const inner = (t: TypeProto | undefined) => t && renameDims(t, rename);
  switch (value.case) {
    case 'tensorType':
      return changed(type, { value: { case: value.case, value: renameShape(value.value, rename) } });
    case 'sequenceType':
    case 'optionalType': {
      const renamed = changed(value.value, { elemType: inner(value.value.elemType) });
      return changed(type, { value: { ...value, value: renamed } as TypeProto['value'] });
    }
    case 'mapType':
      return changed(type, {
        value: { case: value.case, value: changed(value.value, { valueType: inner(value.value.valueType) }) },
      });
    default:
      return type;
  }
}

function renameShape(tensor: TypeProto_Tensor, rename: (symbol: string) => string | number): TypeProto_Tensor {
  if (tensor.shape === undefined) return tensor;
  const dim = tensor.shape.dim.map((d) => {
    if (d.value.case !== 'dimParam' || d.value.value === '') return d;
    const name = rename(d.value.value);
    return changed(d, {
      value: typeof name === 'number' ? { case: 'dimValue', value: BigInt(name) } : { case: 'dimParam', value: name },
    });
  });
  return changed(tensor, { shape: changed(tensor.shape, { dim }) });
}

export function functionKey(f: FunctionProto): string {
  return operatorKey(f.domain, f.name, f.overload);
}

export function operatorKey(domain: string, name: string, overload: string): string {
  return `${domain === 'ai.onnx' ? '' : domain}:${name}:${overload}`;
}
