import { describe, expect, test } from 'vitest';
import { effectiveCount, medianInterval } from '../../../core/profile/interval.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { normal } from './machineNoise.ts';

/** An AR(1) series bent into the shape of times: median 11, never below 10, a long tail. */
function moodyTimes(count: number, carry: number, seed: number): readonly number[] {
  const random = seededRandom(seed);
  let x = normal(random);
  return Array.from({ length: count }, () => {
    x = carry * x + Math.sqrt(1 - carry * carry) * normal(random);
    return 10 + Math.exp(x);
  });
}

function share(count: number, carry: number, covered: (times: readonly number[]) => boolean): number {
  const repeats = 300;
  let hits = 0;
  for (let seed = 0; seed < repeats; seed++) if (covered(moodyTimes(count, carry, 31 * seed + count))) hits++;
  return hits / repeats;
}

describe('the interval of a median', () => {
  test('covers the true median about as often as it says, moody or not', () => {
    for (const [count, carry] of [
      [30, 0],
      [100, 0.6],
      [300, 0.8],
    ] as const) {
      const found = share(count, carry, (times) => {
        const { low, high } = medianInterval(times);
        return low <= 11 && 11 <= high;
      });
      expect(found, `${count} runs, carry ${carry}`).toBeGreaterThan(0.91);
      expect(found).toBeLessThanOrEqual(1);
    }
  });

  test('would cover far less often if runs were taken for independent: the peer it has to beat', () => {
    const naive = share(300, 0.8, (times) => {
      const sorted = [...times].sort((a, b) => a - b);
      return sorted[132] <= 11 && 11 <= sorted[167];
    });
    expect(naive).toBeLessThan(0.7);
  });

  test('an AR(1) series is worth n (1 - r) / (1 + r) of its signs, about', () => {
    // Signs of a normal AR(1) process correlate by (2 / π) asin(carry^k), summed here.
    let sum = 1;
    for (let k = 1; k < 200; k++) sum += (4 / Math.PI) * Math.asin(0.8 ** k);
    const times = moodyTimes(20_000, 0.8, 5);
    expect(effectiveCount(times, 11) / (20_000 / sum)).toBeGreaterThan(0.8);
    expect(effectiveCount(times, 11) / (20_000 / sum)).toBeLessThan(1.25);
  });

  test('lies between values that were seen; few runs give all that was seen', () => {
    expect(medianInterval([3, 1, 2])).toEqual({ low: 1, high: 3, effective: 3 });
    expect(medianInterval([7])).toMatchObject({ low: 7, high: 7 });
    expect(medianInterval([])).toMatchObject({ low: Number.NaN, effective: 0 });
    expect(medianInterval(Array.from({ length: 40 }, () => 5))).toEqual({ low: 5, high: 5, effective: 40 });
  });

  test('higher confidence is never narrower', () => {
    const times = moodyTimes(200, 0.5, 3);
    const [a, b] = [medianInterval(times, 0.9), medianInterval(times, 0.99)];
    expect(b.low).toBeLessThan(a.low);
    expect(b.high).toBeGreaterThan(a.high);
  });

  test('a wandering series is worth few runs', () => {
    const times = Array.from({ length: 200 }, (_, i) => 10 + Math.sin(i / 40));
    expect(medianInterval(times).effective).toBeLessThan(15);
  });
});
