import type { Imported } from '../core/studio/api.ts';
import type { WebFolder } from '../host/files/webFolder.ts';
import { problemOf } from '../server/answerCall.ts';
import { blobAnswer } from '../server/blobs.ts';
import { cacheControl, contentType } from '../server/pages.ts';
import { statusOf, usage } from '../server/respond.ts';
import { type Route, routeOf } from '../server/routes.ts';
import { securityHeaders } from '../server/securityHeaders.ts';
import type { StudioBlob } from '../server/studio/types.ts';
import { boundedBody, uploadAsk } from '../server/uploads.ts';
import { isOwnUrl, ownOrigin } from './windowPolicy.ts';

export interface ProtocolOptions {
  readonly folder: WebFolder;
  readonly mediaFileBytes: number;
  readonly blob: (id: string) => Promise<StudioBlob | null>;
  readonly upload: (
    client: string,
    session: string,
    name: string,
    body: AsyncIterable<Uint8Array>,
  ) => Promise<Imported>;
  /** Windows that are open. */
  readonly isClient: (client: string) => boolean;
}

/** Where an address of our scheme leads. The path is taken as it stands: nothing is decoded. */
export function resolveAddress(address: string): Route {
  if (!isOwnUrl(address) || !(address === ownOrigin || address.startsWith(`${ownOrigin}/`))) return { to: 'nothing' };
  return routeOf(address.slice(ownOrigin.length));
}

/** Serves our scheme: the built page, blobs, and uploads. */
export function makeProtocolHandler(options: ProtocolOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return await answer(request, options);
    } catch (error) {
      const problem = problemOf(error);
      return json(statusOf(problem), { problem });
    }
  };
}

async function answer(request: Request, options: ProtocolOptions): Promise<Response> {
  const route = resolveAddress(request.url);
  if (route.to === 'upload') {
    if (request.method !== 'POST') return refuse(405, 'This cannot be done here.');
    return upload(request, route.session, options);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'This cannot be done here.');
  if (route.to === 'blob') {
    const blob = await options.blob(route.id);
    if (blob === null) return refuse(404, 'There is nothing at this address.');
    const range = request.headers.get('range') ?? undefined;
    const ifNoneMatch = request.headers.get('if-none-match') ?? undefined;
    const { status, headers, body } = blobAnswer(route.id, blob, { range, ifNoneMatch });
    return new Response(body === null ? null : Uint8Array.from(body), {
      status,
      headers: { ...securityHeaders, ...headers },
    });
  }
  const file = route.to === 'file' ? await options.folder.read(route.path) : null;
  if (route.to !== 'file' || file === null) return refuse(404, 'There is nothing at this address.');
  return new Response(Uint8Array.from(file.bytes), {
    headers: {
      ...securityHeaders,
      'Content-Type': contentType(route.path),
      'Cache-Control': cacheControl(route.path),
      ETag: file.etag,
    },
  });
}

async function upload(request: Request, session: string, options: ProtocolOptions): Promise<Response> {
  const { client, name } = uploadAsk(request.url);
  if (!options.isClient(client)) return refuse(403, 'No window of that name is open.');
  const body = boundedBody(piecesOf(request.body), name, options.mediaFileBytes);
  return json(200, await options.upload(client, session, name, body));
}

async function* piecesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function refuse(status: number, message: string): Response {
  return json(status, { problem: usage(message, 'Reload the window.') });
}

function json(status: number, value: unknown): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { ...securityHeaders, 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}
