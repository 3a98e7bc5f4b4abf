import type { ProblemData } from '../../core/problems/problem.ts';
import type { Following, RunInputs, RunResult } from '../../core/run/result.ts';
import type { PipelineSignature } from '../../core/serve/signature.ts';

/** What W3C Trace Context brings and hands on. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** One item to be answered: every protocol turns what it was sent into this, and nothing else reaches a pipeline. */
export interface PredictAsk {
  readonly model: string;
  /** A version by name; without it the service chooses (weights, header, the newest). */
  readonly version?: string;
  readonly inputs: RunInputs;
  /** Public outputs wanted; all when left out. */
  readonly outputs?: readonly string[];
  /** Bytes that the inputs take when decoded, as far as their headers say: what the byte budget counts. */
  readonly decodedBytes: number;
  /** Of the clock that never jumps (`performance.now()`), in milliseconds. */
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Protocol that brought it: `rest`, `oip`, `grpc`, `tf`, `sagemaker`, `vertex`, `azure`, `stream`. A label of metrics. */
  readonly protocol: string;
  /** Header by which a caller asks for a version of its own, or to stay with one. */
  readonly canaryKey?: string;
  readonly trace?: TraceContext;
  /** Told while it runs; a copy whose answer nobody sees leaves it out. */
  readonly following?: Following;
}

export interface Predicted {
  readonly result: RunResult;
  readonly version: string;
  /** Waiting for a place, then running, in milliseconds. */
  readonly queueMs: number;
  readonly runMs: number;
}

export type VersionState = 'loading' | 'verifying' | 'ready' | 'failed' | 'draining' | 'gone';

/** A version of a pipeline as the outside sees it. */
export interface ServedVersion {
  readonly version: string;
  readonly state: VersionState;
  /** Why it is not ready, or what went wrong last. */
  readonly problem?: ProblemData;
  readonly signature: PipelineSignature;
  /** Share of the traffic that names no version, 0 to 1. */
  readonly weight: number;
}

export interface ServedModel {
  readonly name: string;
  /** The newest last. */
  readonly versions: readonly ServedVersion[];
}

/** What became of an ask, told to whoever watches: metrics, logs, traces, drift, rollback. */
export interface PredictionRecord {
  readonly ask: PredictAsk;
  readonly version: string;
  readonly outcome: 'answered' | 'failed' | 'refused' | 'cancelled' | 'late';
  readonly problem?: ProblemData;
  readonly result?: RunResult;
  readonly queueMs: number;
  readonly runMs: number;
  /** True for a copy whose answer nobody sees. */
  readonly shadow: boolean;
}

export interface Load {
  readonly running: number;
  readonly waiting: number;
  readonly decodedBytes: number;
}

/**
 * Pipelines behind every protocol. `predict` rejects with a Problem: `overloaded` (with `retryAfterSeconds`), `deadline`, `cancelled`, `not-ready`, `model-unknown`, or the pipeline's own.
 */
export interface Service {
  models(): readonly ServedModel[];
  predict(ask: PredictAsk): Promise<Predicted>;
  /** Ready to be sent traffic: a version is ready, and no end was asked for. */
  ready(): boolean;
  load(): Load;
  /** Hears of every ask when it is over. Listeners must not throw, and must be quick. */
  onRecord(listener: (record: PredictionRecord) => void): void;
}
