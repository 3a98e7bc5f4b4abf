import { create } from '@bufbuild/protobuf';
import type { Dim } from '../kinds/type.ts';
import { type GraphProto, type TypeProto, TypeProtoSchema } from './gen/onnx-ml_pb.ts';

/** A tensor's type as a file declares it. */
export interface DeclaredType {
  /** 0 when it is not said. */
  readonly element: number;
  /** Null when not even the number of axes is said. */
  readonly shape: readonly Dim[] | null;
}

/** Types of a graph's own values that are tensors: declared ones, and those of its initialisers. */
export function declaredTypes(graph: GraphProto): Map<string, DeclaredType> {
  const types = new Map<string, DeclaredType>();
  for (const info of [...graph.valueInfo, ...graph.output, ...graph.input]) {
    const type = tensorTypeOf(info.type);
    if (type !== null) types.set(info.name, type);
  }
  for (const tensor of graph.initializer)
    types.set(tensor.name, { element: tensor.dataType, shape: tensor.dims.map(Number) });
  for (const { values, dims } of graph.sparseInitializer)
    if (values !== undefined) types.set(values.name, { element: values.dataType, shape: dims.map(Number) });
  return types;
}

/** Null for sequences, maps, optionals and values without a type. */
export function tensorTypeOf(type: TypeProto | undefined): DeclaredType | null {
  if (type?.value.case !== 'tensorType') return null;
  const { elemType, shape } = type.value.value;
  return { element: elemType, shape: shape === undefined ? null : shape.dim.map(({ value }) => dimOf(value)) };
}

function dimOf(dim: { readonly case?: string; readonly value?: unknown }): Dim {
  const { value } = dim;
  if (typeof value === 'string') return value === '' ? null : value;
  // Some writers say "any" by -1 or 0xffff..., which is no size.
  if (typeof value === 'bigint' && value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  return null;
}

export function typeProtoOf({ element, shape }: DeclaredType): TypeProto {
  const dim = (shape ?? []).map((d) =>
    d === null
      ? {}
      : typeof d === 'number'
        ? { value: { case: 'dimValue' as const, value: BigInt(d) } }
        : { value: { case: 'dimParam' as const, value: d } },
  );
  const tensor = shape === null ? { elemType: element } : { elemType: element, shape: { dim } };
  return create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } });
}
