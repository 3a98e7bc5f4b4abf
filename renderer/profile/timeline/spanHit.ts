import type { Trace } from '../../../core/profile/trace.ts';
import { type LaneBox, rowHeight, rowTop, type Track, waitPitch, workPitch } from './laneLayout.ts';
import type { SpanRow } from './spanIndex.ts';
import { firstEndingAfter, firstStartingFrom, longestOf } from './spanRow.ts';
import { msAt, type Stretch } from './timeView.ts';

export interface SpanHit {
  /** Absolute index in the trace. */
  readonly span: number;
  /** Spans of the same row under the same pixel. */
  readonly together: number;
}

/** Pixels to either side in which a thin span is still meant. */
const reach = 2;

/** The span at a place, `y` from the top of all lanes; in a crowd the longest. */
export function hitSpan(boxes: readonly LaneBox[], view: Stretch, width: number, x: number, y: number): SpanHit | null {
  const row = rowAt(boxes, y);
  if (row === null) return null;
  const at = msAt(view, width, x);
  const exact = firstEndingAfter(row, at);
  const pixel = (view.toMs - view.fromMs) / width;
  if (exact < row.spans.length && row.startMs[exact] <= at && row.endMs[exact] - row.startMs[exact] >= pixel)
    return { span: row.spans[exact], together: 1 };
  const first = firstEndingAfter(row, at - reach * pixel);
  const end = firstStartingFrom(row, at + reach * pixel);
  const longest = longestOf(row, first, end);
  return longest < 0 ? null : { span: row.spans[longest], together: end - first };
}

export function rowAt(boxes: readonly LaneBox[], y: number): SpanRow | null {
  const box = boxes.find((one) => y >= one.top && y < one.top + one.height);
  if (box === undefined) return null;
  return rowOfTrack(box, 'work', box.workRows, workPitch, y) ?? rowOfTrack(box, 'waits', box.waitRows, waitPitch, y);
}

function rowOfTrack(box: LaneBox, track: Track, rows: number, pitch: number, y: number): SpanRow | null {
  const from = y - rowTop(box, track, 0);
  const row = Math.floor(from / pitch);
  if (from < 0 || row >= rows || from - row * pitch > rowHeight(track) + 1) return null;
  return box.lane[track][row] ?? null;
}

export interface SpanPlace {
  readonly box: LaneBox;
  readonly track: Track;
  readonly row: number;
  readonly top: number;
}

/** Where a span lies; null when its lane is not there. */
export function placeOfSpan(boxes: readonly LaneBox[], trace: Trace, span: number): SpanPlace | null {
  const { spans } = trace;
  for (const box of boxes) {
    if (box.lane.worker !== spans.worker[span]) continue;
    for (const track of ['work', 'waits'] as const)
      for (const [row, one] of box.lane[track].entries())
        if (holdsSpan(one, span, spans.startMs[span], spans.endMs[span]))
          return { box, track, row, top: rowTop(box, track, row) };
  }
  return null;
}

/** In a row that was cut off at the most rows a span may begin later than it did, but never after its end. */
function holdsSpan(row: SpanRow, span: number, startMs: number, endMs: number): boolean {
  for (let at = firstStartingFrom(row, startMs); at < row.spans.length && row.startMs[at] <= endMs; at++)
    if (row.spans[at] === span) return true;
  return false;
}
