import type { SpanRow } from './spanIndex.ts';
import { firstEndingAfter, longestOf } from './spanRow.ts';
import { type Stretch, xOf } from './timeView.ts';

/** What is drawn of a row, left to right; pixels are of the whole width, not snapped. Calls, not objects: there are many. */
export interface MarkSink {
  /** One span that is wide enough to be seen by itself. */
  span(place: number, x: number, width: number): void;
  /**
   * What one pixel holds of many: how much of its time is busy (0 to 1), the longest of them, and which they are: places
   * `[first, end)` in the row.
   */
  crowd(x: number, busy: number, longest: number, first: number, end: number): void;
  /** Nothing from one span to the next, for long enough to say so; `x` and `width` are of what is in sight. */
  idle(fromMs: number, toMs: number, x: number, width: number): void;
}

/** Narrower spans share a pixel with their neighbours. */
const ownWidth = 2;
/** Pixels under which nobody reads how long nothing happened. */
export const idleWidth = 64;

/**
 * Walks over the pixels, not over the spans: what is wide is given by itself, what is not is summed up pixel by pixel, and
 * what is empty is jumped over. So its cost is that of the width, whether a hundred spans are in sight or a million.
 */
export function eachMark(row: SpanRow, view: Stretch, width: number, sink: MarkSink): void {
  const { startMs, endMs, busyMs } = row;
  const { fromMs, toMs } = view;
  const count = startMs.length;
  const pixelMs = (toMs - fromMs) / width;
  const widestCrowd = ownWidth * pixelMs;
  let at = fromMs;
  let place = firstEndingAfter(row, at);
  /** The whole of it is told, though only a part may be in sight. */
  const idleBefore = (next: number): void => {
    if (next === 0 || next >= count) return;
    const left = Math.max(endMs[next - 1], fromMs);
    const pixels = (Math.min(startMs[next], toMs) - left) / pixelMs;
    if (pixels >= idleWidth) sink.idle(endMs[next - 1], startMs[next], xOf(view, width, left), pixels);
  };
  while (place < count && startMs[place] < toMs) {
    const begin = startMs[place];
    if (begin > at) {
      idleBefore(place);
      at = begin;
    }
    const ms = endMs[place] - begin;
    if (ms >= widestCrowd) {
      sink.span(place, (begin - fromMs) / pixelMs, ms / pixelMs);
      at = endMs[place];
      place++;
      continue;
    }
    const x = Math.floor((at - fromMs) / pixelMs + 1e-6);
    const pixelFrom = fromMs + x * pixelMs;
    const pixelEnd = fromMs + (x + 1) * pixelMs;
    const end = gallop(startMs, place, pixelEnd);
    // What began in an earlier pixel is in this one too, unless it ended before.
    let first = place;
    while (first > 0 && endMs[first - 1] > pixelFrom) first--;
    const before = Math.max(0, pixelFrom - startMs[first]);
    const after = Math.max(0, endMs[end - 1] - pixelEnd);
    const busy = Math.min(1, (busyMs[end] - busyMs[first] - before - after) / pixelMs);
    sink.crowd(x, busy, end - place === 1 ? place : longestOf(row, place, end), place, end);
    // A pixel whose end cannot be told from its begin is at the end of what numbers can say.
    at = pixelEnd > at ? pixelEnd : at + pixelMs;
    place = endMs[end - 1] > at ? end - 1 : end;
  }
  idleBefore(place);
}

/** Place of the first start at `ms` or later, after `from`, which begins before: in steps that double, then by halves. */
function gallop(startMs: Float64Array, from: number, ms: number): number {
  let step = 1;
  let low = from;
  while (low + step < startMs.length && startMs[low + step] < ms) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, startMs.length);
  low++;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startMs[middle] < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
