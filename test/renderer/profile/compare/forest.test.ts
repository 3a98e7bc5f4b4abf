import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NodeDifference } from '../../../../core/profile/comparison.ts';
import { byEffect, intervalText, ratioAxis, ratioTicks, shareOf } from '../../../../renderer/profile/compare/forest.ts';

const ratio = fc.double({ min: 0.3, max: 3.3, noNaN: true });

it('holds every interval and has 1 in the middle, twice and half equally far from it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(ratio, ratio), { maxLength: 8 }), (pairs) => {
      const axis = ratioAxis(pairs.map(([low, high]) => ({ low, high })));
      expect(shareOf(axis, 1)).toBe(0.5);
      for (const one of pairs.flat()) {
        expect(shareOf(axis, one)).toBeGreaterThan(0);
        expect(shareOf(axis, one)).toBeLessThan(1);
        expect(shareOf(axis, one) + shareOf(axis, 1 / one)).toBeCloseTo(1, 9);
      }
    }),
  );
});

it('cuts off what is beyond four times, and what is no ratio', () => {
  const axis = ratioAxis([
    { low: 0.001, high: 1000 },
    { low: Number.NaN, high: Number.POSITIVE_INFINITY },
  ]);
  expect(axis.most).toBe(4);
  expect(shareOf(axis, 1000)).toBe(1);
  expect(shareOf(axis, 0)).toBe(0);
});

it('has round ticks that are apart', () => {
  fc.assert(
    fc.property(ratio, (high) => {
      const axis = ratioAxis([{ low: 1, high }]);
      const ticks = ratioTicks(axis, 0.2);
      expect(ticks.map((tick) => tick.text)).toContain('0');
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      for (let i = 1; i < ticks.length; i++)
        expect(shareOf(axis, ticks[i].ratio) - shareOf(axis, ticks[i - 1].ratio)).toBeGreaterThanOrEqual(0.2);
    }),
  );
  expect(ratioTicks({ most: 1.15 }, 0.2).map((tick) => tick.text)).toEqual(['−10 %', '0', '+10 %']);
});

it('puts what changed most first', () => {
  const node = (id: string, before: number, after: number): NodeDifference => ({
    node: id,
    before,
    after,
    ratio: 1,
    low: 1,
    high: 1,
    p: 1,
    verdict: 'same',
    only: null,
  });
  expect(
    byEffect([node('a', 1, 1.1), node('b', 5, 2), node('d', 1, 2), node('c', 2, 1)]).map((one) => one.node),
  ).toEqual(['b', 'c', 'd', 'a']);
});

it('writes a change with its interval', () => {
  expect(intervalText({ ratio: 0.47, low: 0.44, high: 0.5 })).toBe('−53 % (−56 to −50)');
  expect(intervalText({ ratio: 1.005, low: 0.995, high: 1.0153 })).toBe('+0.5 % (−0.5 to +1.5)');
  expect(intervalText({ ratio: Number.NaN, low: 1, high: 1 })).toBe('');
});
