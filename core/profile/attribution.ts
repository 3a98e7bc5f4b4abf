import type { SpanKind } from '../run/tracer.ts';

/** One node in one run, over all its items. Parts are exclusive: their sum is the time from ready to done, over its items. */
export interface NodeParts {
  readonly node: string;
  readonly stage: number;
  readonly items: number;
  /** Milliseconds per kind. */
  readonly ms: Readonly<Record<SpanKind, number>>;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Milliseconds of it on the critical path. */
  readonly criticalMs: number;
  /** How much longer it could take before the run takes longer; 0 on the critical path. */
  readonly slackMs: number;
}

/** A stretch of the critical path. Stretches follow each other without a hole from the run's start to its end. */
export interface PathStep {
  /** Empty: nobody's, the remainder (before the first stage, after the last). */
  readonly node: string;
  readonly kind: SpanKind;
  readonly worker: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Absolute index in the trace; -1 for the remainder. */
  readonly task: number;
}

export interface RunParts {
  readonly wallMs: number;
  readonly nodes: readonly NodeParts[];
  readonly path: readonly PathStep[];
  /** Wall time that belongs to no node. */
  readonly remainderMs: number;
}
