import type { SpanRow } from './spanIndex.ts';
import { busyWithin, firstEndingAfter, firstStartingFrom, longestOf } from './spanRow.ts';
import { msAt, type Stretch, xOf } from './timeView.ts';

/** What to draw of a row, left to right. Pixels are of the whole width, not snapped. */
export type RowMark =
  /** One span that is wide enough to be seen by itself. */
  | { readonly form: 'span'; readonly place: number; readonly x: number; readonly width: number }
  /** What one pixel holds of many: how much of its time is busy, and with what mostly. */
  | {
      readonly form: 'crowd';
      readonly x: number;
      readonly busy: number;
      readonly longest: number;
      /** Places `[first, end)` in the row. */
      readonly first: number;
      readonly end: number;
    }
  /** Nothing, for long enough to say so; between two spans of the row only. */
  | {
      readonly form: 'idle';
      readonly fromMs: number;
      readonly toMs: number;
      readonly x: number;
      readonly width: number;
    };

/** Narrower spans share a pixel with their neighbours. */
const ownWidth = 2;
/** Pixels under which nobody reads how long nothing happened. */
export const idleWidth = 64;

/**
 * Walks over the pixels, not over the spans: what is wide is given by itself, what is not is summed up pixel by pixel, and
 * what is empty is jumped over. So its cost is that of the width, whether a hundred spans are in sight or a million.
 */
export function eachMark(row: SpanRow, view: Stretch, width: number, tell: (mark: RowMark) => void): void {
  const { startMs, endMs } = row;
  const count = startMs.length;
  const pixelMs = (view.toMs - view.fromMs) / width;
  let at = view.fromMs;
  for (;;) {
    const place = firstEndingAfter(row, at);
    if (place >= count || startMs[place] >= view.toMs) return;
    if (startMs[place] > at) {
      const wide = (startMs[place] - at) / pixelMs;
      if (place > 0 && wide >= idleWidth)
        tell(idleMark(Math.max(endMs[place - 1], view.fromMs), startMs[place], view, width));
      at = startMs[place];
    }
    const spanWidth = (endMs[place] - startMs[place]) / pixelMs;
    if (spanWidth >= ownWidth) {
      tell({ form: 'span', place, x: xOf(view, width, startMs[place]), width: spanWidth });
      at = endMs[place];
      continue;
    }
    const x = Math.floor(xOf(view, width, at) + 1e-6);
    const pixelEnd = msAt(view, width, x + 1);
    const end = firstStartingFrom(row, pixelEnd);
    const alone = end === place + 1;
    const busy = Math.min(1, busyWithin(row, msAt(view, width, x), pixelEnd) / pixelMs);
    tell({ form: 'crowd', x, busy, longest: alone ? place : longestOf(row, place, end), first: place, end });
    // A pixel whose end cannot be told from its begin is at the end of what numbers can say.
    at = pixelEnd > at ? pixelEnd : at + pixelMs;
  }
}

function idleMark(fromMs: number, toMs: number, view: Stretch, width: number): RowMark {
  const x = xOf(view, width, fromMs);
  return { form: 'idle', fromMs, toMs, x, width: xOf(view, width, toMs) - x };
}
