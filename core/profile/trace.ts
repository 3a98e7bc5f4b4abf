/**
 * Everything that happened in some runs, column by column: compact enough for millions of spans, and movable between
 * threads and processes as it is. Times are milliseconds since the profile began. See `Tracer` for what the words mean.
 */
export interface Trace {
  /** Strings that columns point into. */
  readonly names: readonly string[];
  readonly runs: {
    readonly count: number;
    /** Index of the sample that it ran on. */
    readonly sample: Uint16Array;
    readonly startMs: Float64Array;
    readonly endMs: Float64Array;
    /** First task and first span of each run; one more entry than runs. */
    readonly firstTask: Uint32Array;
    readonly firstSpan: Uint32Array;
  };
  readonly tasks: {
    readonly count: number;
    readonly stage: Uint16Array;
    readonly item: Uint32Array;
    readonly readyMs: Float64Array;
    readonly startMs: Float64Array;
    readonly endMs: Float64Array;
    readonly bytesIn: Float64Array;
    readonly bytesOut: Float64Array;
    /** Tasks (absolute indices) that gave its inputs: `after[firstAfter[i] .. firstAfter[i + 1]]`. */
    readonly firstAfter: Uint32Array;
    readonly after: Uint32Array;
  };
  readonly spans: {
    readonly count: number;
    /** Absolute index of its task. */
    readonly task: Uint32Array;
    /** Index into `names`. */
    readonly node: Uint16Array;
    /** Index into `spanKinds`. */
    readonly kind: Uint8Array;
    readonly worker: Uint16Array;
    readonly name: Uint16Array;
    readonly startMs: Float64Array;
    readonly endMs: Float64Array;
    readonly bytes: Float64Array;
  };
  /** Spans that were left out because the trace was full; their times are in the profile's figures all the same. */
  readonly dropped: number;
}
