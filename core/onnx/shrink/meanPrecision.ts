import type { BoxesValue } from '../../kinds/value.ts';

/** A true object: its label, and its box x1, y1, x2, y2 in pixels. */
export interface TrueBox {
  readonly label: string;
  readonly box: readonly [number, number, number, number];
}

interface Row {
  readonly score: number;
  readonly hit: boolean;
}

/**
 * Mean over labels of the average precision at an overlap (COCO's AP at one IoU, PASCAL VOC 2010 and later): detections of
 * a label, best score first, each matched with the true box of that label in its picture which it overlaps most, once;
 * precision is integrated over recall at every point. Labels without any true box do not count. 0 when there is none.
 */
export function meanAveragePrecision(
  found: readonly (BoxesValue | null)[],
  truth: readonly (readonly TrueBox[])[],
  overlap = 0.5,
): number {
  const labels = [...new Set(truth.flat().map(({ label }) => label))];
  if (labels.length === 0) return 0;
  return labels.reduce((sum, label) => sum + averagePrecision(found, truth, label, overlap), 0) / labels.length;
}

function averagePrecision(
  found: readonly (BoxesValue | null)[],
  truth: readonly (readonly TrueBox[])[],
  label: string,
  overlap: number,
): number {
  let total = 0;
  const rows: Row[] = [];
  truth.forEach((boxes, picture) => {
    const wanted = boxes.filter((one) => one.label === label).map(({ box }) => box);
    total += wanted.length;
    const boxesFound = found[picture];
    if (boxesFound !== null && boxesFound !== undefined) rows.push(...matched(boxesFound, label, wanted, overlap));
  });
  rows.sort((a, b) => b.score - a.score);
  let [hits, area] = [0, 0];
  const precision = rows.map(({ hit }, at) => {
    if (hit) hits++;
    return hits / (at + 1);
  });
  // The best precision at that recall or any higher one.
  for (let at = precision.length - 2; at >= 0; at--) precision[at] = Math.max(precision[at], precision[at + 1]);
  rows.forEach(({ hit }, at) => {
    if (hit) area += precision[at] / total;
  });
  return area;
}

function matched(
  { coordinates, scores, classes, labels }: BoxesValue,
  label: string,
  wanted: readonly TrueBox['box'][],
  overlap: number,
): readonly Row[] {
  const used = new Set<number>();
  const own = [...classes.keys()].filter((at) => (labels?.[classes[at]] ?? String(classes[at])) === label);
  return own
    .sort((a, b) => scores[b] - scores[a])
    .map((at) => {
      const box = coordinates.subarray(4 * at, 4 * at + 4);
      let [best, most] = [-1, 0];
      wanted.forEach((other, place) => {
        const shared = intersectionOverUnion(box, other);
        if (shared > most) [best, most] = [place, shared];
      });
      const hit = most >= overlap && !used.has(best);
      if (hit) used.add(best);
      return { score: scores[at], hit };
    });
}

function intersectionOverUnion(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: ArrayLike<number>) => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}
