import type { Point } from '../../core/graph/changes.ts';

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}
/** A line along which what is dragged stands in line with something else. */
export interface Guide {
  readonly way: 'x' | 'y';
  readonly at: number;
  readonly from: number;
  readonly to: number;
}
export interface Aligned {
  readonly dx: number;
  readonly dy: number;
  readonly guides: readonly Guide[];
}

interface Line {
  readonly shift: number;
  readonly at: number;
  readonly other: Box;
}

/**
 * How far `box` would have to go to stand in line with one of `others`, at most `reach` each way. Left, middle and right
 * meet left, middle and right; of what is equally near the nearest box wins.
 */
export function alignTo(box: Box, others: readonly Box[], reach: number): Aligned {
  const x = nearest(box, others, reach, 'x');
  const y = nearest(box, others, reach, 'y');
  const at = { ...box, x: box.x + (x?.shift ?? 0), y: box.y + (y?.shift ?? 0) };
  const guides: Guide[] = [];
  if (x !== null) {
    const from = Math.min(at.y, x.other.y);
    guides.push({ way: 'x', at: x.at, from, to: Math.max(at.y + at.height, x.other.y + x.other.height) });
  }
  if (y !== null) {
    const from = Math.min(at.x, y.other.x);
    guides.push({ way: 'y', at: y.at, from, to: Math.max(at.x + at.width, y.other.x + y.other.width) });
  }
  return { dx: x?.shift ?? 0, dy: y?.shift ?? 0, guides };
}

function nearest(box: Box, others: readonly Box[], reach: number, way: 'x' | 'y'): Line | null {
  const size = way === 'x' ? 'width' : 'height';
  let best: (Line & { readonly away: number }) | null = null;
  for (const other of others) {
    const away = Math.abs(box.x - other.x) + Math.abs(box.y - other.y);
    for (const part of [0, 0.5, 1]) {
      const mine = box[way] + box[size] * part;
      const at = other[way] + other[size] * part;
      const shift = at - mine;
      if (Math.abs(shift) > reach) continue;
      const better =
        best === null ||
        Math.abs(shift) < Math.abs(best.shift) ||
        (Math.abs(shift) === Math.abs(best.shift) && away < best.away);
      if (better) best = { shift, at, other, away };
    }
  }
  return best;
}

/** The box around boxes; null around none. */
export function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
