import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lowestRank } from '../../../core/profile/interval.ts';
import { holm, pairedRatio } from '../../../core/profile/significance.ts';
import { percentile, statsOf } from '../../../core/profile/stats.ts';
import { incompleteBeta, studentQuantile, studentTail } from '../../../core/profile/student.ts';

/** Recorded by numpy and scipy: see test/reference/statistics.py. */
const recorded = JSON.parse(readFileSync(new URL('../../reference/statistics.json', import.meta.url), 'utf8')) as {
  readonly series: readonly {
    readonly values: readonly number[];
    readonly mean: number;
    readonly deviation: number;
    readonly percentiles: Readonly<Record<string, number>>;
  }[];
  readonly student: readonly { readonly t: number; readonly freedom: number; readonly tail: number }[];
  readonly studentQuantile: readonly { readonly freedom: number; readonly confidence: number; readonly t: number }[];
  readonly beta: readonly { readonly x: number; readonly a: number; readonly b: number; readonly value: number }[];
  readonly medianRanks: readonly {
    readonly n: number;
    readonly confidence: number;
    readonly ranks: readonly [number, number] | null;
  }[];
  readonly signedRank: readonly {
    readonly differences: readonly number[];
    readonly p: number;
    readonly estimate: number;
  }[];
};

describe('against numpy and scipy', () => {
  test('percentiles, mean and deviation', () => {
    for (const { values, mean, deviation, percentiles } of recorded.series) {
      const stats = statsOf(values);
      expect(stats.count).toBe(values.length);
      expect(stats.mean).toBeCloseTo(mean, 10);
      expect(stats.deviation).toBeCloseTo(deviation, 10);
      const sorted = [...values].sort((a, b) => a - b);
      for (const [p, value] of Object.entries(percentiles))
        expect(percentile(sorted, Number(p) / 100)).toBeCloseTo(value, 10);
      expect([stats.min, stats.p50, stats.p90, stats.p95, stats.p99, stats.max]).toEqual(
        [0, 50, 90, 95, 99, 100].map((p) => expect.closeTo(percentiles[p], 10)),
      );
    }
  });

  test("Student's distribution, its quantiles, and the incomplete beta function", () => {
    for (const { t, freedom, tail } of recorded.student)
      expect(Math.abs(studentTail(t, freedom) - tail)).toBeLessThan(1e-9 * tail + 1e-15);
    for (const { freedom, confidence, t } of recorded.studentQuantile)
      expect(studentQuantile(freedom, confidence) / t).toBeCloseTo(1, 8);
    for (const { x, a, b, value } of recorded.beta)
      expect(Math.abs(incompleteBeta(x, a, b) - value)).toBeLessThan(1e-9 * value + 1e-15);
  });

  test('order statistics around a median', () => {
    for (const { n, confidence, ranks } of recorded.medianRanks) {
      const rank = lowestRank(n, (1 - confidence) / 2);
      expect(rank === 0 ? null : [rank, n + 1 - rank], `n ${n}, ${confidence}`).toEqual(ranks);
    }
  });

  test('the exact signed-rank test and its estimate', () => {
    for (const { differences, p, estimate } of recorded.signedRank) {
      const found = pairedRatio(differences);
      expect(found.p).toBeCloseTo(p, 12);
      expect(found.estimate).toBeCloseTo(estimate, 12);
      expect(found.low <= estimate && estimate <= found.high).toBe(true);
    }
  });
});

test("Holm's correction keeps the order given, never falls, and stops at 1 (his example of 1979 by hand)", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02].map((p) => expect.closeTo(p, 12)));
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test('no values give zeros', () => {
  expect(statsOf([])).toMatchObject({ count: 0, mean: 0, p50: 0, max: 0 });
});
