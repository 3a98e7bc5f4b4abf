import { describe, expect, test } from 'vitest';
import { warmUpEnd } from '../../../core/profile/steady.ts';
import { busyNoise, type MachineNoise, noisyMachine, ordinaryNoise, quietNoise } from './machineNoise.ts';

/** Runs until it says steady (asked every fifth run): where warm-up ended, and how many runs that took. */
function watch(
  work: (run: number) => number,
  noise: MachineNoise,
  seed: number,
): { readonly end: number | null; readonly runs: number } {
  const machine = noisyMachine(noise, seed);
  const times: number[] = [];
  while (times.length < 400) {
    times.push(machine(work(times.length)));
    if (times.length % 5 !== 0) continue;
    const end = warmUpEnd(times);
    if (end !== null) return { end, runs: times.length };
  }
  return { end: null, runs: times.length };
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

const seeds = Array.from({ length: 40 }, (_, seed) => seed);

describe('where warm-up ends', () => {
  test('steady from the start: soon told, little thrown away, whatever the machine', () => {
    for (const noise of [quietNoise, ordinaryNoise, busyNoise]) {
      const found = seeds.map((seed) => watch(() => 10, noise, seed));
      expect(found.every(({ end }) => end !== null)).toBe(true);
      expect(middle(found.map(({ runs }) => runs))).toBeLessThanOrEqual(25);
      expect(middle(found.map(({ end }) => end ?? 99))).toBeLessThanOrEqual(5);
    }
  });

  test('a warm-up that fades over 40 runs: what is left is within a few percent of steady', () => {
    const work = (run: number) => 10 * (1 + 1.5 * Math.exp((-3 * run) / 40));
    for (const noise of [quietNoise, ordinaryNoise]) {
      const ends = seeds.map((seed) => watch(work, noise, seed).end ?? 0);
      expect(middle(ends)).toBeGreaterThanOrEqual(30);
      expect(ends.filter((end) => work(end) < 15).length).toBeGreaterThanOrEqual(38);
    }
  });

  test('a step late in the warm-up (a better compiler, a filled cache) is cut away', () => {
    const work = (run: number) => (run < 30 ? 12 : 10);
    const ends = seeds.map((seed) => {
      const machine = noisyMachine(quietNoise, seed);
      return warmUpEnd(Array.from({ length: 80 }, (_, run) => machine(work(run))));
    });
    expect(ends.filter((end) => end !== null && end >= 28 && end <= 40).length).toBeGreaterThanOrEqual(38);
  });

  test('times that go on rising are never steady', () => {
    for (const seed of seeds.slice(0, 10)) {
      const machine = noisyMachine(quietNoise, seed);
      const times = Array.from({ length: 120 }, (_, run) => machine(10 + 0.1 * run));
      for (const count of [40, 80, 120]) expect(warmUpEnd(times.slice(0, count))).toBeNull();
    }
  });

  test('one stall is no warm-up, and too few runs say nothing', () => {
    const times = Array.from({ length: 40 }, (_, i) => (i === 33 ? 300 : 10 + (i % 3) * 0.01));
    expect(warmUpEnd(times)).toBe(0);
    expect(warmUpEnd(times.slice(0, 19))).toBeNull();
    expect(warmUpEnd([])).toBeNull();
  });

  test('equal times are steady', () => {
    expect(warmUpEnd(Array.from({ length: 20 }, () => 7))).toBe(0);
  });
});
