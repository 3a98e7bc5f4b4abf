import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Json } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import type { RunInputs, RunResult } from '../../../core/run/result.ts';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import { defaultTop, type OutputForm, outputJson } from '../../../core/serve/jsonValues.ts';
import type { PipelineSignature } from '../../../core/serve/signature.ts';
import type { ServingContext } from '../context.ts';
import { answerJson, rawAnswer, rawType } from '../predictAnswer.ts';
import { readPredictRequest } from '../predictRequest.ts';
import { publicProblem } from '../publicProblem.ts';
import { bodyOf, tellVersion } from '../requests.ts';
import { httpStatusOf } from '../status.ts';
import { onlyModel, versionNamed } from './found.ts';
import { itemsOfInstances } from './instances.ts';
import { predictItems } from './predictItems.ts';
import type { ErrorForm } from './scope.ts';

/** Errors as the friendly protocol tells them. */
export const friendlyErrors: ErrorForm = {
  status: httpStatusOf,
  body: (problem, request) => ({ error: publicProblem(problem), requestId: request.id }),
};

/** Content types of a list of items, one JSON value a line, as batch jobs send it. */
const lineTypes = /^application\/(x-)?(jsonlines|ndjson)$/;

/**
 * Answers a request to the only pipeline in the form that it comes in: a list of instances with predictions, JSON lines
 * with JSON lines, everything else as POST /predict does.
 */
export async function answerFriendly(
  serving: ServingContext,
  request: FastifyRequest,
  reply: FastifyReply,
  protocol: string,
): Promise<FastifyReply> {
  const { limits, tools } = serving;
  const body = bodyOf(request);
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (lineTypes.test(type)) {
    const predictions = await answerItems(serving, request, reply, linesOf(body, serving), protocol);
    return reply.type(type).send(predictions.map((prediction) => `${JSON.stringify(prediction)}\n`).join(''));
  }
  const arrival = serving.arrival(request, reply);
  const model = onlyModel(serving.service);
  const { signature } = versionNamed(model, arrival.version);
  if (type === 'application/json' && isInstances(body, signature)) {
    const json = parseJsonBody(body, limits.jsonDepth, limits.jsonBytes);
    if (isRecord(json) && 'instances' in json) {
      const predictions = await answerItems(serving, request, reply, json['instances'], protocol);
      return reply.send({ predictions });
    }
  }
  const bounds = { jsonDepth: limits.jsonDepth, serverJsonBytes: limits.jsonBytes, serverParts: limits.parts };
  const { inputs, outputs, top } = await readPredictRequest(request, body, signature, bounds, tools);
  const decodedBytes = serving.decodedBytes(inputs);
  const predicted = await serving.service.predict({
    ...arrival,
    model: model.name,
    inputs,
    outputs,
    decodedBytes,
    protocol,
  });
  tellVersion(reply, predicted.version, predicted.queueMs, predicted.runMs);
  const raw = rawType(request.headers.accept);
  if (raw === null) return reply.send(await answerJson(predicted, request.id, tools, { top }));
  const { mime, bytes } = await rawAnswer(predicted, raw, tools);
  return reply.type(mime).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** Answers a list of instances with what each of them gives, public outputs by name. */
export async function answerItems(
  serving: ServingContext,
  request: FastifyRequest,
  reply: FastifyReply,
  instances: Json | undefined,
  protocol: string,
  wishes: { readonly outputs?: readonly string[]; readonly top?: number } = {},
): Promise<readonly Json[]> {
  const { limits, tools } = serving;
  const arrival = serving.arrival(request, reply);
  const model = onlyModel(serving.service);
  const { signature } = versionNamed(model, arrival.version);
  const items: readonly RunInputs[] = itemsOfInstances(instances, signature, limits, tools);
  const { outputs, top = defaultTop } = wishes;
  const answered = await predictItems(serving, { model: model.name, items, outputs, protocol, arrival });
  reply.header('x-tributary-version', answered.version);
  const predictions: Json[] = [];
  for (const result of answered.results) predictions.push(await outputsJson(result, { top }, serving));
  return predictions;
}

async function outputsJson({ outputs }: RunResult, form: OutputForm, { tools }: ServingContext): Promise<Json> {
  const told: Record<string, Json> = {};
  for (const [name, output] of Object.entries(outputs)) told[name] = await outputJson(output, tools, form);
  return told;
}

/** A look that spares large bodies without the word a second parsing. */
function isInstances(body: Uint8Array, signature: PipelineSignature): boolean {
  if (signature.inputs.some((input) => input.name === 'instances')) return false;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes('"instances"');
}

function linesOf(body: Uint8Array, { limits }: ServingContext): readonly Json[] {
  const items: Json[] = [];
  let start = 0;
  while (start < body.length) {
    const found = body.indexOf(0x0a, start);
    const end = found < 0 ? body.length : found;
    const line = body.subarray(start, end);
    if (line.some((byte) => byte > 0x20)) items.push(parseJsonBody(line, limits.jsonDepth, limits.jsonBytes));
    if (items.length > limits.batchItems)
      throw new Problem('request-too-large', {
        message: `There are more than ${limits.batchItems} lines.`,
        fix: 'Send fewer at once.',
      });
    start = end + 1;
  }
  return items;
}

export function isRecord(json: Json): json is { readonly [key: string]: Json } {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
