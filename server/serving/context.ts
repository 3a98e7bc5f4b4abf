import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../core/problems/problem.ts';
import type { RunInputs } from '../../core/run/result.ts';
import type { ValueTools } from '../../core/serve/jsonValues.ts';
import type { PredictAsk, Service } from './contract.ts';

/** What a request brings whatever it asks for. Times are of `ServingContext.now`; `deadlineMs` is a moment, not a length. */
export type Arrival = Pick<
  PredictAsk,
  'arrivedMs' | 'deadlineMs' | 'signal' | 'requestId' | 'version' | 'canaryKey' | 'trace'
>;

/** Bounds that protocols keep by themselves; the service keeps those of its queue. */
export interface ProtocolLimits {
  /** Largest body or message. */
  readonly bodyBytes: number;
  /** Deepest nesting of JSON. */
  readonly jsonDepth: number;
  /** Most of a JSON body that stands outside of its texts. */
  readonly jsonBytes: number;
  /** Most fields and files of one multipart body. */
  readonly parts: number;
  /** From arrival, where a request names no earlier end. */
  readonly deadlineMs: number;
  /** Most items that one request may bring. */
  readonly batchItems: number;
  /** Pieces of a live stream that wait while one runs; past it the oldest goes. */
  readonly streamPieces: number;
  /** Live streams at once. */
  readonly streams: number;
}

export const protocolLimits: ProtocolLimits = {
  bodyBytes: 64 * 1024 * 1024,
  jsonDepth: 100,
  jsonBytes: 16 * 1024 * 1024,
  parts: 256,
  deadlineMs: 30_000,
  batchItems: 256,
  streamPieces: 8,
  streams: 64,
};

/** What every protocol is given. */
export interface ServingContext {
  readonly service: Service;
  readonly limits: ProtocolLimits;
  /** Tributary's own version, told where a protocol tells the server's. */
  readonly serverVersion: string;
  /** Milliseconds of the clock that never jumps. */
  now(): number;
  /**
   * Reads what an HTTP request brings by its headers: id, trace, a version of its own, an earlier deadline. The signal
   * aborts when the client has gone before the answer was sent.
   */
  arrival(request: FastifyRequest, reply: FastifyReply): Arrival;
  requestId(request: FastifyRequest): string;
  /** Bytes that inputs take once decoded, as far as their headers say. */
  decodedBytes(inputs: RunInputs): number;
  readonly tools: ValueTools;
  /** Refuses a request before its body is read, and counts that; null while there is room. */
  shed?(who: Omit<PredictAsk, 'model' | 'inputs' | 'decodedBytes'>): Problem | null;
}
