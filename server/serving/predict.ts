import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Limits } from '../../core/define/limits.ts';
import type { ServingContext } from './context.ts';
import { answerJson, rawAnswer, rawType } from './predictAnswer.ts';
import { readPredictRequest } from './predictRequest.ts';
import { modelNamed, onlyModel, versionNamed } from './protocols/found.ts';
import { bodyOf, tellVersion } from './requests.ts';
import type { DrainableService } from './service.ts';

/** The friendly protocol: files, JSON or bytes in, the pipeline's public outputs out. */
export function addPredict(
  app: FastifyInstance,
  serving: ServingContext,
  service: Pick<DrainableService, 'shed'>,
  limits: Limits,
): void {
  const { tools } = serving;

  async function predict(request: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> {
    const arrival = serving.arrival(request, reply);
    const query = request.query as Readonly<Record<string, unknown>>;
    const version = typeof query['version'] === 'string' ? query['version'] : arrival.version;
    const { signature } = versionNamed(modelNamed(serving.service, name), version);
    const { inputs, outputs, top } = await readPredictRequest(request, bodyOf(request), signature, limits, tools);
    const decodedBytes = serving.decodedBytes(inputs);
    const ask = { ...arrival, version, model: name, inputs, outputs, decodedBytes, protocol: 'rest' };
    const predicted = await serving.service.predict(ask);
    tellVersion(reply, predicted.version, predicted.queueMs, predicted.runMs);
    const raw = rawType(request.headers.accept);
    if (raw !== null) {
      const { mime, bytes } = await rawAnswer(predicted, raw, tools);
      return reply.type(mime).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
    const body = await answerJson(predicted, request.id, tools, { top });
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
  }

  /** Who comes while the queue is full is told before its body is read. */
  const onRequest = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    done(service.shed({ ...serving.arrival(request, reply), protocol: 'rest' }) ?? undefined);
  };
  app.post('/predict', { onRequest }, async (request, reply) =>
    predict(request, reply, onlyModel(serving.service).name),
  );
  app.post<{ Params: { name: string } }>('/v1/pipelines/:name/predict', { onRequest }, async (request, reply) =>
    predict(request, reply, request.params.name),
  );
}
