import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net, { createServer } from 'node:net';
import { percentile } from '../core/profile/stats.ts';

/** A request that is sent again and again. */
export interface LoadRequest {
  readonly port: number;
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoadFigures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 200, by status. */
  readonly others: Readonly<Record<string, number>>;
}

/**
 * So many clients, each with a connection of its own, send their next request when they have their answer; each goes
 * through all the requests. Plain sockets: the generator shares the machine with what it measures, and takes little of it.
 */
export async function closedLoop(
  requests: LoadRequest | readonly LoadRequest[],
  clients: number,
  seconds: number,
): Promise<LoadFigures> {
  const all: readonly LoadRequest[] = Array.isArray(requests) ? requests : [requests as LoadRequest];
  const bytes = all.map(rawRequest);
  const times: number[] = [];
  const others: Record<string, number> = {};
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const connection = await connect(all[0].port);
      for (let next = client; performance.now() < endMs; next++) {
        const before = performance.now();
        const status = await connection.send(bytes[next % bytes.length]);
        if (status === 200) times.push(performance.now() - before);
        else others[status] = (others[status] ?? 0) + 1;
      }
      connection.end();
    }),
  );
  const tookMs = performance.now() - startMs;
  const sorted = Float64Array.from(times).sort();
  return {
    perSecond: (1000 * times.length) / tookMs,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    others,
  };
}

function rawRequest({ path, type, body, headers: more }: LoadRequest): Buffer {
  const headers = { host: '127.0.0.1', ...more, 'content-type': type, 'content-length': body.length };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

/** A connection that is kept; answers must say their length. */
async function connect(port: number): Promise<{ send(request: Buffer): Promise<number>; end(): void }> {
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
  let waiting: { resolve(status: number): void; reject(error: Error): void } | null = null;
  let head = '';
  /** Bytes of the answer's body that are still to come, once its head is there. The body itself is not looked at. */
  let missing: number | null = null;
  let status = 0;
  socket.on('data', (chunk) => {
    if (missing === null) {
      const before = head.length;
      head += chunk.toString('latin1', 0, 16_384);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end + 2));
      if (length === null) return waiting?.reject(new Error(`an answer without a length: ${head.slice(0, end)}`));
      status = Number(head.slice(9, 12));
      missing = Number(length[1]) - (chunk.length - (end + 4 - before));
    } else missing -= chunk.length;
    if (missing > 0) return;
    head = '';
    missing = null;
    waiting?.resolve(status);
  });
  const fail = (error?: Error): void => waiting?.reject(error ?? new Error('the connection was closed'));
  socket.on('error', fail);
  socket.on('close', () => fail());
  await once(socket, 'connect');
  return {
    send: (request) =>
      new Promise<number>((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    end: () => {
      waiting = null;
      socket.destroy();
    },
  };
}

export function multipart(field: string, name: string, mime: string, data: Buffer): Pick<LoadRequest, 'type' | 'body'> {
  const boundary = '----tributary-bench';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: ${mime}\r\n\r\n`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(head), data, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

/** Starts a server, and waits for the line that says that it is ready. */
export function startServer(command: string, args: readonly string[], ready: RegExp): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (ready.test(said)) resolve(child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`${command} ended with ${code}: ${said.slice(-2000)}`)));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
