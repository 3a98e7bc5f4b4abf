import { z } from 'zod';
import type { Json } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import { badShape, type Datatype, datatypeNamed, elementBytes, type OipTensor } from '../../../core/serve/oipTensor.ts';
import { tensorFromRaw } from '../../../core/serve/rawTensor.ts';
import type { PipelineSignature } from '../../../core/serve/signature.ts';
import { inputNamed } from '../../../core/serve/tensorInputs.ts';
import { tensorOfJson } from '../../../core/serve/tensorJson.ts';
import { holdsFiles, inputTensor } from '../../../core/serve/tensorSpecs.ts';
import type { ServingContext } from '../context.ts';
import { fitting } from './fitting.ts';

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional();
const size = z.number().int().min(0);
const inferRequest = z.object({
  id: z.string().max(1000).optional(),
  parameters,
  inputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(size).max(32),
        datatype: z.string(),
        parameters,
        data: z.unknown().optional(),
      }),
    )
    .max(1000),
  outputs: z
    .array(z.object({ name: z.string(), parameters }))
    .max(1000)
    .optional(),
});
type Given = z.infer<typeof inferRequest>;

/** A request of the protocol, read. */
export interface OipRequest {
  readonly id?: string;
  readonly tensors: readonly OipTensor[];
  /** Tensors wanted; null for all. */
  readonly outputs: readonly string[] | null;
  /** Whether a tensor's answer goes behind the JSON, as bytes. */
  readonly binary: (tensor: string) => boolean;
  /** Milliseconds that the caller gives, if it says so. */
  readonly timeoutMs?: number;
}

/** `length`: the header `Inference-Header-Content-Length`; undefined when all of the body is JSON. Throws Problems. */
export function readOipRequest(
  body: Uint8Array,
  length: string | undefined,
  signature: PipelineSignature,
  { limits, tools }: Pick<ServingContext, 'limits' | 'tools'>,
): OipRequest {
  const jsonBytes = headerLength(length, body.length);
  if (length !== undefined && jsonBytes === 0) return rawRequest(body, signature);
  const given = fitting(
    inferRequest,
    parseJsonBody(body.subarray(0, jsonBytes), limits.jsonDepth, limits.jsonBytes),
    'request',
  );
  refuseUnsupported(given);
  const rest = body.subarray(jsonBytes);
  let at = 0;
  const tensors = given.inputs.map((input): OipTensor => {
    const { name, shape } = input;
    const datatype = datatypeNamed(input.datatype, name);
    const bytes = binarySize(input);
    if (bytes === null) {
      if (input.data === undefined) throw invalid(`The tensor "${name}" has neither data nor binary_data_size.`);
      const { kind } = inputNamed(name, signature);
      return tensorOfJson(name, datatype, shape, input.data as Json, holdsFiles(kind), tools);
    }
    if (bytes > rest.length - at)
      throw invalid(`The tensor "${name}" says ${bytes} bytes, and ${rest.length - at} are left in the body.`);
    at += bytes;
    return tensorFromRaw(name, datatype, shape, rest.subarray(at - bytes, at));
  });
  if (at !== rest.length) throw invalid(`The body has ${rest.length - at} bytes that belong to no tensor.`);
  return { id: given.id, tensors, ...wishes(given) };
}

function wishes({ parameters, outputs }: Given): Pick<OipRequest, 'outputs' | 'binary' | 'timeoutMs'> {
  const all = parameters?.['binary_data_output'] === true;
  const each = new Map(outputs?.map((output) => [output.name, output.parameters?.['binary_data']]));
  const timeout = parameters?.['timeout'];
  return {
    outputs: outputs === undefined || outputs.length === 0 ? null : outputs.map((output) => output.name),
    binary: (tensor) => {
      const own = each.get(each.has(tensor) ? tensor : tensor.replace(/\..*$/, ''));
      return typeof own === 'boolean' ? own : all;
    },
    // Triton's, in microseconds.
    ...(typeof timeout === 'number' && timeout > 0 ? { timeoutMs: timeout / 1000 } : {}),
  };
}

/** A body without JSON is the one input, batch 1, and is answered in bytes. */
function rawRequest(body: Uint8Array, signature: PipelineSignature): OipRequest {
  const [input] = signature.inputs;
  if (input === undefined || signature.inputs.length !== 1)
    throw invalid(`A body without JSON is for models with one input; this has ${signature.inputs.length}.`);
  const { name, datatype, shape } = inputTensor(input);
  return { tensors: [rawTensor(name, datatype, shape, body)], outputs: null, binary: () => true };
}

function rawTensor(name: string, datatype: Datatype, shape: readonly number[], body: Uint8Array): OipTensor {
  if (datatype === 'BYTES') return { name, datatype, shape: [1], data: [body] };
  const [, ...rest] = shape;
  const variable = rest.filter((dim) => dim < 0).length;
  if (variable > 1) throw badShape(name, shape, 'a body without JSON tells only one size that varies');
  const known = rest.reduce((product, dim) => (dim < 0 ? product : product * dim), elementBytes(datatype) as number);
  const left = known === 0 ? 0 : Math.floor(body.length / known);
  return tensorFromRaw(name, datatype, [1, ...rest.map((dim) => (dim < 0 ? left : dim))], body);
}

function headerLength(text: string | undefined, bodyBytes: number): number {
  if (text === undefined) return bodyBytes;
  const length = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (length <= bodyBytes) return length;
  throw invalid(
    `The header Inference-Header-Content-Length is ${JSON.stringify(text.slice(0, 30))}; the body has ${bodyBytes} bytes.`,
  );
}

function binarySize({ name, parameters }: Given['inputs'][number]): number | null {
  const bytes = parameters?.['binary_data_size'];
  if (bytes === undefined) return null;
  if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw invalid(`The tensor "${name}" has a binary_data_size that is no number of bytes.`);
}

/** Extensions that change what a request means: to pass over them would be to answer another question. */
function refuseUnsupported({ parameters, inputs, outputs }: Given): void {
  const all = [parameters, ...inputs.map((input) => input.parameters), ...(outputs ?? []).map((o) => o.parameters)];
  const found = all.flatMap((given) => Object.keys(given ?? {})).find((key) => refused.has(key));
  if (found === undefined) return;
  throw new Problem('request-unsupported', {
    message: `The parameter "${found}" is not taken here.`,
    fix: 'Send the tensors themselves, and each request on its own.',
    where: { param: found },
  });
}

const refused = new Set([
  'shared_memory_region',
  'shared_memory_byte_size',
  'shared_memory_offset',
  'sequence_id',
  'sequence_start',
  'sequence_end',
  'classification',
]);

function invalid(message: string): Problem {
  return new Problem('request-invalid', {
    message,
    fix: 'Send what the Open Inference Protocol, version 2, describes.',
  });
}
