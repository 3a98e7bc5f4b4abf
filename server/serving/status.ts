import type { ProblemData } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';

/** HTTP status of each problem. What is not named is the server's own fault: 500, or 503 where it says when it is over. */
const statuses: Partial<Record<ProblemCode, number>> = {
  usage: 400,
  'document-json': 400,
  'document-too-large': 413,
  'document-too-deep': 400,
  'document-forbidden-key': 400,
  'document-number': 400,
  'input-missing': 400,
  'input-unknown': 400,
  'input-kind': 400,
  'media-format': 400,
  'media-corrupt': 400,
  'media-empty': 400,
  'media-too-large': 413,
  'media-nonfinite': 400,
  'media-timeout': 400,
  'text-encoding': 400,
  'text-too-long': 413,
  'value-shape': 400,
  'value-invalid': 400,
  'value-nonfinite': 422,
  'tensor-too-large': 413,
  'modality-missing': 400,
  'sequence-too-large': 413,
  'sequence-order': 400,
  'model-unknown': 404,
  'route-unknown': 404,
  'request-invalid': 400,
  'request-too-large': 413,
  'request-unsupported': 415,
  unauthorised: 401,
  forbidden: 403,
  'rate-limited': 429,
  overloaded: 429,
  'not-ready': 503,
  'engine-died': 503,
  deadline: 504,
  // The temporary folder is full.
  'output-unwritable': 507,
  // The client has gone; nobody reads it. Named as nginx names it.
  cancelled: 499,
};

export function httpStatusOf(problem: ProblemData): number {
  return statuses[problem.code] ?? (problem.retryAfterSeconds === undefined ? 500 : 503);
}

/** When to try again, as a header; empty where it is not worth saying. */
export function retryHeaders(problem: ProblemData): Readonly<Record<string, string>> {
  const seconds = problem.retryAfterSeconds;
  return seconds === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(seconds))) };
}
