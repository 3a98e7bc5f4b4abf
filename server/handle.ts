import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Limits } from '../core/define/limits.ts';
import type { WebFolder } from '../host/files/webFolder.ts';
import { problemOf } from './answerCall.ts';
import { blobAnswer } from './blobs.ts';
import { type Gate, isOwnFetch, isOwnHost, isOwnOrigin } from './gate.ts';
import { sendPage, sendPlain } from './pages.ts';
import { goOn, notLetIn } from './plainPages.ts';
import { respond, respondJson, respondProblem, statusOf, usage } from './respond.ts';
import { queryValue, routeOf } from './routes.ts';
import type { Studio } from './studio/types.ts';
import { boundedBody, refuseLarge, uploadAsk } from './uploads.ts';

/** Bodies taken at once. */
const mostUploads = 8;

export interface HandlerOptions {
  readonly studio: Studio;
  readonly gate: Gate;
  readonly limits: Limits;
  readonly folder: WebFolder;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers every request but the socket's. Who asks is settled before what is asked. */
export function makeHandler({ studio, gate, limits, folder }: HandlerOptions): Handler {
  let uploads = 0;

  return async (request, response) => {
    const target = request.url ?? '/';
    const { method, headers } = request;
    const stranger = whyRefused(request);
    if (stranger !== null) return respondProblem(response, 403, stranger);
    const route = routeOf(target);
    const reads = method === 'GET' || method === 'HEAD';
    if (!reads && method !== 'POST') return notAllowed(response, 'GET, HEAD, POST');

    const token = route.to === 'file' && route.path === 'index.html' && reads ? queryValue(target, 'token') : null;
    if (token !== null) {
      // A HEAD is somebody looking at the link, not opening it.
      if (!gate.letsIn(headers) && (method === 'HEAD' || !gate.spend(token))) return sendPlain(response, 403, notLetIn);
      return enter(request, response, target);
    }
    if (!gate.letsIn(headers)) {
      if (headers['sec-fetch-dest'] === 'document' || (headers.accept ?? '').includes('text/html'))
        return sendPlain(response, 403, notLetIn);
      return respondProblem(
        response,
        403,
        usage('This browser was not let in.', 'Open the address with its token that `tributary studio` printed.'),
      );
    }
    if (route.to === 'upload') return reads ? notAllowed(response, 'POST') : upload(request, response, route.session);
    if (!reads) return notAllowed(response, 'GET, HEAD');
    if (route.to === 'file') {
      const renewed: Record<string, string> = route.path === 'index.html' ? { 'Set-Cookie': gate.cookie } : {};
      return sendPage(request, response, folder, route.path, renewed);
    }
    if (route.to === 'blob') return sendBlob(request, response, route.id);
    if (route.to === 'socket') return respond(response, 426, { Upgrade: 'websocket' }, '');
    return notFound(response);
  };

  function enter({ headers }: IncomingMessage, response: ServerResponse, target: string): void {
    const open = queryValue(target, 'open');
    const to = open === null ? '/' : `/#open=${encodeURIComponent(open)}`;
    // After a link on another site a redirect would come without the strict cookie; a page of ours may go on with it.
    if (headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site')
      sendPlain(response, 200, goOn(to), { 'Set-Cookie': gate.cookie });
    else respond(response, 303, { Location: to, 'Set-Cookie': gate.cookie }, '');
  }

  function sendBlob(request: IncomingMessage, response: ServerResponse, id: string): void {
    const blob = studio.blob(id);
    if (blob === null) {
      notFound(response);
      return;
    }
    const { range, 'if-none-match': ifNoneMatch } = request.headers;
    const answer = blobAnswer(id, blob, { range, ifNoneMatch });
    respond(response, answer.status, answer.headers, answer.body ?? undefined);
  }

  async function upload(request: IncomingMessage, response: ServerResponse, session: string): Promise<void> {
    if (uploads >= mostUploads) {
      const problem = usage('Too many files are on their way at once.', 'Send it again in a moment.');
      return refuseBody(request, response, 429, problem);
    }
    uploads++;
    try {
      const { client, name } = uploadAsk(request.url ?? '');
      refuseLarge(request, name, limits.mediaFileBytes);
      if (request.headers.expect !== undefined) response.writeContinue();
      respondJson(
        response,
        200,
        await studio.upload(client, session, name, boundedBody(request, name, limits.mediaFileBytes)),
      );
    } catch (error) {
      const problem = problemOf(error);
      refuseBody(request, response, statusOf(problem), problem);
    } finally {
      uploads--;
    }
  }
}

/** Why a request is not from our own page, whatever cookie it carries; null when it may be. */
export function whyRefused(request: IncomingMessage): ReturnType<typeof usage> | null {
  const { headers, method } = request;
  const fix = 'Open the studio at http://127.0.0.1 or http://localhost, from a remote machine through an SSH tunnel.';
  const hosts = request.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1 || !isOwnHost(headers.host))
    return usage('The request names another host than this machine.', fix);
  const writes = (method !== 'GET' && method !== 'HEAD') || headers.upgrade !== undefined;
  if (writes && !isOwnOrigin(headers)) return usage("The request comes from another page than the studio's own.", fix);
  if (!isOwnFetch(headers)) return usage('Another site asked for this.', fix);
  return null;
}

/** Answers before the body has come; what still comes is not read. */
function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  problem: ReturnType<typeof usage>,
): void {
  if (!request.complete) {
    response.setHeader('Connection', 'close');
    // Closing at once would make the browser lose the answer: let it read that while the rest is thrown away.
    request.resume();
    response.on('finish', () => setTimeout(() => request.destroy(), 1000).unref());
  }
  respondProblem(response, status, problem);
}

function notFound(response: ServerResponse): void {
  respondProblem(response, 404, usage('There is nothing at this address.', 'Open the studio at "/".'));
}

function notAllowed(response: ServerResponse, allow: string): void {
  response.setHeader('Allow', allow);
  respondProblem(response, 405, usage('This cannot be done here.', `Use ${allow}.`));
}
