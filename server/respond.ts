import type { ServerResponse } from 'node:http';
import { exitCodeOf, type ProblemData, problemData } from '../core/problems/problem.ts';
import { securityHeaders } from './securityHeaders.ts';

export function respond(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
  body?: Uint8Array | string,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...securityHeaders,
    'Cache-Control': 'no-store',
    ...headers,
    ...(body === undefined
      ? {}
      : { 'Content-Length': typeof body === 'string' ? Buffer.byteLength(body) : body.length }),
  });
  if (body === undefined || response.req.method === 'HEAD') response.end();
  else response.end(body);
}

export function respondJson(response: ServerResponse, status: number, value: unknown): void {
  respond(response, status, { 'Content-Type': 'application/json; charset=utf-8' }, JSON.stringify(value));
}

export function respondProblem(response: ServerResponse, status: number, problem: ProblemData): void {
  respondJson(response, status, { problem });
}

/** The status that goes with a problem, from its class of exit codes. */
export function statusOf(problem: ProblemData): number {
  if (problem.code === 'file-missing') return 404;
  if (problem.code === 'usage') return 400;
  if (problem.code === 'document-conflict') return 409;
  if (problem.code === 'output-unwritable') return 507;
  if (problem.code === 'internal') return 500;
  return exitCodeOf(problem.code) === 6 ? 413 : 422;
}

export function usage(message: string, fix: string): ProblemData {
  return problemData('usage', { message, fix });
}
