import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Problem } from '../../../core/problems/problem.ts';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import type { ServingContext } from '../context.ts';
import type { PredictionRecord } from '../contract.ts';
import { bodyOf } from '../requests.ts';
import { type DriftWatch, makeDriftWatch } from './drift.ts';
import { type LogLevel, logRecord, makeLog } from './logs.ts';
import { makeMetrics } from './metrics.ts';
import { scoredOutputs } from './scored.ts';
import { driftOptionsFrom, tracesWanted } from './settings.ts';
import { makeTraces, type TraceOptions } from './traces.ts';

export interface WatchingOptions {
  readonly log: LogLevel;
  /** null: no traces are sent. */
  readonly traces: TraceOptions | null;
  readonly drift?: DriftWatch;
  /** Takes the lines of the log; standard output unless given. */
  readonly write?: (line: string) => void;
  /** The server's environment; that of this process unless given. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Watching {
  readonly log: Logger;
  readonly drift: DriftWatch;
  /** Adds `/metrics`, `/v1/drift`, `/feedback` and `/v1/accuracy`, and hears of every request. */
  add(app: FastifyInstance, serving: ServingContext): void;
  /** Hears of a copy that a shadow ran. */
  heard(record: PredictionRecord): void;
  /** Sends what is left to send. */
  close(): Promise<void>;
}

const mostFeedback = 1000;

/** Metrics, log, traces and drift of a server. */
export function makeWatching(options: WatchingOptions): Watching {
  const { env = process.env } = options;
  const log = makeLog(options.log, options.write);
  const drift =
    options.drift ??
    makeDriftWatch({
      ...driftOptionsFrom(env),
      onAlert: (version, { node, modality, statistic, before, now, corrected, distance }) =>
        log.warn({ version, node, modality, statistic, before, now, distance, p: corrected }, 'drift'),
    });
  const { traces: wanted } = options;
  const traced = wanted !== null && (wanted.exporter !== undefined || tracesWanted(env));
  const traces = traced ? makeTraces({ ...wanted, serviceName: env['OTEL_SERVICE_NAME'] || wanted.serviceName }) : null;

  let hears: (record: PredictionRecord) => void = () => undefined;

  function add(app: FastifyInstance, serving: ServingContext): void {
    const metrics = makeMetrics(serving.service, drift, serving.now);
    const hear = (record: PredictionRecord): void => {
      metrics.record(record);
      logRecord(log, record);
      // A flood that is turned away is counted; a span for each would make it worse.
      if (record.problem?.code !== 'overloaded') traces?.record(record);
      if (record.result !== undefined && !record.shadow) drift.answered(record.ask.requestId, record.result);
    };
    hears = hear;
    serving.service.onRecord(hear);
    app.addHook('onResponse', (request, reply, done) => {
      metrics.answered(request.routeOptions.url ?? 'none', reply.statusCode);
      done();
    });
    app.get('/metrics', async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    );
    app.get('/v1/drift', async (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(
        JSON.stringify({
          alerts: drift.alerts(),
          windows: drift.windows().map(({ fromMs, toMs, ...window }) => ({
            ...window,
            from: new Date(fromMs).toISOString(),
            to: new Date(toMs).toISOString(),
          })),
        }),
      ),
    );
    app.post('/feedback', async (request, reply) => {
      const body = parseJsonBody(bodyOf(request), serving.limits.jsonDepth);
      const results = labelsOf(body, serving).map(({ requestId, output, label }) => ({
        requestId,
        output,
        result: drift.tell(requestId, output, label),
      }));
      return reply.type('application/json; charset=utf-8').send(JSON.stringify({ results }));
    });
    app.get('/v1/accuracy', async (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(
        JSON.stringify({
          outputs: drift.feedback.outputs().map((output) => ({
            output,
            windows: drift.feedback.accuracy(output).map(({ fromMs, toMs, right, of, low, high }) => ({
              from: new Date(fromMs).toISOString(),
              to: new Date(toMs).toISOString(),
              right,
              of,
              accuracy: right / of,
              low,
              high,
            })),
          })),
        }),
      ),
    );
  }

  return {
    log,
    drift,
    add,
    heard: (record) => hears(record),
    close: async () => {
      drift.close();
      await traces?.close();
      log.flush();
    },
  };
}

interface Label {
  readonly requestId: string;
  readonly output: string;
  readonly label: string;
}

/** One label or `{ "labels": [...] }`. The output may be left out where there is one with scores. Throws `request-invalid`. */
function labelsOf(body: unknown, { service }: ServingContext): readonly Label[] {
  const list = isRecord(body) && Array.isArray(body['labels']) ? body['labels'] : [body];
  if (list.length > mostFeedback) throw invalid(`More than ${mostFeedback} labels came at once.`);
  const scored = scoredOutputs(service);
  return list.map((one) => {
    if (!isRecord(one)) throw invalid('A label is no object.');
    const { requestId, label } = one;
    const output = one['output'] ?? (scored.length === 1 ? scored[0] : undefined);
    if (typeof requestId !== 'string' || typeof label !== 'string')
      throw invalid('"requestId" and "label" must be texts.');
    if (typeof output !== 'string')
      throw invalid(`"output" must name one of ${scored.map((name) => `"${name}"`).join(', ')}.`);
    return { requestId, output, label };
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): Problem {
  return new Problem('request-invalid', {
    message,
    fix: 'Post { "requestId": the x-request-id of the answer, "output": its name, "label": what is true }, or { "labels": [...] }.',
  });
}
