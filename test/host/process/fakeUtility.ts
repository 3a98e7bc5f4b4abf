import { EventEmitter } from 'node:events';
import type { PortLike } from '../../../host/process/protocol.ts';
import type { Tunnel } from './fakeMain.ts';

/**
 * Makes this Node process look like a utility process of Electron: loaded before the entry, it gives `process` a type
 * and a `parentPort`, whose messages and ports run through the channel to the fake main process.
 */
const ports = new Map<number, EventEmitter>();
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (data: unknown) => send({ kind: 'post', data }),
});
Object.assign(process, { type: 'utility', parentPort });

// As in Electron, messages wait until somebody listens.
let early: Tunnel[] | null = [];
parentPort.on('newListener', () => {
  queueMicrotask(() => {
    for (const message of early ?? []) hear(message);
    early = null;
  });
});
process.on('message', (message: Tunnel) => {
  if (early === null) hear(message);
  else early.push(message);
});
function hear(message: Tunnel): void {
  if (message.kind === 'tell') {
    parentPort.emit('message', {
      data: message.data,
      ports: message.port === undefined ? [] : [makePort(message.port)],
    });
  } else if (message.kind === 'port') ports.get(message.port)?.emit('message', { data: message.data });
  else if (message.kind === 'closed') ports.get(message.port)?.emit('close');
}
// The fake main went away: Electron would end its utility processes.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

function send(message: Tunnel): void {
  if (process.connected) process.send?.(message);
}

function makePort(port: number): PortLike {
  const events = new EventEmitter();
  ports.set(port, events);
  return {
    postMessage: (data) => send({ kind: 'port', port, data }),
    on: (event: string, listener: (event: { readonly data: unknown }) => void) => events.on(event, listener),
    start: () => undefined,
    close: () => {
      ports.delete(port);
      send({ kind: 'closed', port });
    },
  };
}
