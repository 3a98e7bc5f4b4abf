import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import os from 'node:os';
import type { Duplex } from 'node:stream';
import type { Limits } from '../core/define/limits.ts';
import { Problem } from '../core/problems/problem.ts';
import { clientIdSchema } from '../core/studio/transport.ts';
import { openWebFolder } from '../host/files/webFolder.ts';
import { problemOf } from './answerCall.ts';
import { makeClients } from './clients.ts';
import { makeGate } from './gate.ts';
import { makeHandler, whyRefused } from './handle.ts';
import { respondProblem } from './respond.ts';
import { queryValue, routeOf } from './routes.ts';
import { makeSockets } from './socket.ts';
import type { Studio } from './studio/types.ts';

export const defaultPort = 7878;
const addresses: Readonly<Record<string, string>> = { localhost: '127.0.0.1', '127.0.0.1': '127.0.0.1', '::1': '::1' };

export interface StudioServerOptions {
  readonly studio: Studio;
  readonly limits: Limits;
  /** The built page. */
  readonly rendererFolder: string;
  /** Taken as it is, 0 for any; without it the first free one from `defaultPort` on. */
  readonly port?: number;
  /** A name of this machine for itself. */
  readonly host?: string;
  /** What the cookies are made of; a new one unless given. */
  readonly secret?: string;
  /** How long clients outlive a dropped connection, and how often connections are tried; for tests. */
  readonly graceMs?: number;
  readonly pingMs?: number;
}

export interface StudioServer {
  readonly port: number;
  /** A new address, good for one browser; it opens this file at once. */
  address(open?: string): string;
  /** Stops taking requests and lets all clients go. The studio stays open: close it after. */
  close(): Promise<void>;
}

/** Serves the studio to browsers of this machine. Throws `usage` for a host that is not loopback or a port that is taken. */
export async function startStudioServer(options: StudioServerOptions): Promise<StudioServer> {
  const { studio, limits } = options;
  const host = loopbackAddress(options.host ?? '127.0.0.1');
  const clients = makeClients(studio, { graceMs: options.graceMs });
  const sockets = makeSockets({ studio, clients, limits, pingMs: options.pingMs ?? 15_000 });
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: 15_000, requestTimeout: 3_600_000 });
  server.maxConnections = 256;
  server.maxHeadersCount = 100;
  server.keepAliveTimeout = 30_000;
  // Counts silence only: a long upload through a slow tunnel goes on for as long as bytes come.
  server.setTimeout(120_000);
  const port = await listen(server, host, options.port);
  const gate = makeGate(cookieName(port), options.secret);
  const handle = makeHandler({ studio, gate, limits, folder: openWebFolder(options.rendererFolder) });
  const serve: typeof handle = (request, response) =>
    handle(request, response).catch((error) => respondProblem(response, 500, problemOf(error)));

  server.on('request', (request, response) => void serve(request, response));
  // The body is asked for only after the request was found good.
  server.on('checkContinue', (request, response) => void serve(request, response));
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const target = request.url ?? '';
    if (routeOf(target).to !== 'socket') return refuseUpgrade(socket, '404 Not Found');
    if (whyRefused(request) !== null || !gate.letsIn(request.headers)) return refuseUpgrade(socket, '403 Forbidden');
    const client = clientIdSchema.safeParse(queryValue(target, 'client') ?? '');
    if (!client.success) return refuseUpgrade(socket, '400 Bad Request');
    sockets.accept(request, socket, head, client.data);
  });

  return {
    port,
    address: (open) => {
      const query = new URLSearchParams({ token: gate.issue(), ...(open === undefined ? {} : { open }) });
      return `http://${host.includes(':') ? `[${host}]` : host}:${port}/?${query}`;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      clients.close();
      sockets.close();
      server.closeIdleConnections();
      const hard = setTimeout(() => server.closeAllConnections(), 1000);
      await closed;
      clearTimeout(hard);
    },
  };
}

function loopbackAddress(host: string): string {
  const address = addresses[host.toLowerCase()];
  if (address !== undefined) return address;
  throw new Problem('usage', {
    message: `The studio is served on this machine only, not on "${host}".`,
    fix: `Use --host 127.0.0.1. From another machine, open a tunnel first: ssh -L ${defaultPort}:127.0.0.1:${defaultPort} ${os.hostname()}, and open the printed address there.`,
  });
}

/** Cookies know no port, and tunnels bring studios of several machines to one browser. */
function cookieName(port: number): string {
  return `tributary_${port}_${createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8)}`;
}

async function listen(server: Server, host: string, wanted: number | undefined): Promise<number> {
  const tries = wanted === undefined ? [...Array.from({ length: 20 }, (_, i) => defaultPort + i), 0] : [wanted];
  let last: unknown;
  for (const port of tries) {
    try {
      return await listenOn(server, host, port);
    } catch (error) {
      last = error;
    }
  }
  throw new Problem('usage', {
    message: `The studio cannot listen on port ${wanted ?? defaultPort}: ${last instanceof Error ? last.message : last}.`,
    fix: 'Leave --port out to take a free one, or end the program that has this one.',
    cause: last,
  });
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
