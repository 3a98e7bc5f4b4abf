import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { WebFile, WebFolder } from '../host/files/webFolder.ts';
import { notBuilt, type PlainPage } from './plainPages.ts';
import { respond, respondProblem, usage } from './respond.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export function contentType(name: string): string {
  return types[path.posix.extname(name)] ?? 'application/octet-stream';
}

/** A build writes the content's hash into the names under `assets/`: those never change. */
export function cacheControl(name: string): string {
  return /^assets\/.*[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+(\.map)?$/.test(name)
    ? 'private, max-age=31536000, immutable'
    : 'no-cache';
}

/** Answers with a file of the built page. */
export async function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  folder: WebFolder,
  name: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<void> {
  const file = await folder.read(name);
  if (file === null) {
    if (name === 'index.html') return sendPlain(response, 503, notBuilt);
    return respondProblem(response, 404, usage('There is nothing at this address.', 'Open the studio at "/".'));
  }
  const headers = {
    ...extra,
    'Content-Type': contentType(name),
    'Cache-Control': cacheControl(name),
    ETag: file.etag,
    Vary: 'Accept-Encoding',
  };
  if (request.headers['if-none-match'] === file.etag) return respond(response, 304, headers);
  const { encoding, bytes } = encodedFor(request.headers['accept-encoding'], file);
  respond(response, 200, encoding === null ? headers : { ...headers, 'Content-Encoding': encoding }, bytes);
}

export function sendPlain(
  response: ServerResponse,
  status: number,
  page: PlainPage,
  extra: Readonly<Record<string, string>> = {},
): void {
  const headers = {
    ...extra,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': page.policy,
  };
  respond(response, status, headers, page.html);
}

function encodedFor(accepted: string | undefined, file: WebFile): { encoding: string | null; bytes: Uint8Array } {
  const takes = (name: string): boolean =>
    new RegExp(`(^|[\\s,])${name}\\s*(,|$|;(?!\\s*q=0(\\.0*)?\\s*(,|$)))`).test(accepted ?? '');
  if (file.brotli !== null && takes('br')) return { encoding: 'br', bytes: file.brotli };
  if (file.gzip !== null && takes('gzip')) return { encoding: 'gzip', bytes: file.gzip };
  return { encoding: null, bytes: file.bytes };
}
