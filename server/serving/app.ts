import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Limits } from '../../core/define/limits.ts';
import { type ProblemData, problemData } from '../../core/problems/problem.ts';
import { type Crowd, keepRoom, refuseCrowd } from './connections.ts';
import type { ServingContext } from './context.ts';
import { decodedBytesOf } from './decodedBytes.ts';
import { addHealth } from './health.ts';
import { addPages, type ServedPages } from './pages.ts';
import { addPredict } from './predict.ts';
import { problemOfRequest, publicProblem } from './publicProblem.ts';
import { arrivalOf, followRequests, requestIdOf } from './requests.ts';
import type { DrainableService } from './service.ts';
import { httpStatusOf, retryHeaders } from './status.ts';
import { valueTools } from './tools.ts';

export interface ServingAppOptions {
  readonly limits: Limits;
  /** Tributary's own version. */
  readonly serverVersion: string;
  /** The try-it page and what it shows. */
  readonly pages: ServedPages;
  /** Further protocols, watching, security: each adds its routes and hooks. */
  readonly plugins?: readonly ((app: FastifyInstance, serving: ServingContext) => void | Promise<void>)[];
  /** Hears what was our own fault, with its cause. */
  readonly onFault?: (problem: ProblemData, requestId: string) => void;
  /** While true, answers ask their callers to come back over another connection. */
  readonly leaving?: () => boolean;
  readonly https?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** Milliseconds of the clock that never jumps. */
  readonly now?: () => number;
}

const maxHeaderBytes = 16_384;
const keepAliveMs = 72_000;

/** The HTTP side of a service. Listening, and the end, are the caller's. */
export async function makeServingApp(service: DrainableService, options: ServingAppOptions): Promise<FastifyInstance> {
  const { limits, now = () => performance.now(), leaving = () => false } = options;
  const crowds: Crowd[] = [];
  const app = Fastify({
    logger: false,
    // The end waits for requests and streams that are answered; how long is the caller's to say.
    pluginTimeout: 0,
    genReqId: requestIdOf,
    requestIdHeader: false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, problemOfRequest(error), options),
    serverFactory: (handle) => {
      const server = makeHttpServer(handle, limits, options.https);
      crowds.push(keepRoom(server, limits.serverConnections));
      return server;
    },
  });
  const serving = makeContext(service, options, now);
  followRequests(app, {
    bounds: { bodyBytes: limits.serverBodyBytes, bodiesBytes: limits.serverBodiesBytes },
    now,
    leaving,
  });
  for (const crowd of crowds) refuseCrowd(app, crowd);
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, problemOfRequest(error), options));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, noRoute(request.method, request.url), options),
  );
  addHealth(app, service);
  addPredict(app, serving, service, limits);
  addPages(app, service, options.pages);
  for (const add of options.plugins ?? []) await add(app, serving);
  return app;
}

function makeHttpServer(handle: RequestListener, limits: Limits, https: ServingAppOptions['https']): Server {
  const arrivalMs = limits.serverArrivalMs;
  const bounds: ServerOptions = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: arrivalMs,
    requestTimeout: arrivalMs,
    keepAliveTimeout: keepAliveMs,
    // Connections that are over their time are looked for so often.
    connectionsCheckingInterval: Math.max(100, Math.min(5000, arrivalMs / 4)),
  };
  const server =
    https === undefined ? createServer(bounds, handle) : createSecureServer({ ...bounds, ...https }, handle);
  server.maxHeadersCount = 100;
  return server;
}

function makeContext(service: DrainableService, options: ServingAppOptions, now: () => number): ServingContext {
  const { limits } = options;
  return {
    service,
    limits: {
      bodyBytes: limits.serverBodyBytes,
      jsonDepth: limits.jsonDepth,
      jsonBytes: limits.serverJsonBytes,
      parts: limits.serverParts,
      deadlineMs: limits.serverDeadlineMs,
      batchItems: limits.serverBatchItems,
      streamPieces: limits.serverStreamPieces,
      streams: limits.serverStreams,
    },
    serverVersion: options.serverVersion,
    now,
    arrival: (request) => arrivalOf(request, limits.serverDeadlineMs, now),
    requestId: (request) => request.id,
    decodedBytes: (inputs) => {
      const [signature] = service.models().flatMap((model) => model.versions.map((served) => served.signature));
      return signature === undefined ? 0 : decodedBytesOf(inputs, signature, limits);
    },
    tools: valueTools,
    shed: (who) => service.shed(who),
  };
}

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemData,
  { onFault }: ServingAppOptions,
): FastifyReply {
  const status = httpStatusOf(problem);
  if (status === 500 || status === 507) onFault?.(problem, request.id);
  return reply
    .code(status)
    .headers(retryHeaders(problem))
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: publicProblem(problem), requestId: request.id }));
}

function noRoute(method: string, url: string): ProblemData {
  return problemData('route-unknown', {
    message: `There is nothing at ${method} ${JSON.stringify(url.split('?')[0].slice(0, 200))}.`,
    fix: 'See /openapi.json for what there is.',
  });
}
