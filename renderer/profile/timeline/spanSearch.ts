import type { Trace } from '../../../core/profile/trace.ts';
import type { SpanIndex, SpanRow } from './spanIndex.ts';
import type { RunRange } from './timelineProps.ts';

export interface SpanMatches {
  /** Absolute indices, by start. */
  readonly spans: Uint32Array;
  readonly startMs: Float64Array;
  /** Of each row of the index: how many matches stand before each place; one more entry than spans. */
  readonly before: ReadonlyMap<SpanRow, Uint32Array>;
  /** 1 where the span at `first + i` matches. */
  readonly marked: Uint8Array;
  readonly first: number;
}

/** Spans whose node (title or id) or own name holds every word of the query. Null when nothing is asked. */
export function searchSpans(
  trace: Trace,
  range: RunRange,
  index: SpanIndex,
  query: string,
  titleOf: (node: string) => string,
): SpanMatches | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const { names, spans, runs } = trace;
  const nodes = names.map((name) => `${name} ${titleOf(name)}`.toLowerCase());
  const own = names.map((name) => name.toLowerCase());
  const fits = new Map<number, boolean>();
  const matches = (node: number, name: number): boolean => {
    const key = node * names.length + name;
    const known = fits.get(key);
    if (known !== undefined) return known;
    const fit = words.every((word) => nodes[node].includes(word) || own[name].includes(word));
    fits.set(key, fit);
    return fit;
  };
  const first = runs.firstSpan[range.first];
  const end = runs.firstSpan[range.last + 1];
  const marked = new Uint8Array(end - first);
  let count = 0;
  for (let span = first; span < end; span++) {
    if (!matches(spans.node[span], spans.name[span])) continue;
    marked[span - first] = 1;
    count++;
  }
  const found = new Uint32Array(count);
  for (let i = 0, at = 0; i < marked.length; i++) if (marked[i] === 1) found[at++] = first + i;
  found.sort((a, b) => spans.startMs[a] - spans.startMs[b] || a - b);
  return {
    spans: found,
    startMs: Float64Array.from(found, (span) => spans.startMs[span]),
    before: new Map(
      index.lanes.flatMap(({ work, waits }) =>
        [...work, ...waits].map((row) => [row, countsBefore(row, marked, first)] as const),
      ),
    ),
    marked,
    first,
  };
}

function countsBefore({ spans }: SpanRow, marked: Uint8Array, first: number): Uint32Array {
  const before = new Uint32Array(spans.length + 1);
  for (let i = 0; i < spans.length; i++) before[i + 1] = before[i] + marked[spans[i] - first];
  return before;
}

/** The match after (or before) the one at `at`; the first (last) when there is none yet. Goes round. */
export function nextMatch(matches: SpanMatches, at: number | null, step: 1 | -1): number | null {
  const count = matches.spans.length;
  if (count === 0) return null;
  if (at === null) return step === 1 ? 0 : count - 1;
  return (at + step + count) % count;
}

/** The first match that begins at `ms` or later, so that "next" goes on from what is in sight. */
export function matchFrom({ startMs }: SpanMatches, ms: number): number {
  let [low, high] = [0, startMs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startMs[middle] >= ms) high = middle;
    else low = middle + 1;
  }
  return low === startMs.length ? 0 : low;
}
