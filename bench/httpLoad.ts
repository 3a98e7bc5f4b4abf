import { type ChildProcess, spawn } from 'node:child_process';
import http from 'node:http';
import { createServer } from 'node:net';
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

/** So many clients, each with a connection of its own, send their next request when they have their answer. */
export async function closedLoop(request: LoadRequest, clients: number, seconds: number): Promise<LoadFigures> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  const others: Record<string, number> = {};
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < endMs) {
        const before = performance.now();
        const status = await send(request, agent);
        if (status === 200) times.push(performance.now() - before);
        else others[status] = (others[status] ?? 0) + 1;
      }
    }),
  );
  const tookMs = performance.now() - startMs;
  agent.destroy();
  const sorted = Float64Array.from(times).sort();
  return {
    perSecond: (1000 * times.length) / tookMs,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    others,
  };
}

export function send({ port, path, type, body, headers: more }: LoadRequest, agent?: http.Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { ...more, 'content-type': type, 'content-length': body.length };
    const request = http.request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
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
