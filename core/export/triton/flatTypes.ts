import { create } from '@bufbuild/protobuf';
import type { Dim } from '../../kinds/type.ts';
import { elementOfDtype } from '../../onnx/elements.ts';
import { ModelProtoSchema, ValueInfoProtoSchema } from '../../onnx/gen/onnx-ml_pb.ts';
import type { Graft } from '../../onnx/graft.ts';
import { loweredOpset } from '../../onnx/graphBuilder.ts';
import { inferShapes } from '../../onnx/inferShapes.ts';
import { signatureOf } from '../../onnx/signature.ts';
import { sortNodes } from '../../onnx/sortNodes.ts';
import { type DeclaredType, typeProtoOf } from '../../onnx/valueTypes.ts';
import type { FlatGraph } from './flatGraph.ts';
import { rowOutputs, type Seen } from './modelRows.ts';

/**
 * Types of the values between operators and models. The first axis of what a model gives is N where all that it is fed with
 * has N in front, and it gives a row for each.
 */
export function flatTypes(graph: FlatGraph, seen: Seen | undefined): ReadonlyMap<string, DeclaredType> {
  const itemwise = new Set<Graft>();
  for (;;) {
    const types = typesWith(graph, itemwise, seen);
    const further = graph.grafts.filter((graft) => !itemwise.has(graft) && fedItems(graft, graph.items, types));
    if (further.length === 0) return types;
    for (const graft of further) itemwise.add(graft);
  }
}

/** Whether each item is one row of all that the model is fed with. */
export function fedItems(graft: Graft, items: Dim, types: ReadonlyMap<string, DeclaredType>): boolean {
  const fed = Object.values(graft.inputs);
  return fed.length > 0 && fed.every((value) => (types.get(value)?.shape ?? [])[0] === items);
}

function typesWith(
  graph: FlatGraph,
  itemwise: ReadonlySet<Graft>,
  seen: Seen | undefined,
): ReadonlyMap<string, DeclaredType> {
  const info = (name: string, type: DeclaredType) => create(ValueInfoProtoSchema, { name, type: typeProtoOf(type) });
  const given = graph.grafts.flatMap((graft) => givenTypes(graft, itemwise.has(graft) ? graph.items : null, seen));
  const made = given.map(([name, type]) => info(name, type));
  const inputs = graph.inputs.map(({ name, dtype, shape }) => info(name, { element: elementOfDtype(dtype), shape }));
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: BigInt(loweredOpset) }],
    graph: {
      name: 'flat',
      node: sortNodes(graph.nodes),
      input: [...inputs, ...made],
      initializer: [...graph.constants.values()],
    },
  });
  const { types } = inferShapes(model);
  const known = new Map(types);
  for (const { name, dtype, shape } of graph.inputs) known.set(name, { element: elementOfDtype(dtype), shape });
  for (const [name, type] of given) known.set(name, type);
  return known;
}

/** What a model gives. Symbols of its file mean nothing outside it; `items` is N where it is fed with items. */
function givenTypes(graft: Graft, items: Dim, seen: Seen | undefined): readonly (readonly [string, DeclaredType])[] {
  const rows = items === null ? new Set<string>() : rowOutputs(graft, seen);
  return signatureOf(graft.model).outputs.flatMap(({ name, dtype, shape }) => {
    if (dtype === null) return [];
    const dims = shape?.map(
      (dim, axis): Dim => (axis === 0 && rows.has(name) ? items : typeof dim === 'number' ? dim : null),
    );
    return [[graft.outputs[name], { element: elementOfDtype(dtype), shape: dims ?? null }] as const];
  });
}
