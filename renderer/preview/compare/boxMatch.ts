import type { Box } from '../boxList.ts';

export interface BoxMatch {
  readonly left: Box | null;
  readonly right: Box | null;
  /** Intersection over union of the two; 0 where one side has none. */
  readonly overlap: number;
}

/** Boxes of two results paired, best first: each with the one of its class that it overlaps most, by half at least. */
export function matchBoxes(left: readonly Box[], right: readonly Box[]): readonly BoxMatch[] {
  const free = new Set(right);
  const pairs: BoxMatch[] = left.map((box) => {
    let best: Box | null = null;
    let overlap = 0.5;
    for (const other of free) {
      if (other.class !== box.class) continue;
      const by = overlapOf(box, other);
      if (by >= overlap) {
        best = other;
        overlap = by;
      }
    }
    if (best !== null) free.delete(best);
    return { left: box, right: best, overlap: best === null ? 0 : overlap };
  });
  return [...pairs, ...[...free].map((box) => ({ left: null, right: box, overlap: 0 }))];
}

function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / ((a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - both);
}
