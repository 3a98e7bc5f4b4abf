import type { Trace } from '../../../core/profile/trace.ts';
import { type SpanKind, spanKinds } from '../../../core/run/tracer.ts';
import { bytesText } from '../../preview/numbers.ts';
import { boundsOf, runAt } from './runChoice.ts';
import { durationText } from './ticks.ts';

export interface SpanFacts {
  readonly node: string;
  readonly title: string;
  /** What was done: `decode`, `session.run`. */
  readonly what: string;
  readonly kind: SpanKind;
  readonly worker: string;
  readonly startMs: number;
  readonly ms: number;
  /** Since its run began. */
  readonly start: string;
  readonly duration: string;
  /** Empty when nothing moved. */
  readonly bytes: string;
  readonly item: number;
  readonly run: number;
  readonly sample: string;
}

/** In plain words, for people who do not know the tracer. */
export const kindWords: Readonly<Record<SpanKind, string>> = {
  run: 'running',
  copy: 'copying',
  queue: 'waiting in a queue',
  gap: 'between two threads',
  load: 'opening a model',
};

export function spanFacts(
  trace: Trace,
  span: number,
  titleOf: (node: string) => string,
  samples: readonly { readonly name: string }[],
): SpanFacts {
  const { spans, tasks, names, runs } = trace;
  const node = names[spans.node[span]];
  const startMs = spans.startMs[span];
  const all = { first: 0, last: Math.max(0, runs.count - 1) };
  const run = runOfSpan(trace, span) ?? runAt(trace, all, startMs);
  const begun = boundsOf(trace, { first: run, last: run }).fromMs;
  const ms = spans.endMs[span] - startMs;
  return {
    node,
    title: node === '' ? 'Scheduler' : titleOf(node),
    what: names[spans.name[span]],
    kind: spanKinds[spans.kind[span]],
    worker: names[spans.worker[span]],
    startMs,
    ms,
    start: durationText(startMs - begun),
    duration: durationText(ms),
    bytes: spans.bytes[span] > 0 ? bytesText(spans.bytes[span]) : '',
    item: tasks.item[spans.task[span]] ?? 0,
    run,
    sample: samples[runs.sample[run]]?.name ?? '',
  };
}

/** By the trace's own table; null for a span of none. */
function runOfSpan({ runs }: Trace, span: number): number | null {
  let [low, high] = [0, runs.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (runs.firstSpan[middle + 1] > span) high = middle;
    else low = middle + 1;
  }
  return low < runs.count && runs.firstSpan[low] <= span ? low : null;
}

/** `Picture, decode: running 2.1 ms on image, from 0.7 ms`. */
export function spanSentence(facts: SpanFacts): string {
  const what = facts.what === '' || facts.what === facts.title ? '' : `, ${facts.what}`;
  const bytes = facts.bytes === '' ? '' : `, ${facts.bytes}`;
  return `${facts.title}${what}: ${kindWords[facts.kind]} ${facts.duration} on ${facts.worker}, from ${facts.start}${bytes}`;
}
