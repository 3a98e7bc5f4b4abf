import type { Trace } from '../../../core/profile/trace.ts';
import { spanKinds } from '../../../core/run/tracer.ts';
import type { RunRange } from './timelineProps.ts';

/** Columns of the spans to be indexed; `first` is the place of the first one in the trace. */
export interface SpanColumns {
  readonly first: number;
  readonly worker: Uint16Array<ArrayBuffer>;
  readonly kind: Uint8Array<ArrayBuffer>;
  readonly startMs: Float64Array<ArrayBuffer>;
  readonly endMs: Float64Array<ArrayBuffer>;
}

/**
 * Spans that never overlap, by time: so both ends are sorted, how much of any stretch is busy is two binary searches and
 * a difference of sums, and its longest span is a walk up a tree. A million spans are drawn by asking once per pixel.
 */
export interface SpanRow {
  /** Absolute index in the trace. */
  readonly spans: Uint32Array<ArrayBuffer>;
  readonly startMs: Float64Array<ArrayBuffer>;
  readonly endMs: Float64Array<ArrayBuffer>;
  /** Milliseconds of the spans before each; one more entry than spans. */
  readonly busyMs: Float64Array<ArrayBuffer>;
  /** Heap of places in the row: entry k is the longer of 2k and 2k + 1, leaves are the last half. */
  readonly longest: Uint32Array<ArrayBuffer>;
}

export interface Lane {
  /** Index into the trace's names. */
  readonly worker: number;
  /** `run`, `copy`, `load`: row 0 is the outermost; the others hold what overlaps it. */
  readonly work: readonly SpanRow[];
  /** `queue`, `gap`: many may wait at once. */
  readonly waits: readonly SpanRow[];
}

export interface SpanIndex {
  readonly lanes: readonly Lane[];
  readonly count: number;
}

/** More rows than anybody looks at: what overlaps even more shares the last one, cut off where that is busy. */
const mostRows = 200;
const isWait = spanKinds.map((kind) => kind === 'queue' || kind === 'gap');

export function columnsOf({ spans, runs }: Trace, range: RunRange): SpanColumns {
  const first = runs.firstSpan[range.first];
  const end = runs.firstSpan[range.last + 1];
  return {
    first,
    worker: spans.worker.slice(first, end),
    kind: spans.kind.slice(first, end),
    startMs: spans.startMs.slice(first, end),
    endMs: spans.endMs.slice(first, end),
  };
}

/** Lanes in order of their worker's index. */
export function indexSpans(columns: SpanColumns): SpanIndex {
  const { worker, kind } = columns;
  const count = kind.length;
  const sizes = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const track = worker[i] * 2 + (isWait[kind[i]] ? 1 : 0);
    sizes.set(track, (sizes.get(track) ?? 0) + 1);
  }
  const tracks = new Map<number, { readonly places: Uint32Array; filled: number }>();
  for (const [track, size] of sizes) tracks.set(track, { places: new Uint32Array(size), filled: 0 });
  for (let i = 0; i < count; i++) {
    const track = tracks.get(worker[i] * 2 + (isWait[kind[i]] ? 1 : 0));
    if (track !== undefined) track.places[track.filled++] = i;
  }
  const rows = (track: number): readonly SpanRow[] => rowsOf(columns, tracks.get(track)?.places ?? new Uint32Array());
  const workers = [...new Set([...sizes.keys()].map((track) => track >> 1))].sort((a, b) => a - b);
  return { count, lanes: workers.map((w) => ({ worker: w, work: rows(w * 2), waits: rows(w * 2 + 1) })) };
}

/** First fit: each span goes to the first row that is free when it begins, so what holds another stands above it. */
function rowsOf(columns: SpanColumns, places: Uint32Array): readonly SpanRow[] {
  const { startMs, endMs } = columns;
  sortByStart(places, startMs, endMs);
  const rowOf = new Uint8Array(places.length);
  const freeFrom: number[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    let row = 0;
    while (row < freeFrom.length && freeFrom[row] > startMs[place] && row < mostRows - 1) row++;
    rowOf[i] = row;
    freeFrom[row] = Math.max(freeFrom[row] ?? Number.NEGATIVE_INFINITY, endMs[place]);
    sizes[row] = (sizes[row] ?? 0) + 1;
  }
  return sizes.map((size, row) => rowOfSpans(columns, places, rowOf, row, size));
}

function rowOfSpans(columns: SpanColumns, places: Uint32Array, rowOf: Uint8Array, row: number, size: number): SpanRow {
  const spans = new Uint32Array(size);
  const startMs = new Float64Array(size);
  const endMs = new Float64Array(size);
  const busyMs = new Float64Array(size + 1);
  let free = Number.NEGATIVE_INFINITY;
  for (let i = 0, at = 0; i < places.length; i++) {
    if (rowOf[i] !== row) continue;
    const place = places[i];
    spans[at] = columns.first + place;
    startMs[at] = Math.max(free, columns.startMs[place]);
    endMs[at] = Math.max(startMs[at], columns.endMs[place]);
    free = endMs[at];
    busyMs[at + 1] = busyMs[at] + endMs[at] - startMs[at];
    at++;
  }
  return { spans, startMs, endMs, busyMs, longest: longestTree(startMs, endMs) };
}

function longestTree(startMs: Float64Array, endMs: Float64Array): Uint32Array<ArrayBuffer> {
  const n = startMs.length;
  const tree = new Uint32Array(2 * n);
  for (let i = 0; i < n; i++) tree[n + i] = i;
  for (let k = n - 1; k > 0; k--) {
    const [a, b] = [tree[2 * k], tree[2 * k + 1]];
    tree[k] = endMs[b] - startMs[b] > endMs[a] - startMs[a] ? b : a;
  }
  return tree;
}

/** By start; of those that begin together the longest first, because it holds the others. Runs follow each other, so most of it is sorted. */
function sortByStart(places: Uint32Array, startMs: Float64Array, endMs: Float64Array): void {
  let sorted = true;
  for (let i = 1; i < places.length && sorted; i++) {
    const [a, b] = [places[i - 1], places[i]];
    sorted = startMs[a] < startMs[b] || (startMs[a] === startMs[b] && endMs[a] >= endMs[b]);
  }
  if (!sorted) places.sort((a, b) => startMs[a] - startMs[b] || endMs[b] - endMs[a] || a - b);
}

/** Every buffer of it, to be handed to another thread. */
export function buffersOf({ lanes }: SpanIndex): ArrayBuffer[] {
  return lanes.flatMap(({ work, waits }) =>
    [...work, ...waits].flatMap((row) => [
      row.spans.buffer,
      row.startMs.buffer,
      row.endMs.buffer,
      row.busyMs.buffer,
      row.longest.buffer,
    ]),
  );
}
