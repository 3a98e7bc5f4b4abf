import type { Point } from '../../core/graph/changes.ts';
import { around, type Box } from './guides.ts';

/** Where things go when they are aligned or spread. Pure. */

export interface Placed extends Box {
  readonly id: string;
}
export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom';

/** Left and top edges meet the outermost one's, middles the middle of all. */
export function alignedPlaces(boxes: readonly Placed[], how: Alignment): ReadonlyMap<string, Point> {
  const all = around(boxes);
  if (all === null || boxes.length < 2) return new Map();
  return new Map(boxes.map((box) => [box.id, alignedPlace(box, all, how)]));
}

function alignedPlace(box: Box, all: Box, how: Alignment): Point {
  switch (how) {
    case 'left':
      return { x: all.x, y: box.y };
    case 'centre':
      return { x: Math.round(all.x + (all.width - box.width) / 2), y: box.y };
    case 'right':
      return { x: all.x + all.width - box.width, y: box.y };
    case 'top':
      return { x: box.x, y: all.y };
    case 'middle':
      return { x: box.x, y: Math.round(all.y + (all.height - box.height) / 2) };
    case 'bottom':
      return { x: box.x, y: all.y + all.height - box.height };
  }
}

/** The first and last stay; between neighbours there is the same room everywhere. */
export function spreadPlaces(boxes: readonly Placed[], way: 'x' | 'y'): ReadonlyMap<string, Point> {
  const places = new Map<string, Point>();
  if (boxes.length < 3) return places;
  const size = way === 'x' ? 'width' : 'height';
  const sorted = [...boxes].sort((a, b) => a[way] - b[way]);
  const first = sorted[0];
  const last = sorted[sorted.length - 1];
  const filled = sorted.reduce((sum, box) => sum + box[size], 0);
  const room = (last[way] + last[size] - first[way] - filled) / (sorted.length - 1);
  let at = first[way];
  for (const box of sorted) {
    places.set(box.id, way === 'x' ? { x: Math.round(at), y: box.y } : { x: box.x, y: Math.round(at) });
    at += box[size] + room;
  }
  return places;
}
