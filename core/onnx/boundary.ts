import type { ModelPort } from '../define/file-facts.ts';
import type { Dim } from '../kinds/type.ts';
import { dtypeOfElement, elementName, widenedElement } from './elements.ts';
import type { GraphProto, NodeProto, TypeProto, TypeProto_Tensor, ValueInfoProto } from './gen/onnx-ml_pb.ts';

/** How a value at the model's edge is turned into tensors that the runtime's binding can pass. */
export type Adaptation =
  | { readonly how: 'none' }
  /** bfloat16, float8 and 4-bit types are cast at the edge. */
  | { readonly how: 'cast'; readonly element: number }
  /** ZipMap's maps become the matrix that it was given, [items, classes]. */
  | { readonly how: 'zipmap'; readonly node: NodeProto; readonly classes: number }
  /** A sequence of tensors: end to end in one flat tensor, or stacked where every element has one fixed shape. */
  | { readonly how: 'sequence'; readonly element: number; readonly fixed: readonly number[] | null }
  | { readonly how: 'optional'; readonly inner: TypeProto }
  | { readonly how: 'impossible'; readonly why: string };

export interface EdgeValue {
  readonly name: string;
  readonly adaptation: Adaptation;
  /** What the adapted model takes or gives. */
  readonly ports: readonly ModelPort[];
}

/** Name of the second tensor that a sequence of differing shapes comes out as. */
export function shapesName(output: string): string {
  return `${output}_shapes`;
}

export function inputEdge(info: ValueInfoProto): EdgeValue {
  const { name } = info;
  const type = info.type?.value;
  if (type?.case === 'tensorType') return tensorEdge(name, type.value, 'tensor');
  if (type?.case === 'sequenceType') {
    const inner = type.value.elemType?.value;
    if (inner?.case === 'tensorType' && dtypeOfElement(inner.value.elemType) !== null) {
      const shape = shapeOf(inner.value);
      return {
        name,
        adaptation: { how: 'sequence', element: inner.value.elemType, fixed: null },
        ports: [port(name, 'sequence', inner.value.elemType, shape === null ? null : [null, ...shape])],
      };
    }
  }
  if (type?.case === 'optionalType') return optionalEdge(name, type.value.elemType);
  return impossible(name, info.type);
}

export function outputEdge(info: ValueInfoProto, graph: GraphProto): EdgeValue {
  const { name } = info;
  const type = info.type?.value;
  if (type?.case === 'tensorType') return tensorEdge(name, type.value, 'tensor');
  if (type?.case === 'optionalType') return optionalEdge(name, type.value.elemType);
  if (type?.case === 'sequenceType' || type?.case === undefined) {
    const zip = graph.node.find((n) => n.output[0] === name && n.opType === 'ZipMap' && n.domain === 'ai.onnx.ml');
    if (zip !== undefined) return zipMapEdge(name, zip);
  }
  if (type?.case === 'sequenceType') {
    const inner = type.value.elemType?.value;
    if (inner?.case === 'tensorType' && dtypeOfElement(inner.value.elemType) !== null)
      return sequenceEdge(name, inner.value);
  }
  return impossible(name, info.type);
}

function tensorEdge(name: string, type: TypeProto_Tensor, form: ModelPort['form']): EdgeValue {
  const wide = widenedElement(type.elemType);
  const element = wide ?? type.elemType;
  const ports = [port(name, form, element, shapeOf(type))];
  if (wide !== null) return { name, adaptation: { how: 'cast', element: wide }, ports };
  if (dtypeOfElement(element) === null) {
    return { name, adaptation: { how: 'impossible', why: `its elements are ${elementName(element)}` }, ports };
  }
  return { name, adaptation: { how: 'none' }, ports };
}

function optionalEdge(name: string, inner: TypeProto | undefined): EdgeValue {
  if (inner?.value.case !== 'tensorType' || dtypeOfElement(inner.value.value.elemType) === null)
    return impossible(name, undefined, 'optional');
  const { value } = inner.value;
  return {
    name,
    adaptation: { how: 'optional', inner },
    ports: [port(name, 'optional', value.elemType, shapeOf(value))],
  };
}

function zipMapEdge(name: string, node: NodeProto): EdgeValue {
  const labels: string[] = [];
  for (const attribute of node.attribute) {
    const text = new TextDecoder();
    if (attribute.name === 'classlabels_strings') labels.push(...attribute.strings.map((s) => text.decode(s)));
    if (attribute.name === 'classlabels_int64s') labels.push(...attribute.ints.map(String));
  }
  return {
    name,
    adaptation: { how: 'zipmap', node, classes: labels.length },
    ports: [{ name, form: 'map', dtype: 'float32', shape: [null, labels.length], labels }],
  };
}

function sequenceEdge(name: string, element: TypeProto_Tensor): EdgeValue {
  const shape = shapeOf(element);
  const fixed = shape?.every((d): d is number => typeof d === 'number' && d > 0) ? shape : null;
  const adaptation = { how: 'sequence', element: element.elemType, fixed } as const;
  if (fixed !== null) return { name, adaptation, ports: [port(name, 'sequence', element.elemType, [null, ...fixed])] };
  return {
    name,
    adaptation,
    ports: [
      port(name, 'sequence', element.elemType, [null]),
      { name: shapesName(name), form: 'sequence', dtype: 'int64', shape: [null, shape === null ? null : shape.length] },
    ],
  };
}

function impossible(name: string, type: TypeProto | undefined, known?: ModelPort['form']): EdgeValue {
  const forms: Readonly<Record<string, ModelPort['form']>> = {
    sequenceType: 'sequence',
    mapType: 'map',
    optionalType: 'optional',
  };
  const form = known ?? forms[type?.value.case ?? ''] ?? 'tensor';
  const what = form === 'tensor' ? 'a value of unknown type' : `a ${form} of values that are not plain tensors`;
  return {
    name,
    adaptation: { how: 'impossible', why: `it is ${what}` },
    ports: [{ name, form, dtype: null, shape: null }],
  };
}

function port(name: string, form: ModelPort['form'], element: number, shape: readonly Dim[] | null): ModelPort {
  return { name, form, dtype: dtypeOfElement(element), shape };
}

function shapeOf(type: TypeProto_Tensor): readonly Dim[] | null {
  if (type.shape === undefined) return null;
  return type.shape.dim.map(({ value }) => {
    if (value.case === 'dimParam') return value.value === '' ? null : value.value;
    // Some writers say "any" by -1 or 0xffff..., which is no size.
    if (value.case === 'dimValue' && value.value >= 0n && value.value <= BigInt(Number.MAX_SAFE_INTEGER))
      return Number(value.value);
    return null;
  });
}
