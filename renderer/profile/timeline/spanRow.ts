import type { SpanRow } from './spanIndex.ts';

/** Place of the first span that ends after `ms`; the row's length when there is none. */
export function firstEndingAfter({ endMs }: SpanRow, ms: number): number {
  return firstOver(endMs, ms, false);
}

/** Place of the first span that begins at `ms` or later. */
export function firstStartingFrom({ startMs }: SpanRow, ms: number): number {
  return firstOver(startMs, ms, true);
}

function firstOver(sorted: Float64Array, ms: number, orAt: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] > ms || (orAt && sorted[middle] === ms)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Milliseconds within `[fromMs, toMs)` in which the row is busy. Exact: what sticks out on either side is cut off. */
export function busyWithin(row: SpanRow, fromMs: number, toMs: number): number {
  const first = firstEndingAfter(row, fromMs);
  const end = firstStartingFrom(row, toMs);
  if (first >= end) return 0;
  const before = Math.max(0, fromMs - row.startMs[first]);
  const after = Math.max(0, row.endMs[end - 1] - toMs);
  return row.busyMs[end] - row.busyMs[first] - before - after;
}

/** Place of the longest span among `[first, end)`, by its whole length; the first of equals. -1 of none. */
export function longestOf({ startMs, endMs, longest }: SpanRow, first: number, end: number): number {
  const n = startMs.length;
  let best = -1;
  let bestMs = Number.NEGATIVE_INFINITY;
  const offer = (place: number): void => {
    const ms = endMs[place] - startMs[place];
    if (ms > bestMs || (ms === bestMs && place < best)) {
      best = place;
      bestMs = ms;
    }
  };
  for (let low = first + n, high = end + n; low < high; low >>= 1, high >>= 1) {
    if (low & 1) offer(longest[low++]);
    if (high & 1) offer(longest[--high]);
  }
  return best;
}
