import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemData } from '../../../core/problems/problem.ts';
import type { ServingContext } from '../context.ts';
import { problemOfRequest, publicProblem } from '../publicProblem.ts';
import { httpStatusOf, retryHeaders } from '../status.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked without a key: by probes. */
    open?: boolean;
  }
}

/** How a protocol tells what went wrong. */
export interface ErrorForm {
  status(problem: ProblemData): number;
  body(problem: ProblemData, request: FastifyRequest): unknown;
}

/** `{"error": "..."}`, as OIP, TensorFlow Serving and their clients know it. */
export const errorText: ErrorForm = {
  status: httpStatusOf,
  body: (problem) => ({ error: problemText(problem) }),
};

/** Of routes that probes ask without a key. */
export const openRoute: { readonly config: { readonly open: boolean } } = { config: { open: true } };

/** A problem in one line, for protocols that have no place for more. */
export function problemText(problem: ProblemData): string {
  const { message, fix, code } = publicProblem(problem);
  return `${message} ${fix} [${code}]`;
}

/**
 * Adds routes that read their bodies by themselves, byte by byte, whatever content type they say, and tell what goes
 * wrong in their own form.
 */
export function addRoutes(
  app: FastifyInstance,
  { limits, shed, arrival }: ServingContext,
  protocol: string,
  form: ErrorForm,
  add: (scope: FastifyInstance) => void,
): void {
  void app.register(async (scope) => {
    // The app reads bodies whole, within the bounds of all of them; by itself Fastify would parse some.
    if (!scope.hasContentTypeParser('*')) {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limits.bodyBytes }, (_request, body, done) =>
        done(null, body),
      );
    }
    scope.setErrorHandler((error, request, reply) => sendProblem(reply, request, problemOfRequest(error), form));
    // Who comes while the queue is full is told before the body is read.
    scope.addHook('onRequest', (request, reply, done) => {
      const refused = request.method === 'POST' ? shed?.({ protocol, ...arrival(request, reply) }) : null;
      done(refused ?? undefined);
    });
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

/** A header that stands once; undefined otherwise. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
