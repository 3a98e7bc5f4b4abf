import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toProblemData } from '../../../core/problems/problem.ts';
import type { Following } from '../../../core/run/result.ts';
import { valueJson } from '../../../core/serve/jsonValues.ts';
import type { ServingContext } from '../context.ts';
import { answerJson } from '../predictAnswer.ts';
import { readPredictRequest } from '../predictRequest.ts';
import { publicProblem } from '../publicProblem.ts';
import { bodyOf } from '../requests.ts';
import { modelNamed, onlyModel, versionNamed } from './found.ts';
import { friendlyErrors } from './friendly.ts';
import { addRoutes } from './scope.ts';

/** A line now and then, so that proxies do not take a long run for a dead one. */
const heartbeatMs = 15_000;

/**
 * POST /predict/stream: what /predict takes, answered by server-sent events: `start`, `node` as each begins and ends,
 * `item` for each item of an output as it comes, and last `result` (what /predict answers) or `error`.
 */
export function addEvents(app: FastifyInstance, serving: ServingContext): void {
  addRoutes(app, serving, 'sse', friendlyErrors, (scope) => {
    scope.post('/predict/stream', (request, reply) => stream(serving, request, reply, onlyModel(serving.service).name));
    scope.post<{ Params: { name: string } }>('/v1/pipelines/:name/predict/stream', (request, reply) =>
      stream(serving, request, reply, request.params.name),
    );
  });
}

async function stream(
  serving: ServingContext,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
): Promise<FastifyReply> {
  const { limits, tools, service } = serving;
  const arrival = serving.arrival(request, reply);
  const { signature } = versionNamed(modelNamed(service, name), arrival.version);
  const bounds = { jsonDepth: limits.jsonDepth, serverJsonBytes: limits.jsonBytes, serverParts: limits.parts };
  const { inputs, outputs, top } = await readPredictRequest(request, bodyOf(request), signature, bounds, tools);
  const events = new EventStream(reply);
  const form = { top };
  // Items are written as JSON one after the other, whatever each takes to encode.
  let told: Promise<void> = Promise.resolve();
  const following: Following = {
    onEvent: (event) => {
      const { event: kind, ...data } = event;
      if (kind !== 'note') told = told.then(() => events.tell(kind, data, kind === 'node'));
    },
    onItem: (output, { value, ...time }) => {
      told = told.then(async () => {
        events.tell('item', { output, ...time, value: await valueJson(value, tools, form) }, false);
        await events.drained();
      });
    },
  };
  try {
    const predicted = await service.predict({
      ...arrival,
      model: name,
      inputs,
      outputs,
      decodedBytes: serving.decodedBytes(inputs),
      protocol: 'sse',
      following,
    });
    await told;
    events.tell('result', await answerJson(predicted, request.id, tools, form), false);
  } catch (error) {
    // Before anything was told the status can still say it.
    if (!events.begun()) throw error;
    await told.catch(() => undefined);
    events.tell('error', publicProblem(toProblemData(error, 'internal')), false);
  }
  events.end();
  return reply;
}

/** Server-sent events on a reply; its head is written with the first of them. */
class EventStream {
  readonly #reply: FastifyReply;
  #heartbeat: NodeJS.Timeout | null = null;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
  }

  begun(): boolean {
    return this.#heartbeat !== null;
  }

  /** `optional`: left out while the caller reads too slowly. */
  tell(event: string, data: unknown, optional: boolean): void {
    if (this.#heartbeat === null) this.#begin();
    const { raw } = this.#reply;
    if (raw.destroyed || (optional && raw.writableNeedDrain)) return;
    raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Resolves when what was told is on its way, or the caller has gone. */
  async drained(): Promise<void> {
    const { raw } = this.#reply;
    if (raw.destroyed || !raw.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      raw.once('drain', resolve);
      raw.once('close', resolve);
    });
  }

  end(): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#reply.raw.end();
  }

  #begin(): void {
    const reply = this.#reply;
    // What hooks have set (request id, CORS) belongs to the head that is written here.
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.#heartbeat = setInterval(() => {
      if (!reply.raw.writableNeedDrain) reply.raw.write(':\n\n');
    }, heartbeatMs);
    this.#heartbeat.unref();
    reply.raw.once('close', () => {
      if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    });
  }
}
