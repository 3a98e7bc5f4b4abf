import { randomUUID } from 'node:crypto';
import { Metadata as GrpcMetadata, type Metadata, type ServerErrorResponse, status } from '@grpc/grpc-js';
import { Problem, type ProblemData } from '../../../core/problems/problem.ts';
import type { Arrival, ServingContext } from '../context.ts';
import { problemOfRequest } from '../publicProblem.ts';
import { httpStatusOf } from '../status.ts';
import { problemText } from './scope.ts';

/** What of a call is the same whatever it carries. */
export interface AnyCall {
  readonly metadata: Metadata;
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
}

export interface GrpcOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly clientCa?: Buffer };
  /** Throws a Problem for a caller who may not; hears of the metadata as of headers. */
  readonly guard?: (headers: Readonly<Record<string, string>>) => void | Promise<void>;
  /** Hears what was our own fault, with its cause. */
  readonly onFault?: (problem: ProblemData, requestId: string) => void;
  /** How often the health that is watched is looked at. */
  readonly watchMs?: number;
}

const codes: Readonly<Record<number, status>> = {
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  415: status.UNIMPLEMENTED,
  429: status.RESOURCE_EXHAUSTED,
  499: status.CANCELLED,
  500: status.INTERNAL,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
  507: status.RESOURCE_EXHAUSTED,
};

/** gRPC's code of a problem; whatever else is wrong is wrong with the request. */
export function grpcStatusOf(problem: ProblemData): status {
  return codes[httpStatusOf(problem)] ?? status.INVALID_ARGUMENT;
}

/** What was thrown, as gRPC tells it; when to try again stands in the trailer `retry-after`. */
export function grpcError(error: unknown): ServerErrorResponse & { readonly code: status } {
  const problem = problemOfRequest(error);
  const metadata = new GrpcMetadata();
  metadata.set('problem-code', problem.code);
  if (problem.retryAfterSeconds !== undefined)
    metadata.set('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterSeconds))));
  const text = problemText(problem);
  return { name: problem.code, message: text, details: text, code: grpcStatusOf(problem), metadata };
}

/** What a call brings: id, version, trace, its own deadline where it is the earlier, and whether its caller is there. */
export function grpcArrival(
  call: AnyCall,
  { now, limits }: ServingContext,
  signal: AbortSignal = goneSignal(call),
): Arrival {
  const arrivedMs = now();
  const deadline = call.getDeadline();
  // The deadline is a time of the clock on the wall; what is left of it counts on the one that never jumps.
  const leftMs = Number(deadline) - Date.now();
  const headers = headersOf(call.metadata);
  const traceparent = headers['traceparent'];
  const tracestate = headers['tracestate'];
  const version = headers['x-tributary-version'];
  const canaryKey = headers['x-tributary-key'];
  return {
    arrivedMs,
    deadlineMs: arrivedMs + Math.min(limits.deadlineMs, leftMs),
    signal,
    requestId: /^[\w.:@/+=-]{1,128}$/.test(headers['x-request-id'] ?? '') ? headers['x-request-id'] : randomUUID(),
    ...(version === undefined || version === '' ? {} : { version }),
    ...(canaryKey === undefined ? {} : { canaryKey: canaryKey.slice(0, 200) }),
    ...(traceparent === undefined
      ? {}
      : { trace: tracestate === undefined ? { traceparent } : { traceparent, tracestate } }),
  };
}

/** Aborts when the caller has gone. */
export function goneSignal(call: AnyCall): AbortSignal {
  const gone = new AbortController();
  call.on('cancelled', () =>
    gone.abort(new Problem('cancelled', { message: 'The caller has cancelled the call.', fix: 'Ask again.' })),
  );
  return gone.signal;
}

/** Metadata as headers: of each the first, bytes left out. */
export function headersOf(metadata: Metadata): Readonly<Record<string, string>> {
  const entries = Object.entries(metadata.getMap());
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
}
