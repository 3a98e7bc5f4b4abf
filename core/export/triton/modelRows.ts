import { create } from '@bufbuild/protobuf';
import { changed } from '../../onnx/change.ts';
import { type GraphProto, type ModelProto, ValueInfoProtoSchema } from '../../onnx/gen/onnx-ml_pb.ts';
import type { Graft } from '../../onnx/graft.ts';
import { allNodes } from '../../onnx/graphs.ts';
import { inferShapes } from '../../onnx/inferShapes.ts';
import { signatureOf } from '../../onnx/signature.ts';
import { tensorTypeOf, typeProtoOf } from '../../onnx/valueTypes.ts';

/** Shapes without N that passed ports when the pipeline ran, by `node.port`. */
export type Seen = ReadonlyMap<string, readonly number[]>;

/** Operators whose results are as long as the values say. */
const asLongAsValues = new Set(['NonZero', 'NonMaxSuppression', 'Unique', 'Compress', 'Loop', 'If', 'Scan', 'Range']);

/** No name that a file has for an axis. */
const rows = '\u0000rows';

/**
 * Outputs of a model that have one row for each row that it is fed with, if every input has one for each item: their file
 * calls both axes the same, or that follows from its operators, or there was one row for one item when the pipeline ran and
 * no operator makes rows of its own.
 */
export function rowOutputs(
  { model, node }: Pick<Graft, 'model' | 'node'>,
  seen: Seen | undefined,
): ReadonlySet<string> {
  const { inputs, outputs } = signatureOf(model);
  const firsts = new Set(inputs.map(({ shape }) => shape?.[0]));
  const inferred = inferredRows(model);
  const steady = [...allNodes(model)].every(({ opType }) => !asLongAsValues.has(opType));
  return new Set(
    outputs.flatMap(({ name, shape }) => {
      const first = shape?.[0];
      if (typeof first === 'number' || shape?.length === 0) return [];
      const named = typeof first === 'string' && firsts.has(first);
      const once = steady && seen?.get(`${node}.${name}`)?.[0] === 1;
      return named || once || inferred.has(name) ? [name] : [];
    }),
  );
}

const known = new WeakMap<ModelProto, ReadonlySet<string>>();

/** Outputs whose first axis is found to be that of all inputs, when those have one and the same. */
function inferredRows(model: ModelProto): ReadonlySet<string> {
  const before = known.get(model);
  if (before !== undefined) return before;
  const graph = model.graph as GraphProto;
  const input = graph.input.map((info) => {
    const type = tensorTypeOf(info.type);
    if (type === null || type.shape === null || type.shape.length === 0) return info;
    const shape = [rows, ...type.shape.slice(1)];
    return create(ValueInfoProtoSchema, { name: info.name, type: typeProtoOf({ ...type, shape }) });
  });
  const { types } = inferShapes(changed(model, { graph: changed(graph, { input, valueInfo: [] }) }));
  const found = new Set(graph.output.flatMap(({ name }) => ((types.get(name)?.shape ?? [])[0] === rows ? [name] : [])));
  known.set(model, found);
  return found;
}
