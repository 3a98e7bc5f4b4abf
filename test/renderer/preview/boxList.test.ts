import { expect, it } from 'vitest';
import { type Box, boxUnder, classCounts, filterBoxes } from '../../../renderer/preview/boxList.ts';
import { matchBoxes } from '../../../renderer/preview/compare/boxMatch.ts';

function box(label: string, index: number, score: number, at: readonly [number, number, number, number]): Box {
  return { x1: at[0], y1: at[1], x2: at[2], y2: at[3], score, class: index, label };
}
const boxes = [
  box('dog', 1, 0.9, [0, 0, 100, 100]),
  box('cat', 2, 0.6, [10, 10, 30, 30]),
  box('dog', 1, 0.3, [200, 0, 260, 80]),
];

it('lets through what is over the threshold and of a class that is on', () => {
  const at = (threshold: number, hidden: readonly number[]) =>
    filterBoxes(boxes, { threshold, hidden: new Set(hidden) }).map((one) => one.at);
  expect(at(0, [])).toEqual([0, 1, 2]);
  expect(at(0.6, [])).toEqual([0, 1]);
  expect(at(0, [1])).toEqual([1]);
});

it('counts classes, those with most shown first', () => {
  expect(classCounts(boxes, 0.5)).toEqual([
    { class: 1, label: 'dog', shown: 1, total: 2 },
    { class: 2, label: 'cat', shown: 1, total: 1 },
  ]);
});

it('the smallest box under the pointer is meant', () => {
  const shown = filterBoxes(boxes, { threshold: 0, hidden: new Set() });
  expect(boxUnder(shown, 20, 20)?.at).toBe(1);
  expect(boxUnder(shown, 80, 80)?.at).toBe(0);
  expect(boxUnder(shown, 500, 20)).toBeNull();
});

it('boxes of two runs are paired by class and overlap', () => {
  const moved = [box('dog', 1, 0.8, [10, 0, 110, 100]), box('bird', 3, 0.7, [10, 10, 30, 30])];
  const pairs = matchBoxes(boxes, moved);
  expect(pairs.map(({ left, right }) => [left?.label, right?.label])).toEqual([
    ['dog', 'dog'],
    ['cat', undefined],
    ['dog', undefined],
    [undefined, 'bird'],
  ]);
  // 90 x 100 in common of 110 x 100.
  expect(pairs[0].overlap).toBeCloseTo(9000 / 11_000, 12);
});
