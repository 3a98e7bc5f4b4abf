import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { intersectionOverUnion, nonMaximumSuppression } from '../../../nodes/kernels/nms.ts';

interface Case {
  readonly boxes: readonly number[];
  readonly scores: readonly number[];
  readonly classes: readonly number[];
  readonly kept: Readonly<Record<string, { readonly nms: readonly number[]; readonly batched: readonly number[] }>>;
}
const reference = JSON.parse(readFileSync(new URL('../../reference/nms.json', import.meta.url), 'utf8')) as {
  readonly nms: readonly Case[];
  readonly iou: { readonly a: number[]; readonly b: number[]; readonly iou: number[][] };
};

/** Above 1000 boxes batched_nms sorts what it kept once more by an unstable sort, so the order of equal scores is not defined. */
function comparable(kept: Iterable<number>, boxes: number): number[] {
  return boxes > 1000 ? [...kept].sort((a, b) => a - b) : [...kept];
}

it('keeps exactly the boxes that torchvision keeps, in its order, ties included', () => {
  let compared = 0;
  for (const { boxes, scores, classes, kept } of reference.nms) {
    for (const [threshold, want] of Object.entries(kept)) {
      const b = Float32Array.from(boxes);
      const s = Float32Array.from(scores);
      expect([...nonMaximumSuppression(b, s, null, Number(threshold))]).toEqual(want.nms);
      const batched = nonMaximumSuppression(b, s, Int32Array.from(classes), Number(threshold));
      expect(comparable(batched, s.length)).toEqual(comparable(want.batched, s.length));
      compared += want.nms.length + want.batched.length;
    }
  }
  expect(compared).toBeGreaterThan(5000);
});

it('measures IoU as torchvision does', () => {
  const { a, b, iou } = reference.iou;
  for (const [i, row] of iou.entries()) {
    for (const [j, want] of row.entries())
      expect(intersectionOverUnion(Float32Array.from(a), i, Float32Array.from(b), j)).toBeCloseTo(want, 6);
  }
});

const boxList = fc.array(
  fc.record({
    x: fc.integer({ min: 0, max: 60 }),
    y: fc.integer({ min: 0, max: 60 }),
    w: fc.integer({ min: 1, max: 40 }),
    h: fc.integer({ min: 1, max: 40 }),
    score: fc.integer({ min: 0, max: 20 }).map((x) => x / 20),
    group: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 40 },
);

it('keeps a subset, best first, whose pairs of one class do not overlap, and drops only what overlaps', () => {
  fc.assert(
    fc.property(boxList, fc.double({ min: 0, max: 1, noNaN: true }), (list, threshold) => {
      const boxes = Float32Array.from(list.flatMap((b) => [b.x, b.y, b.x + b.w, b.y + b.h]));
      const scores = Float32Array.from(list, (b) => b.score);
      const classes = Int32Array.from(list, (b) => b.group);
      const kept = [...nonMaximumSuppression(boxes, scores, classes, threshold)];
      expect(new Set(kept).size).toBe(kept.length);
      kept.forEach((i, at) => {
        if (at > 0) expect(scores[i]).toBeLessThanOrEqual(scores[kept[at - 1]]);
        for (const j of kept.slice(0, at)) {
          if (classes[i] === classes[j])
            expect(intersectionOverUnion(boxes, i, boxes, j)).toBeLessThanOrEqual(threshold + 1e-6);
        }
      });
      for (let i = 0; i < list.length; i++) {
        if (kept.includes(i)) continue;
        const cause = kept.some(
          (j) =>
            classes[j] === classes[i] &&
            scores[j] >= scores[i] &&
            intersectionOverUnion(boxes, i, boxes, j) > threshold - 1e-6,
        );
        expect(cause, `box ${i} was dropped without a cause`).toBe(true);
      }
      expect(nonMaximumSuppression(boxes, scores, classes, threshold, 3)).toEqual(Int32Array.from(kept.slice(0, 3)));
    }),
    { numRuns: 200 },
  );
});
