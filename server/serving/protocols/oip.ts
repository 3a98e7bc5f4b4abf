import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Json } from '../../../core/kinds/value.ts';
import type { OipTensor } from '../../../core/serve/oipTensor.ts';
import { rawOf } from '../../../core/serve/rawTensor.ts';
import { jsonOfTensor } from '../../../core/serve/tensorJson.ts';
import { inputTensors, outputTensors } from '../../../core/serve/tensorSpecs.ts';
import type { Arrival, ServingContext } from '../context.ts';
import { bodyOf } from '../requests.ts';
import { httpStatusOf } from '../status.ts';
import { isReady, modelNamed, versionNamed } from './found.ts';
import { type Inferred, infer, platform, readyVersions, serverName, signatureFor } from './infer.ts';
import { type OipRequest, readOipRequest } from './oipRequest.ts';
import { addRoutes, type ErrorForm, errorText, headerOf } from './scope.ts';

const lengthHeader = 'inference-header-content-length';

/** Triton's statuses: a wrong request is 400 whatever is wrong with it, an extension that is not taken 501. */
const oipErrors: ErrorForm = {
  ...errorText,
  status: (problem) => {
    const status = httpStatusOf(problem);
    if (problem.code === 'request-unsupported' && problem.where.param !== undefined) return 501;
    return status === 422 ? 400 : status;
  },
};

interface Named {
  readonly model: string;
  readonly version?: string;
}

/** The Open Inference Protocol, version 2, over REST, with binary tensors. */
export function addOip(app: FastifyInstance, serving: ServingContext): void {
  const { service } = serving;
  addRoutes(app, serving, 'oip', oipErrors, (scope) => {
    scope.get('/v2', async () => ({
      name: serverName,
      version: serving.serverVersion,
      extensions: ['binary_tensor_data'],
    }));
    scope.get('/v2/health/live', async () => ({ live: true }));
    scope.get('/v2/health/ready', async (_request, reply) => {
      const ready = service.ready();
      // The specification's schema calls it `live` here, too.
      return reply.code(ready ? 200 : 503).send({ ready, live: ready });
    });
    for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
      scope.get<{ Params: Named }>(path, async ({ params }) => metadata(serving, params));
      scope.get<{ Params: Named }>(`${path}/ready`, async ({ params }, reply) => {
        const ready = isReady(modelNamed(service, params.model), params.version);
        return reply.code(ready ? 200 : 503).send({ name: params.model, ready });
      });
      scope.post<{ Params: Named }>(`${path}/infer`, async (request, reply) => {
        const arrival = serving.arrival(request, reply);
        const { model, version } = request.params;
        const signature = signatureFor(serving, model, version ?? arrival.version);
        const read = readOipRequest(bodyOf(request), headerOf(request, lengthHeader), signature, serving);
        const { tensors, outputs } = read;
        const inferred = await infer(serving, {
          model,
          version,
          tensors,
          outputs,
          protocol: 'oip',
          arrival: inTime(arrival, read.timeoutMs),
        });
        return sendInferred(reply, model, read, inferred, serving);
      });
    }
  });
}

/** A caller's own time limit, where it ends before the server's. */
function inTime(arrival: Arrival, timeoutMs: number | undefined): Arrival {
  if (timeoutMs === undefined) return arrival;
  return { ...arrival, deadlineMs: Math.min(arrival.deadlineMs, arrival.arrivedMs + timeoutMs) };
}

function metadata({ service }: ServingContext, { model, version }: Named) {
  const found = modelNamed(service, model);
  const { signature } = versionNamed(found, version);
  return {
    name: model,
    versions: readyVersions(found),
    platform,
    inputs: inputTensors(signature),
    outputs: outputTensors(signature),
  };
}

function sendInferred(
  reply: FastifyReply,
  model: string,
  { id, binary }: OipRequest,
  { version, tensors, missing }: Inferred,
  serving: ServingContext,
): FastifyReply {
  const raw: Uint8Array[] = [];
  const outputs = tensors.map((tensor) => {
    const { name, datatype, shape } = tensor;
    if (!binary(name)) return { name, datatype, shape, ...dataOf(tensor, serving) };
    const bytes = rawOf(tensor);
    raw.push(bytes);
    return { name, datatype, shape, parameters: { binary_data_size: bytes.length } };
  });
  const body = {
    model_name: model,
    model_version: version,
    ...(id === undefined ? {} : { id }),
    ...(Object.keys(missing).length === 0 ? {} : { parameters: missingParameters(missing) }),
    outputs,
  };
  if (raw.length === 0) return reply.send(body);
  const head = Buffer.from(JSON.stringify(body));
  return reply
    .header(lengthHeader, String(head.length))
    .type('application/octet-stream')
    .send(Buffer.concat([head, ...raw]));
}

function dataOf(tensor: OipTensor, { tools }: ServingContext): { readonly [key: string]: Json } {
  const { data, base64 } = jsonOfTensor(tensor, tools);
  return base64 ? { parameters: { content_type: 'base64' }, data } : { data };
}

/** Why an output is not among the answer's, by `missing.NAME`. */
export function missingParameters(missing: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(missing).map(([name, why]) => [`missing.${name}`, why]));
}
