import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../../core/problems/problem.ts';
import { openFilesLimit } from '../../host/files/openFilesLimit.ts';

/** Files that the server itself holds open, and needs to start an engine process anew. */
const ownFiles = 64;
/** Connections beyond those that are served: they are told so, and probes of health are answered there. */
const spare = 16;
const fewest = 8;
/** How long one of the spare ones may be held by who says nothing. */
const spareMs = 2000;
const probes = new Set(['/livez', '/healthz', '/readyz']);

/** How many connections are served: never so many that the process could open nothing more. */
export function connectionsServed(most: number, openFiles: number | null): number {
  return openFiles === null ? most : Math.min(most, Math.max(fewest, openFiles - ownFiles - spare));
}

export interface Crowd {
  /** Whether it came when all places were taken. */
  has(socket: Socket): boolean;
}

/** Keeps a server's connections to a number. The system would drop the next one without a word; this says why. */
export function keepRoom(server: Server, mostConnections: number): Crowd {
  const most = connectionsServed(mostConnections, openFilesLimit());
  const crowd = new WeakSet<Socket>();
  let open = 0;
  server.maxConnections = most + spare;
  server.on('connection', (socket: Socket) => {
    open++;
    socket.once('close', () => {
      open--;
    });
    if (open <= most) return;
    crowd.add(socket);
    const late = setTimeout(() => socket.destroy(), spareMs).unref();
    socket.once('close', () => clearTimeout(late));
  });
  // What speaks is the secure socket, which stands on the one that was counted.
  server.on('secureConnection', (socket: Socket) => {
    if (open > most) crowd.add(socket);
  });
  return crowd;
}

/** Refuses what comes over a connection for which there is no place, but for probes of health. */
export function refuseCrowd(app: FastifyInstance, crowd: Crowd): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!crowd.has(request.raw.socket)) return done();
    reply.header('connection', 'close');
    if (probes.has(request.url.split('?')[0])) return done();
    done(
      new Problem('not-ready', {
        message: 'The server has as many connections open as it may have.',
        fix: 'Try again later, over a connection that is there already if you have one.',
        retryAfterSeconds: 1,
      }),
    );
  });
}
