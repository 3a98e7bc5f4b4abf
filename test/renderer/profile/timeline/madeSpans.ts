import type { Trace } from '../../../../core/profile/trace.ts';
import { type SpanKind, spanKinds } from '../../../../core/run/tracer.ts';

export interface MadeSpan {
  readonly node?: string;
  readonly kind?: SpanKind;
  readonly worker?: string;
  readonly name?: string;
  readonly from: number;
  readonly to: number;
  readonly task?: number;
}
export interface MadeRun {
  readonly from: number;
  readonly to: number;
  readonly spans: readonly MadeSpan[];
}

/** A trace of spans that a test wrote down. */
export function madeTrace(runs: readonly MadeRun[]): Trace {
  const spans = runs.flatMap((run) => run.spans);
  const names = [
    ...new Set(['', ...spans.flatMap(({ node = 'a', worker = 'main', name = 'run' }) => [node, worker, name])]),
  ];
  const firstSpan = new Uint32Array(runs.length + 1);
  runs.forEach((run, i) => {
    firstSpan[i + 1] = firstSpan[i] + run.spans.length;
  });
  const tasks = Math.max(0, ...spans.map((span) => span.task ?? 0)) + 1;
  const zeros = new Float64Array(tasks);
  return {
    names,
    runs: {
      count: runs.length,
      sample: new Uint16Array(runs.length),
      startMs: Float64Array.from(runs, (run) => run.from),
      endMs: Float64Array.from(runs, (run) => run.to),
      firstTask: new Uint32Array(runs.length + 1),
      firstSpan,
    },
    tasks: {
      count: tasks,
      stage: new Uint16Array(tasks),
      item: Uint32Array.from({ length: tasks }, (_, i) => i),
      readyMs: zeros,
      startMs: zeros,
      endMs: zeros,
      bytesIn: zeros,
      bytesOut: zeros,
      firstAfter: new Uint32Array(tasks + 1),
      after: new Uint32Array(),
    },
    spans: {
      count: spans.length,
      task: Uint32Array.from(spans, (span) => span.task ?? 0),
      node: Uint16Array.from(spans, (span) => names.indexOf(span.node ?? 'a')),
      kind: Uint8Array.from(spans, (span) => spanKinds.indexOf(span.kind ?? 'run')),
      worker: Uint16Array.from(spans, (span) => names.indexOf(span.worker ?? 'main')),
      name: Uint16Array.from(spans, (span) => names.indexOf(span.name ?? 'run')),
      startMs: Float64Array.from(spans, (span) => span.from),
      endMs: Float64Array.from(spans, (span) => span.to),
      bytes: new Float64Array(spans.length),
    },
    dropped: 0,
  };
}

/** One run that holds these spans. */
export function oneRun(spans: readonly MadeSpan[]): Trace {
  return madeTrace([{ from: 0, to: Math.max(1, ...spans.map((span) => span.to)), spans }]);
}

export const wholeRange = (trace: Trace) => ({ first: 0, last: Math.max(0, trace.runs.count - 1) });
