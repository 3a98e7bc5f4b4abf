import { describe, expect, it } from 'vitest';
import type { LoadPoint } from '../../../core/profile/load.ts';
import { noStats } from '../../../core/profile/stats.ts';
import { throughputDifference } from '../../../core/profile/trialDifference.ts';

function rounds(values: readonly number[], level = 4, saturated = false): readonly LoadPoint[] {
  return values.map((throughput) => ({
    level,
    offered: throughput,
    throughput,
    latency: noStats,
    wait: noStats,
    failed: 0,
    saturated,
  }));
}

describe('throughput in turns', () => {
  const before = [100, 60, 110, 95, 30, 105, 99, 101];

  it('what the machine did to a round falls out', () => {
    // Twice and half as much from round to round, and yet a tenth more in each.
    const after = before.map((x, i) => x * (1.1 + 0.01 * (i % 3)));
    const told = throughputDifference(rounds(before), rounds(after));
    expect(told).toMatchObject({ verdict: 'faster' });
    expect(told?.ratio).toBeCloseTo(1.11, 2);
    expect(told?.low).toBeGreaterThan(1.1);
    expect(told?.p).toBeLessThan(1e-4);
    // Student's t of the same eight logarithms by hand: mean 0.1033, standard error 0.00269, t = 38.
    const logs = after.map((x, i) => Math.log(x / before[i]));
    const mean = logs.reduce((a, b) => a + b, 0) / 8;
    const error = Math.sqrt(logs.reduce((a, b) => a + (b - mean) ** 2, 0) / 7 / 8);
    // t of 7 degrees of freedom at 97.5 %: 2.3646 (any table).
    expect(Math.log(told?.high ?? 0)).toBeCloseTo(mean + 2.3646 * error, 5);
    expect(throughputDifference(rounds(after), rounds(before))).toMatchObject({ verdict: 'slower' });
  });

  it('rounds that differ for no reason tell nothing', () => {
    const other = [95, 101, 60, 99, 110, 30, 100, 105];
    expect(throughputDifference(rounds(before), rounds(other))?.verdict).toBe('unsure');
    expect(throughputDifference(rounds(before), rounds(before))?.verdict).toBe('same');
  });

  it('one round, or few, are not enough, however large the difference', () => {
    expect(throughputDifference(rounds([100]), rounds([500]))).toMatchObject({
      before: 100,
      after: 500,
      verdict: 'unsure',
    });
    expect(throughputDifference(rounds([100, 101, 102]), rounds([500, 501, 502]))?.verdict).toBe('unsure');
  });

  it('each side at the number of clients where it gives most; null without any', () => {
    const few = rounds(before, 2);
    const many = rounds(
      before.map((x) => 2 * x),
      8,
    );
    const told = throughputDifference(
      [
        ...few,
        ...rounds(
          before.map((x) => x / 2),
          8,
        ),
      ],
      [...few, ...many],
    );
    expect(told?.after).toBe(2 * (told?.before ?? 0));
    expect(told?.verdict).toBe('faster');
    expect(throughputDifference([], few)).toBeNull();
    expect(throughputDifference(rounds(before, 4, true), few)).toBeNull();
  });
});
