import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../core/define/limits.ts';
import { closeCodes } from '../core/studio/transport.ts';
import { answerText } from './answerCall.ts';
import type { Clients } from './clients.ts';
import type { Studio } from './studio/types.ts';

/** A reader that is this far behind is let go; it comes back and asks anew. */
const mostQueued = 64 << 20;
/** Calls of one connection under way at once; past it the connection is not read. */
const mostCalls = 256;

export interface Sockets {
  /** Takes over a connection that was let in. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, client: string): void;
  close(): void;
}

export interface SocketOptions {
  readonly studio: Studio;
  readonly clients: Clients;
  readonly limits: Limits;
  /** How often each connection is asked whether it is still there. */
  readonly pingMs: number;
}

export function makeSockets({ studio, clients, limits, pingMs }: SocketOptions): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    // A document, and the call around it.
    maxPayload: limits.documentBytes + (1 << 20),
  });
  const heard = new WeakSet<WebSocket>();
  const pings = setInterval(() => {
    for (const socket of server.clients) {
      if (!heard.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, pingMs);
  pings.unref();

  function serve(socket: WebSocket, client: string): void {
    let underWay = 0;
    heard.add(socket);
    socket.on('pong', () => heard.add(socket));
    socket.on('error', () => socket.terminate());
    const send = (text: string): void => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > mostQueued) {
        socket.close(closeCodes.slow);
        socket.terminate();
        return;
      }
      socket.send(text);
    };
    const answered = (answer: string): void => {
      underWay--;
      if (underWay < mostCalls && socket.isPaused) socket.resume();
      send(answer);
    };
    socket.on('message', (data, isBinary) => {
      heard.add(socket);
      underWay++;
      if (underWay >= mostCalls) socket.pause();
      void answerText(studio, client, isBinary ? '' : data.toString(), limits.jsonDepth).then(answered);
    });
    const leave = clients.join(client, { send, close: (code) => socket.close(code) });
    socket.on('close', leave);
  }

  return {
    accept: (request, socket, head, client) =>
      server.handleUpgrade(request, socket, head, (opened) => serve(opened, client)),
    close: () => {
      clearInterval(pings);
      for (const socket of server.clients) {
        socket.close(closeCodes.closing);
        // One that does not answer the closing must not hold up the end.
        setTimeout(() => socket.terminate(), 500).unref();
      }
      server.close();
    },
  };
}
