import { Problem, type ProblemData, problemData, toProblemData } from '../../core/problems/problem.ts';
import { httpStatusOf } from './status.ts';

/** A problem as callers may see it. */
export interface PublicProblem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly where?: { readonly node?: string; readonly port?: string; readonly timeSeconds?: number };
  readonly retryAfterSeconds?: number;
}

/** Without causes, stacks and places on this machine; what is our own fault is told in the log, not outside. */
export function publicProblem(problem: ProblemData): PublicProblem {
  const { code, retryAfterSeconds } = problem;
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  if (code === 'internal')
    return {
      code,
      message: 'The server made a mistake.',
      fix: 'Tell its operators the id of the request; what happened stands in the log.',
      ...retry,
    };
  const { node, port, timeSeconds } = problem.where;
  const where = Object.fromEntries(
    Object.entries({ node, port, timeSeconds }).filter(([, value]) => value !== undefined),
  );
  const own = httpStatusOf(problem) >= 500;
  return {
    code,
    message: own ? withoutPlaces(problem.message) : problem.message,
    fix: own ? withoutPlaces(problem.fix) : problem.fix,
    ...(Object.keys(where).length === 0 ? {} : { where }),
    ...retry,
  };
}

/** Absolute paths become the names at their ends. */
export function withoutPlaces(text: string): string {
  return text.replace(/(?<![\w.:/])(?:[A-Za-z]:)?(?:[\\/][^\\/\s"'<>|:]+)+[\\/]([^\\/\s"'<>|:]+)/g, '$1');
}

/** What was thrown on the way of a request, Fastify's own refusals too. */
export function problemOfRequest(error: unknown): ProblemData {
  if (error instanceof Problem) return error.data;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 413)
    return problemData('request-too-large', { message: 'The request is over a limit.', fix: 'Send less at once.' });
  if (status === 415)
    return problemData('request-unsupported', { message: `${message}.`, fix: 'Send a content type that is taken.' });
  if (status >= 400 && status < 500)
    return problemData('request-invalid', { message: `${message}.`, fix: 'Mend the request.' });
  if (status === 503)
    return problemData('not-ready', {
      message: 'The server is being ended.',
      fix: 'Send the request again; another server takes it.',
      retryAfterSeconds: 1,
    });
  return toProblemData(error, 'internal');
}
