import type { BoxesPreview } from '../../core/studio/preview.ts';

export type Box = BoxesPreview['boxes'][number];

/** What a person lets through. */
export interface BoxFilter {
  readonly threshold: number;
  /** Classes that are switched off. */
  readonly hidden: ReadonlySet<number>;
}

export interface BoxAt {
  readonly box: Box;
  /** Place in the preview, stable under filtering. */
  readonly at: number;
}

export function filterBoxes(boxes: readonly Box[], filter: BoxFilter): readonly BoxAt[] {
  return boxes
    .map((box, at) => ({ box, at }))
    .filter(({ box }) => box.score >= filter.threshold && !filter.hidden.has(box.class));
}

export interface ClassCount {
  readonly class: number;
  readonly label: string;
  /** Over the threshold. */
  readonly shown: number;
  readonly total: number;
}

/** Classes that occur, most boxes over the threshold first. */
export function classCounts(boxes: readonly Box[], threshold: number): readonly ClassCount[] {
  const counts = new Map<number, { label: string; shown: number; total: number }>();
  for (const box of boxes) {
    const count = counts.get(box.class) ?? { label: box.label, shown: 0, total: 0 };
    count.total++;
    if (box.score >= threshold) count.shown++;
    counts.set(box.class, count);
  }
  return [...counts]
    .map(([index, count]) => ({ class: index, ...count }))
    .sort((a, b) => b.shown - a.shown || b.total - a.total || a.class - b.class);
}

/** The box under a point, the smallest where several lie over one another. */
export function boxUnder(boxes: readonly BoxAt[], x: number, y: number): BoxAt | null {
  let best: BoxAt | null = null;
  for (const one of boxes) {
    const { x1, y1, x2, y2 } = one.box;
    if (x < x1 || x > x2 || y < y1 || y > y2) continue;
    if (best === null || areaOf(one.box) < areaOf(best.box)) best = one;
  }
  return best;
}

function areaOf({ x1, y1, x2, y2 }: Box): number {
  return (x2 - x1) * (y2 - y1);
}
