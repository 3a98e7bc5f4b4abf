import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Problem } from '../../../core/problems/problem.ts';
import {
  badShape,
  type Datatype,
  datatypeNamed,
  elementsOf,
  type NumberDatatype,
  type Numbers,
  type OipTensor,
  zeros,
} from '../../../core/serve/oipTensor.ts';
import { tensorFromRaw } from '../../../core/serve/rawTensor.ts';
import {
  type InferTensorContents,
  InferTensorContentsSchema,
  type ModelInferRequest,
  type ModelInferRequest_InferInputTensor,
} from './gen/open_inference_pb.ts';

type ContentsField = Exclude<keyof InferTensorContents, '$typeName' | '$unknown'>;
type Range = readonly [least: number, most: number];

/** Which field holds each datatype, and what of its numbers the datatype has. FP16 has none. */
const fields: Readonly<Record<Datatype, { readonly field: ContentsField; readonly range?: Range } | null>> = {
  BOOL: { field: 'boolContents' },
  INT8: { field: 'intContents', range: [-128, 127] },
  INT16: { field: 'intContents', range: [-32768, 32767] },
  INT32: { field: 'intContents' },
  INT64: { field: 'int64Contents' },
  UINT8: { field: 'uintContents', range: [0, 255] },
  UINT16: { field: 'uintContents', range: [0, 65535] },
  UINT32: { field: 'uintContents' },
  UINT64: { field: 'uint64Contents' },
  FP16: null,
  FP32: { field: 'fp32Contents' },
  FP64: { field: 'fp64Contents' },
  BYTES: { field: 'bytesContents' },
};

/** The tensors of a request, from raw or typed contents. Throws `request-invalid`, `value-shape`, `value-invalid`. */
export function tensorsOfRequest({ inputs, rawInputContents: raw }: ModelInferRequest): readonly OipTensor[] {
  if (raw.length > 0 && raw.length !== inputs.length)
    throw invalid(`There are ${raw.length} raw_input_contents for ${inputs.length} inputs.`);
  return inputs.map((input, i) => {
    const datatype = datatypeNamed(input.datatype, input.name);
    const shape = input.shape.map(Number);
    if (raw.length === 0) return typedTensor(input, datatype, shape);
    if (input.contents !== undefined) throw invalid(`The input "${input.name}" has both raw and typed contents.`);
    return tensorFromRaw(input.name, datatype, shape, raw[i]);
  });
}

function typedTensor(
  { name, contents }: ModelInferRequest_InferInputTensor,
  datatype: Datatype,
  shape: readonly number[],
): OipTensor {
  const place = fields[datatype];
  if (place === null) throw invalid(`The input "${name}" is ${datatype}, which must be in raw_input_contents.`);
  const count = elementsOf(shape, name);
  const elements = contents?.[place.field] ?? [];
  if (elements.length !== count)
    throw badShape(name, shape, `its contents have ${elements.length} ${datatype} elements`);
  if (datatype === 'BYTES') return { name, datatype, shape, data: contents?.bytesContents ?? [] };
  const data = zeros(datatype, count);
  for (let i = 0; i < count; i++) put(data, i, elements[i], name, datatype, place.range);
  return { name, datatype, shape, data };
}

function put(
  data: Numbers,
  at: number,
  element: unknown,
  name: string,
  datatype: NumberDatatype,
  range: Range | undefined,
): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    if (typeof element === 'bigint') data[at] = element;
    return;
  }
  const number = Number(element);
  if (range !== undefined && (number < range[0] || number > range[1]))
    throw new Problem('value-invalid', {
      message: `The input "${name}" is ${datatype}, and ${number} is none.`,
      fix: `Give elements that ${datatype} can hold.`,
    });
  data[at] = number;
}

/** A tensor's elements in the field of its datatype; null for FP16, which travels raw. */
export function contentsOf(tensor: OipTensor): InferTensorContents | null {
  const place = fields[tensor.datatype];
  if (place === null) return null;
  const elements: readonly unknown[] = [...tensor.data];
  const init: MessageInitShape<typeof InferTensorContentsSchema> = {
    [place.field]: tensor.datatype === 'BOOL' ? elements.map((x) => x !== 0) : elements,
  };
  return create(InferTensorContentsSchema, init);
}

function invalid(message: string): Problem {
  return new Problem('request-invalid', { message, fix: 'Send what the Open Inference Protocol describes.' });
}
