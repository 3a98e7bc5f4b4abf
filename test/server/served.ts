import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { makeLimits } from '../../core/define/limits.ts';
import { type StudioServer, type StudioServerOptions, startStudioServer } from '../../server/studioServer.ts';
import { tempFolder } from '../temp-folder.ts';
import { makeTinyStudio, type TinyStudio } from './tinyStudio.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}
export interface Served {
  readonly server: StudioServer;
  readonly studio: TinyStudio;
  readonly origin: string;
  /** Headers of a browser that was let in. */
  readonly cookie: string;
  get(target: string, ask?: Ask): Promise<Answer>;
  /** Bytes as they are; what came until the other side closed or `ms` were over. */
  raw(text: string, ms?: number): Promise<string>;
  open(
    client: string,
    headers?: Readonly<Record<string, string>>,
    onMessage?: (message: Record<string, unknown>) => void,
  ): Promise<WebSocket>;
}

/** A built page to serve. */
export function pageFolder(): string {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'dist/assets'), { recursive: true });
  writeFileSync(path.join(folder, 'dist/index.html'), '<!doctype html><title>Tributary</title>');
  writeFileSync(path.join(folder, 'dist/assets/index-CAk3_x9Q.js'), `console.log(${'"x",'.repeat(1000)}1)`);
  writeFileSync(path.join(folder, 'dist/icon.svg'), '<svg/>');
  writeFileSync(path.join(folder, 'secret.txt'), 'the canary');
  return path.join(folder, 'dist');
}

/** A server with a real port, over a tiny studio. */
export async function serve(options: Partial<StudioServerOptions> = {}): Promise<Served> {
  const studio = makeTinyStudio();
  const server = await startStudioServer({
    studio,
    limits: makeLimits(),
    rendererFolder: pageFolder(),
    port: 0,
    ...options,
  });
  onTestFinished(() => server.close());
  const origin = `http://127.0.0.1:${server.port}`;
  const entered = await ask(server.port, new URL(server.address()).pathname + new URL(server.address()).search, {});
  const cookie = String(entered.headers['set-cookie']?.[0]).split(';')[0];
  return {
    server,
    studio,
    origin,
    cookie,
    get: (target, what = {}) => ask(server.port, target, { ...what, headers: { cookie, ...what.headers } }),
    raw: (text, ms) => raw(server.port, text, ms),
    open: (client, headers = {}, onMessage) => socketTo(origin, client, { origin, cookie, ...headers }, onMessage),
  };
}

/** A socket as the page opens it, once it is open. */
export function socketTo(
  origin: string,
  client: string,
  headers: Readonly<Record<string, string>>,
  onMessage: (message: Record<string, unknown>) => void = () => undefined,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws?client=${client}`, { headers });
    onTestFinished(() => socket.terminate());
    socket.on('message', (data) => onMessage(JSON.parse(data.toString())));
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

export function ask(port: number, target: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path: target, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function raw(port: number, text: string, ms = 2000): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(got) : reject(error),
    );
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(got);
    });
  });
}

/** The next message that fits, parsed. */
export function nextMessage(
  socket: WebSocket,
  fits: (message: Record<string, unknown>) => boolean = () => true,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const onMessage = (data: WebSocket.RawData): void => {
      const message = JSON.parse(data.toString()) as Record<string, unknown>;
      if (!fits(message)) return;
      socket.off('message', onMessage);
      socket.off('close', onClose);
      resolve(message);
    };
    const onClose = (code: number): void => reject(new Error(`closed with ${code}`));
    socket.on('message', onMessage);
    socket.once('close', onClose);
  });
}
