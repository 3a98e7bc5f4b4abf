import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BodyBounds, type BodyLedger, type HeldBody, readBody } from './body.ts';
import type { Arrival } from './context.ts';
import type { TraceContext } from './contract.ts';

/** What is known of a request from its headers on. */
interface Visit {
  readonly arrivedMs: number;
  readonly gone: AbortController;
  held: HeldBody | null;
}

const visits = new WeakMap<FastifyRequest, Visit>();

/** Accepts what ids are made of anywhere; anything else might break a log line or a header. */
const idPattern = /^[\w.:@/+=-]{1,128}$/;
const versionPattern = /^[\w.-]{1,64}$/;
/** W3C Trace Context, 3.2: version 00, not all zeros. */
const tracePattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** The caller's own id where it is one, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && idPattern.test(given) ? given : randomUUID();
}

export interface VisitOptions {
  readonly bounds: BodyBounds;
  /** Milliseconds of the clock that never jumps. */
  readonly now: () => number;
  /** While true, every answer asks its caller to come back over another connection. */
  readonly leaving: () => boolean;
}

/** Follows every request from its headers on: when it came, whether its caller is still there, the body that it holds. */
export function followRequests(app: FastifyInstance, { bounds, now, leaving }: VisitOptions): void {
  const ledger: BodyLedger = { bounds, held: 0 };
  app.addHook('onRequest', (request, reply, done) => {
    const visit: Visit = { arrivedMs: now(), gone: new AbortController(), held: null };
    visits.set(request, visit);
    reply.header('x-request-id', request.id);
    if (leaving()) reply.header('connection', 'close');
    reply.raw.once('close', () => {
      visit.held?.letGo();
      if (!reply.raw.writableFinished) visit.gone.abort();
    });
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const held = await readBody(request.raw, payload, ledger);
    const visit = visits.get(request);
    if (visit === undefined || visit.gone.signal.aborted) held.letGo();
    else visit.held = held;
    return held.bytes;
  });
}

/** What a request brings by its headers, whatever it asks for. `longestMs`: the deadline unless it names an earlier one. */
export function arrivalOf(request: FastifyRequest, longestMs: number, now: () => number): Arrival {
  const visit = visits.get(request);
  const arrivedMs = visit?.arrivedMs ?? now();
  const { headers } = request;
  const wanted = Number(headers['x-deadline-ms'] ?? Number.NaN);
  const lengthMs = wanted >= 0 ? Math.min(wanted, longestMs) : longestMs;
  const trace = traceOf(headers);
  const version = headers['x-tributary-version'];
  const canaryKey = headers['x-tributary-key'];
  return {
    arrivedMs,
    deadlineMs: arrivedMs + lengthMs,
    signal: visit?.gone.signal ?? new AbortController().signal,
    requestId: request.id,
    ...(typeof version === 'string' && versionPattern.test(version) ? { version } : {}),
    ...(typeof canaryKey === 'string' && canaryKey.length <= 200 ? { canaryKey } : {}),
    ...(trace === null ? {} : { trace }),
  };
}

function traceOf({ traceparent, tracestate }: IncomingMessage['headers']): TraceContext | null {
  if (typeof traceparent !== 'string' || !tracePattern.test(traceparent)) return null;
  return typeof tracestate === 'string' && tracestate.length <= 512 ? { traceparent, tracestate } : { traceparent };
}

/** The body's bytes, inflated; none when nothing was sent. */
export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
}

/** Headers that every answer to a pipeline's caller carries. */
export function tellVersion(reply: FastifyReply, version: string, queueMs: number, runMs: number): void {
  reply.header('x-tributary-version', version);
  reply.header('server-timing', `queue;dur=${queueMs.toFixed(1)}, run;dur=${runMs.toFixed(1)}`);
}
