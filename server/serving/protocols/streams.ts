import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { Problem, problemData, toProblemData } from '../../../core/problems/problem.ts';
import type { Arrival, ServingContext } from '../context.ts';
import { publicProblem } from '../publicProblem.ts';
import { friendlyErrors } from './friendly.ts';
import { addRoutes } from './scope.ts';
import { readMessage, type ServerMessage, type StreamStart } from './streamMessages.ts';
import { type StreamSession, startStream } from './streamSession.ts';

/** Why a stream was closed; see RFC 6455, 7.4.1. */
export const closeCodes = { done: 1000, invalid: 1008, failed: 1011, restart: 1012 } as const;

export interface StreamOptions {
  /** Pages of these origins may open streams besides the server's own. */
  readonly allowOrigin?: (origin: string) => boolean;
  /** Longest from opening to the message that starts it. */
  readonly startMs?: number;
  /** How often each caller is asked whether it is still there. */
  readonly pingMs?: number;
}

/** Where streams are opened; the last is Amazon SageMaker's. */
const paths = ['/stream', '/v1/pipelines/:name/stream', '/invocations-bidirectional-stream'];
/** What may wait to be read by a slow caller before its stream waits, too. */
const mostUnreadBytes = 1 << 20;
const largestMessage = 16 << 20;

interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}
const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** Live streams over WebSockets: pieces of sound or pictures in, an answer for each as it comes. */
export function addStreams(app: FastifyInstance, serving: ServingContext, options: StreamOptions = {}): void {
  const { limits } = serving;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: Math.min(limits.bodyBytes, largestMessage),
  });
  const sessions = new Set<{ end(): Promise<void> }>();
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      withoutUpgrade(app.server, request, socket, head);
      return;
    }
    upgrades.set(request, { socket, head });
    // The upgrade goes the way of a request: through the hooks that know who may, to the route below.
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.on('finish', () => socket.end());
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    app.routing(request, response);
  });
  addRoutes(app, serving, 'stream', friendlyErrors, (scope) => {
    for (const path of paths)
      scope.get<{ Params: { name?: string } }>(path, async (request, reply) => {
        const upgrade = upgrades.get(request.raw);
        if (upgrade === undefined || request.headers.upgrade?.toLowerCase() !== 'websocket') throw notUpgraded();
        requireOrigin(request, options);
        if (sessions.size >= limits.streams) throw tooMany(limits.streams);
        const arrival = serving.arrival(request, reply);
        reply.hijack();
        server.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (socket) => {
          const session = serveStream(serving, socket, arrival, request.params.name, options);
          sessions.add(session);
          socket.on('close', () => sessions.delete(session));
        });
      });
  });
  app.addHook('preClose', async () => {
    await Promise.all([...sessions].map((session) => session.end()));
    server.close();
  });
}

/**
 * Gives a request for another protocol (HTTP/2 in clear text, as some clients ask with every request) back to the
 * server as the plain request that it is, too.
 */
function withoutUpgrade(
  server: FastifyInstance['server'],
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name, value] = [rawHeaders[i], rawHeaders[i + 1]];
    if (/^(upgrade|http2-settings|connection)$/i.test(name)) continue;
    lines.push(`${name}: ${value}`);
  }
  if (/\bclose\b/i.test(request.headers.connection ?? '')) lines.push('connection: close');
  socket.removeAllListeners('error');
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}

const startMs = 10_000;
const pingMs = 30_000;

function serveStream(
  serving: ServingContext,
  socket: WebSocket,
  arrival: Arrival,
  pipeline: string | undefined,
  options: StreamOptions,
): { end(): Promise<void> } {
  const gone = new AbortController();
  const signal = AbortSignal.any([arrival.signal, gone.signal]);
  let session: StreamSession | null = null;
  let stamped = false;
  let heard = true;
  const unstarted = setTimeout(
    () => fail(socket, new Problem('request-invalid', { message: 'No start came in time.', fix: 'Send it first.' })),
    options.startMs ?? startMs,
  );
  const pings = setInterval(() => {
    // One that is held back is not read, and cannot be heard.
    if (!heard && !socket.isPaused) socket.terminate();
    heard = false;
    socket.ping();
  }, options.pingMs ?? pingMs);
  pings.unref();
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      clearTimeout(unstarted);
      clearInterval(pings);
      gone.abort(new Problem('cancelled', { message: 'The caller has gone.', fix: 'Ask again.' }));
      resolve();
    });
  });

  function start(asked: StreamStart): void {
    clearTimeout(unstarted);
    stamped = asked.timestamps === true;
    const named = pipeline === undefined ? asked : { ...asked, pipeline };
    session = startStream(serving, named, {
      arrival: { ...arrival, signal },
      send: (message) => sent(socket, message, closed),
      hold: (held) => (held ? socket.pause() : socket.resume()),
    });
    session.done.then(
      () => socket.close(closeCodes.done),
      (error: unknown) => fail(socket, error),
    );
  }

  function take(data: Buffer, isBinary: boolean): void {
    if (isBinary) {
      if (session === null) throw notStarted();
      const { t, bytes } = stamped ? timeOf(data) : { t: null, bytes: data };
      session.piece(new Uint8Array(bytes), t);
      return;
    }
    const message = readMessage(data, serving.limits);
    if (message.type === 'start') {
      if (session !== null) throw invalid('The stream has been started already.');
      start(message);
    } else if (session === null) throw notStarted();
    else if (message.type === 'end') session.end('asked');
    else session.piece(pieceBytes(message, serving), message.t ?? null);
  }

  socket.on('pong', () => {
    heard = true;
  });
  socket.on('error', () => socket.terminate());
  socket.on('message', (data: RawData, isBinary: boolean) => {
    heard = true;
    try {
      take(bufferOf(data), isBinary);
    } catch (error) {
      fail(socket, error);
    }
  });
  return {
    end: async () => {
      session?.end('draining');
      await session?.done.catch(() => undefined);
      socket.close(closeCodes.restart);
      // Who does not close is not waited for.
      setTimeout(() => socket.terminate(), 1000).unref();
      await closed;
    },
  };
}

/** Tells what ends the stream, and closes it. */
function fail(socket: WebSocket, error: unknown): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const problem = toProblemData(error, 'internal');
  const told: ServerMessage = { type: 'error', error: publicProblem(problem) };
  socket.send(JSON.stringify(told));
  socket.close(problem.code === 'internal' ? closeCodes.failed : closeCodes.invalid, problem.code);
}

/** Sends, and waits while the caller reads more slowly than it is told. */
async function sent(socket: WebSocket, message: ServerMessage, closed: Promise<void>): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return;
  // What was let go is counted in what is told next; a slow reader is not told each.
  if (message.type === 'dropped' && socket.bufferedAmount > mostUnreadBytes) return;
  const written = new Promise<void>((resolve) => {
    socket.send(JSON.stringify(message), () => resolve());
  });
  if (socket.bufferedAmount > mostUnreadBytes) await Promise.race([written, closed]);
}

function pieceBytes({ data, text }: { readonly data?: string; readonly text?: string }, serving: ServingContext) {
  if (text !== undefined && data === undefined && !/\p{Surrogate}/u.test(text)) return new TextEncoder().encode(text);
  const bytes = data === undefined || text !== undefined ? null : serving.tools.fromBase64(data);
  if (bytes === null) throw invalid('A piece has either "data" in base64 or "text".');
  return bytes;
}

/** A binary message that begins with its time. */
function timeOf(data: Buffer): { readonly t: number; readonly bytes: Buffer } {
  const t = data.length < 8 ? Number.NaN : data.readDoubleLE(0);
  if (!Number.isFinite(t)) throw invalid('A binary message must begin with its time: a finite float64, in seconds.');
  return { t, bytes: data.subarray(8) };
}

function bufferOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

/** A page elsewhere must not reach a server by way of whoever looks at it: browsers send the page's origin with every upgrade. */
function requireOrigin(request: FastifyRequest, { allowOrigin }: StreamOptions): void {
  const { origin, host } = request.headers;
  if (origin === undefined || allowOrigin?.(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new Problem('forbidden', {
    message: `Pages of ${JSON.stringify(origin.slice(0, 100))} may not open streams here.`,
    fix: 'Allow the origin when the server is started.',
  });
}

function notUpgraded(): Problem {
  return new Problem('request-invalid', {
    message: 'Streams are WebSockets, and this request does not ask for one.',
    fix: 'Open the address as ws:// or wss://.',
  });
}

function tooMany(most: number): Problem {
  const data = problemData('overloaded', {
    message: `${most} streams are open already.`,
    fix: 'Try again later.',
    retryAfterSeconds: 1,
  });
  return new Problem(data.code, data);
}

function notStarted(): Problem {
  return invalid('The first message must be { "type": "start", ... }.');
}

function invalid(message: string): Problem {
  return new Problem('request-invalid', { message, fix: 'See docs/protocols.md for what a stream is told.' });
}
