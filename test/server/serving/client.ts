import { type Agent, type ClientRequest, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import net from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json(): Answered;
}
/** What answers of the friendly protocol hold, as far as tests look at it. */
export interface Answered {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly error: { readonly code: string; readonly message: string; readonly fix: string };
  readonly version: string;
  readonly requestId: string;
  readonly ready: boolean;
  readonly reason: string;
  readonly versions: readonly { readonly state: string; readonly problem?: { readonly code: string } }[];
  readonly load: { readonly running: number; readonly waiting: number; readonly decodedBytes: number };
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly agent?: Agent;
  readonly onRequest?: (request: ClientRequest) => void;
}

/** One request over a connection of its own, unless an agent is given. */
export function send(port: number, target: string, ask: Ask = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, agent } = ask;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path: target, method, headers: framed(headers, body), agent: agent ?? false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const whole = Buffer.concat(chunks);
          const { statusCode: status = 0, headers: got } = response;
          resolve({ status, headers: got, body: whole, json: () => JSON.parse(whole.toString()) as Answered });
        });
      },
    );
    request.on('error', reject);
    ask.onRequest?.(request);
    request.end(body);
  });
}

/** Node frames the body of a GET not by itself. */
function framed(headers: Readonly<Record<string, string>>, body: Ask['body']): Readonly<Record<string, string>> {
  return body === undefined ? headers : { 'content-length': String(Buffer.byteLength(body)), ...headers };
}

/** Asks the acting pipeline to do something. */
export function act(port: number, text: string, ask: Ask = {}): Promise<Answer> {
  return send(port, '/predict', {
    ...ask,
    method: 'POST',
    headers: { 'content-type': 'text/plain', ...ask.headers },
    body: text,
  });
}

/** Bytes as they are; what came until the other side closed. */
export function raw(port: number, parts: readonly (string | Uint8Array)[], end = false): Promise<string> {
  return new Promise((resolve) => {
    let got = '';
    const socket = net.connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
      if (end) socket.end();
    });
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
  });
}

/** Resolves when it holds; asks again and again, without end: the test's own limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
