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

/**
 * Types of the values between operators and models. The first axis of what a model gives is N where all that it is fed with
 * has N in front, and the file calls both axes the same.
 */
export function flatTypes(graph: FlatGraph): ReadonlyMap<string, DeclaredType> {
  const itemwise = new Set<Graft>();
  for (;;) {
    const types = typesWith(graph, itemwise);
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

function typesWith(graph: FlatGraph, itemwise: ReadonlySet<Graft>): ReadonlyMap<string, DeclaredType> {
  const info = (name: string, type: DeclaredType) => create(ValueInfoProtoSchema, { name, type: typeProtoOf(type) });
  const made = graph.grafts.flatMap((graft) =>
    givenTypes(graft, itemwise.has(graft) ? graph.items : null).map(([name, type]) => info(name, type)),
  );
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
  for (const graft of graph.grafts)
    for (const [name, type] of givenTypes(graft, itemwise.has(graft) ? graph.items : null)) known.set(name, type);
  return known;
}

/** What a model gives. Symbols of its file mean nothing outside it, but for the one that stands for N. */
function givenTypes(graft: Graft, items: Dim): readonly (readonly [string, DeclaredType])[] {
  const { inputs, outputs } = signatureOf(graft.model);
  const firsts = new Set(inputs.map(({ shape }) => shape?.[0]));
  return outputs.flatMap(({ name, dtype, shape }) => {
    if (dtype === null) return [];
    const dims = shape?.map((dim, axis): Dim => {
      if (typeof dim === 'number' || dim === null) return dim;
      return axis === 0 && items !== null && firsts.has(dim) ? items : null;
    });
    return [[graft.outputs[name], { element: elementOfDtype(dtype), shape: dims ?? null }] as const];
  });
}
