import { changed } from './change.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './gen/onnx-ml_pb.ts';
import { inferShapes } from './inferShapes.ts';
import { int64s } from './makeNode.ts';
import { freshNames, initializerNames, valueNames } from './names.ts';
import { plainDomain } from './operatorChanges.ts';
import { type DeclaredType, tensorTypeOf, typeProtoOf } from './valueTypes.ts';

export interface Batched {
  readonly model: ModelProto;
  /** Reshape nodes whose constant shape held the old batch, and follows the new one now. */
  readonly reshaped: readonly string[];
  /** Outputs of which it could not be shown that their first dimension is the batch; a run will tell. */
  readonly unproven: readonly string[];
}

/**
 * The model with the first dimension of every input made `batch`: a symbol for any size, or a number. Constant shapes that
 * Reshape nodes hold with the old size in front are opened; declared types of values in between, which may hold the old
 * size, are inferred anew. Inputs named in `except` stay, as do those without axes. The model is left as it is.
 */
export function setBatch(model: ModelProto, batch: string | number, except: ReadonlySet<string> = new Set()): Batched {
  const before = model.graph as GraphProto;
  const given = new Set(initializerNames(before));
  const olds = new Set<number>();
  const input = before.input.map((info) => {
    const type = tensorTypeOf(info.type);
    if (given.has(info.name) || except.has(info.name) || type === null || (type.shape?.length ?? 0) === 0) return info;
    const old = type.shape?.[0];
    if (typeof old === 'number') olds.add(old);
    return withFirst(info, type, batch);
  });
  const opened = openReshapes(model, olds);
  // What is declared in between may say the old size, and would stand against the new one.
  const bare = changed(opened.graph, { input, valueInfo: [], output: before.output.map(withoutShape) });
  const { types } = inferShapes(changed(model, { graph: bare }));
  const unproven: string[] = [];
  const output = before.output.map((info) => {
    const type = tensorTypeOf(info.type);
    const inferred = types.get(info.name);
    if (type === null || type.shape === null || type.shape.length === 0) return info;
    const first = inferred?.shape?.[0] ?? null;
    const old = type.shape[0];
    const follows = first === batch || (typeof first === 'number' && first === old && !olds.has(first));
    if (!follows) unproven.push(info.name);
    if (inferred !== undefined && first !== null) return changed(info, { type: typeProtoOf(inferred) });
    return withFirst(info, type, null);
  });
  const valueInfo = before.valueInfo.flatMap((info) => {
    const inferred = types.get(info.name);
    return inferred === undefined || inferred.element === 0 ? [] : [changed(info, { type: typeProtoOf(inferred) })];
  });
  const graph = changed(opened.graph, { input, output, valueInfo });
  return { model: changed(model, { graph }), reshaped: opened.nodes, unproven };
}

/**
 * Reshape to [old, a, b] becomes one to [-1, a, b], and to [old, -1] of a value with `old` in front one to [0, -1], which
 * copies that: the same for the old size, and right for others, since a Reshape keeps the number of elements.
 */
function openReshapes(
  model: ModelProto,
  olds: ReadonlySet<number>,
): { readonly graph: GraphProto; readonly nodes: readonly string[] } {
  const graph = model.graph as GraphProto;
  const { types, values } = inferShapes(model);
  const fresh = freshNames(valueNames(graph));
  const added: TensorProto[] = [];
  const nodes: string[] = [];
  const node = graph.node.map((one): NodeProto => {
    if (one.opType !== 'Reshape' || plainDomain(one.domain) !== '') return one;
    const target = values.get(one.input[1] ?? '')?.data;
    const shape = types.get(one.input[0])?.shape;
    const first = target?.[0];
    if (target === undefined || typeof first !== 'number' || !olds.has(first)) return one;
    const rest = target.slice(1);
    const allKnown = rest.every((d) => typeof d === 'number' && d > 0);
    const copies = shape?.[0] === first && one.attribute.every((a) => a.name !== 'allowzero' || a.i === 0n);
    if (!allKnown && (!copies || rest.some((d) => typeof d !== 'number'))) return one;
    const name = fresh(`${one.output[0]}_shape`);
    added.push(changed(int64s([allKnown ? -1 : 0, ...rest.map(Number)]), { name }));
    nodes.push(one.name || one.output[0]);
    return changed(one, { input: [one.input[0], name] });
  });
  return { graph: changed(graph, { node, initializer: [...graph.initializer, ...added] }), nodes };
}

function withFirst(info: ValueInfoProto, type: DeclaredType, first: string | number | null): ValueInfoProto {
  return changed(info, { type: typeProtoOf({ ...type, shape: type.shape?.with(0, first) ?? null }) });
}

function withoutShape(info: ValueInfoProto): ValueInfoProto {
  const type = tensorTypeOf(info.type);
  return type === null ? info : changed(info, { type: typeProtoOf({ ...type, shape: null }) });
}
