import net from 'node:net';
import { onTheWire, type SoakRequest } from './requests.ts';

/** What a client that crashes, lies or is broken does over a connection of its own. */
export interface Misdeed {
  readonly name: string;
  readonly sends: (request: SoakRequest, random: () => number) => readonly Buffer[];
  /** When it goes: with its last byte, with the first byte of an answer, after so many ms; else when it is let go of. */
  readonly goes?: 'sent' | 'heard' | number;
  /** It goes by a reset rather than an end. */
  readonly resets?: boolean;
  /** It says that it has no more to send, and listens. */
  readonly ends?: boolean;
}

const part = (bytes: Buffer, share: number): Buffer => bytes.subarray(0, Math.floor(bytes.length * share));
const text = (words: string): Buffer => Buffer.from(words, 'latin1');

export const misdeeds: readonly Misdeed[] = [
  {
    name: 'vanishes mid-upload',
    sends: (request, random) => [part(onTheWire(request), 0.1 + 0.8 * random())],
    goes: 'sent',
  },
  {
    name: 'is killed mid-upload',
    sends: (request, random) => [part(onTheWire(request), 0.1 + 0.8 * random())],
    goes: 5,
    resets: true,
  },
  { name: 'vanishes mid-answer', sends: (request) => [onTheWire(request)], goes: 'heard', resets: true },
  { name: 'vanishes while it runs', sends: (request) => [onTheWire(request)], goes: 3 },
  {
    name: 'vanishes while it waits',
    sends: (request) => [onTheWire(request), onTheWire(request), onTheWire(request)],
    goes: 'sent',
    resets: true,
  },
  {
    name: 'sends garbage',
    sends: (_, random) => [Buffer.from(Array.from({ length: 1 + Math.floor(random() * 2000) }, () => random() * 256))],
    ends: true,
  },
  {
    name: 'sends half a form',
    sends: (request, random) => {
      const body = part(request.body, 0.2 + 0.6 * random());
      return [onTheWire({ ...request, path: '/predict', type: 'multipart/form-data; boundary=tributary-soak', body })];
    },
    ends: true,
  },
  { name: 'says too long', sends: (request) => [onTheWire(request, request.body.length + 1000)], ends: true },
  { name: 'says too short', sends: (request) => [onTheWire(request, request.body.length >> 1)], ends: true },
  {
    name: 'says two lengths',
    sends: () => [text('POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nsay!!')],
    ends: true,
  },
  {
    name: 'asks for what is not there',
    sends: (request, random) => [
      onTheWire({ ...request, path: `/v2/models/nobody${Math.floor(random() * 1e9)}/infer` }),
      text(`GET /${random().toString(36).slice(2)}/../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n`),
    ],
    ends: true,
  },
  {
    name: 'sends a broken file',
    sends: (request, random) => {
      const body = Buffer.from(request.body);
      for (let i = 0; i < 20; i++) body[Math.floor(random() * body.length)] = random() * 256;
      return [onTheWire({ ...request, body })];
    },
    ends: true,
  },
  {
    name: 'sends what does not inflate',
    sends: (request) => [onTheWire({ ...request, headers: { ...request.headers, 'content-encoding': 'gzip' } })],
    ends: true,
  },
  {
    name: 'drips and goes',
    sends: (request, random) => [part(onTheWire(request), 0.5 * random())],
    goes: 400,
  },
];

/** Longest that a misdeed's connection is held. */
const heldMs = 10_000;

/** Does it; gives the statuses of what was answered. The connection is gone when it resolves. */
export function doMisdeed(
  port: number,
  misdeed: Misdeed,
  request: SoakRequest,
  random: () => number,
): Promise<readonly number[]> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = net.connect({ host: '127.0.0.1', port });
    const go = (): void => {
      if (misdeed.resets === true) socket.resetAndDestroy();
      else socket.destroy();
    };
    const late = setTimeout(go, typeof misdeed.goes === 'number' ? misdeed.goes : heldMs);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      resolve([...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)));
    });
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      if (misdeed.goes === 'heard') go();
    });
    socket.on('connect', () => {
      for (const bytes of misdeed.sends(request, random)) socket.write(bytes);
      if (misdeed.ends === true) socket.end();
      if (misdeed.goes === 'sent') socket.write('', go);
    });
  });
}
