import type { MediaSource, TensorValue, Value } from '../kinds/value.ts';
import { nearestName } from '../problems/nearestName.ts';
import { Problem } from '../problems/problem.ts';
import type { RunInputs } from '../run/result.ts';
import { parseJsonBody } from './jsonBody.ts';
import { badShape, dtypeOf, elementsOf, type NumberTensor, type OipTensor, type TensorSpec } from './oipTensor.ts';
import type { PipelineSignature, SignatureInput } from './signature.ts';
import { hasOwnBatch, holdsFiles, inputTensor } from './tensorSpecs.ts';

export interface BatchLimits {
  readonly batchItems: number;
  readonly jsonDepth: number;
}

/**
 * The items that a request's tensors are, one set of inputs each. An empty element for a picture, sound or video says
 * that this item has none. Throws `input-unknown`, `input-kind`, `value-shape`, `text-encoding`, `request-too-large`.
 */
export function itemsOfTensors(
  tensors: readonly OipTensor[],
  signature: PipelineSignature,
  limits: BatchLimits,
): readonly RunInputs[] {
  const columns = new Map<string, readonly (MediaSource | Value | null)[]>();
  let size: number | null = null;
  for (const tensor of tensors) {
    const input = inputNamed(tensor.name, signature);
    if (columns.has(tensor.name))
      throw new Problem('request-invalid', {
        message: `The input "${tensor.name}" is given twice.`,
        fix: 'Give each input once.',
      });
    const batch = batchOf(tensor);
    if (size !== null && batch !== size)
      throw badShape(tensor.name, tensor.shape, `it has ${batch} items, and the inputs before it have ${size}`);
    if (batch > limits.batchItems)
      throw new Problem('request-too-large', {
        message: `The tensor "${tensor.name}" has ${batch} items; ${limits.batchItems} are taken at once.`,
        fix: 'Send it in several requests.',
      });
    size = batch;
    columns.set(tensor.name, columnOf(tensor, input, batch, limits.jsonDepth));
  }
  return Array.from({ length: size ?? 1 }, (_, i) =>
    Object.fromEntries(
      [...columns].flatMap(([name, column]) => {
        const given = column[i];
        return given === null ? [] : [[name, given]];
      }),
    ),
  );
}

export function inputNamed(name: string, signature: PipelineSignature): SignatureInput {
  const found = signature.inputs.find((input) => input.name === name);
  if (found !== undefined) return found;
  const names = signature.inputs.map((input) => input.name);
  const near = nearestName(name, names);
  throw new Problem('input-unknown', {
    message: `There is no input called ${JSON.stringify(name.slice(0, 100))}.`,
    fix: `${near === null ? '' : `Did you mean "${near}"? `}The inputs are ${names.join(', ')}.`,
  });
}

function batchOf(tensor: OipTensor): number {
  const [batch] = tensor.shape;
  if (batch === undefined) throw badShape(tensor.name, tensor.shape, 'its first size must be the batch');
  if (batch === 0) throw badShape(tensor.name, tensor.shape, 'it has no items');
  return batch;
}

function columnOf(
  tensor: OipTensor,
  input: SignatureInput,
  batch: number,
  jsonDepth: number,
): readonly (MediaSource | Value | null)[] {
  const spec = inputTensor(input);
  const strings = input.kind === 'tensor' && spec.datatype === 'BYTES';
  const anyDtype = input.kind === 'tensor' && input.type?.kind === 'tensor' && input.type.dtype === null;
  if (tensor.datatype !== spec.datatype && !anyDtype) throw wrongDatatype(tensor, spec);
  if (tensor.datatype === 'BYTES' && !strings && !anyDtype) {
    if (input.kind !== 'folder' && elementsOf(tensor.shape, tensor.name) !== batch)
      throw badShape(tensor.name, tensor.shape, 'each item has one element');
    const each = tensor.data.length / batch;
    return Array.from({ length: batch }, (_, i) =>
      bytesItem(
        input,
        tensor.data.slice(i * each, (i + 1) * each),
        batch > 1 ? `${input.name}[${i}]` : input.name,
        jsonDepth,
      ),
    );
  }
  requireShape(tensor, spec, input);
  const ownBatch = input.kind === 'tensor' && input.type?.kind === 'tensor' && hasOwnBatch(input.type.shape);
  return Array.from({ length: batch }, (_, i) => tensorItem(tensor, input, i, batch, ownBatch));
}

function bytesItem(
  input: SignatureInput,
  elements: readonly Uint8Array[],
  name: string,
  jsonDepth: number,
): MediaSource | Value | null {
  const [bytes] = elements;
  switch (input.kind) {
    case 'folder':
      return {
        kind: 'media',
        name,
        files: elements.map((file, i) => ({ kind: 'media', bytes: file, name: `${name}[${i}]` })),
      };
    case 'text':
      return { kind: 'text', text: textOf(bytes, name) };
    case 'json':
      return { kind: 'json', json: parseJsonBody(bytes, jsonDepth) };
    default:
      if (!holdsFiles(input.kind))
        throw new Problem('input-kind', {
          message: `The input "${input.name}" takes ${input.kind}, which this protocol cannot carry.`,
          fix: 'Ask by POST /predict.',
        });
      return bytes.length === 0 ? null : { kind: 'media', bytes, name };
  }
}

/** Text of UTF-8, without a byte order mark. Throws `text-encoding`. */
export function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('text-encoding', {
      message: `The text of "${name}" is not valid UTF-8.`,
      fix: 'Send text in UTF-8.',
      cause,
    });
  }
}

function tensorItem(tensor: OipTensor, input: SignatureInput, i: number, batch: number, ownBatch: boolean): Value {
  const [, ...rest] = tensor.shape;
  const each = tensor.data.length / batch;
  const shape = ownBatch ? [1, ...rest] : rest;
  if (tensor.datatype === 'BYTES') {
    const data = tensor.data.slice(i * each, (i + 1) * each).map((element) => textOf(element, tensor.name));
    return { kind: 'tensor', dtype: 'string', shape, data };
  }
  const data = tensor.data.slice(i * each, (i + 1) * each);
  if (data instanceof Float32Array && input.kind === 'embedding') return { kind: 'embedding', data, unit: false };
  if (data instanceof Float32Array && input.kind === 'scores')
    return { kind: 'scores', data, labels: input.type?.kind === 'scores' ? input.type.labels : null, form: 'other' };
  if (data instanceof Uint8Array && input.kind === 'mask')
    return { kind: 'mask', height: rest[0], width: rest[1], data, labels: null };
  return numbersValue(tensor, shape, data);
}

function numbersValue({ datatype }: NumberTensor, shape: readonly number[], data: NumberTensor['data']): TensorValue {
  // The datatype says which array it is: see `dtypeOf`.
  return { kind: 'tensor', dtype: dtypeOf[datatype], shape, data } as TensorValue;
}

/** Holds a tensor to the sizes that the pipeline declares. */
function requireShape(tensor: OipTensor, spec: TensorSpec, input: SignatureInput): void {
  elementsOf(tensor.shape, tensor.name);
  if (input.kind === 'tensor' && (input.type?.kind !== 'tensor' || input.type.shape === null)) return;
  const fits =
    tensor.shape.length === spec.shape.length && spec.shape.every((size, i) => size < 0 || size === tensor.shape[i]);
  if (!fits) throw badShape(tensor.name, tensor.shape, `the model takes [${spec.shape.join(', ')}]`);
}

function wrongDatatype(tensor: OipTensor, spec: TensorSpec): Problem {
  return new Problem('input-kind', {
    message: `The input "${tensor.name}" takes ${spec.datatype}, but ${tensor.datatype} was sent.`,
    fix: `Send ${spec.datatype} of shape [${spec.shape.join(', ')}].`,
  });
}
