import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, type ProblemData, problemData, toProblemData } from '../../../core/problems/problem.ts';
import type { ServingContext } from '../context.ts';
import { httpStatusOf, retryHeaders } from '../status.ts';

/** How a protocol tells what went wrong. */
export interface ErrorForm {
  status(problem: ProblemData): number;
  body(problem: ProblemData, request: FastifyRequest): unknown;
}

/** `{"error": "..."}`, as OIP, TensorFlow Serving and their clients know it. */
export const errorText: ErrorForm = {
  status: httpStatusOf,
  body: (problem) => ({ error: `${problem.message} ${problem.fix} [${problem.code}]` }),
};

/**
 * Adds routes that read their bodies by themselves, byte by byte, whatever content type they say, and tell what goes
 * wrong in their own form.
 */
export function addRoutes(
  app: FastifyInstance,
  { limits }: ServingContext,
  form: ErrorForm,
  add: (scope: FastifyInstance) => void,
): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limits.bodyBytes }, (_request, body, done) =>
      done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => sendProblem(reply, request, problemOfError(error), form));
    add(scope);
  });
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  problem: ProblemData,
  form: ErrorForm,
): FastifyReply {
  return reply.code(form.status(problem)).headers(retryHeaders(problem)).send(form.body(problem, request));
}

/** The body's bytes; none when nothing was sent. */
export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
}

/** A header that stands once; undefined otherwise. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** What was thrown, Fastify's own refusals too. */
export function problemOfError(error: unknown): ProblemData {
  if (error instanceof Problem) return error.data;
  if (error instanceof Error && error.name === 'AbortError')
    return problemData('cancelled', { message: 'The client has gone.', fix: 'Ask again.' });
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 413)
    return problemData('request-too-large', { message: 'The body is over its limit.', fix: 'Send less at once.' });
  if (status === 415)
    return problemData('request-unsupported', { message: `${message}.`, fix: 'Send a content type that is taken.' });
  if (status >= 400 && status < 500)
    return problemData('request-invalid', { message: `${message}.`, fix: 'Mend the request.' });
  return toProblemData(error, 'internal');
}
