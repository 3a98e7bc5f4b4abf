import { expect, it } from 'vitest';
import { seededRandom } from '../../../core/profile/random.ts';
import {
  chooseVersion,
  type GuardSettings,
  guardVerdict,
  usualGuard,
  VersionTally,
} from '../../../core/serve/rollout.ts';

function tallied(random: () => number, requests: number, failing: number, ms = 10): VersionTally {
  const tally = new VersionTally();
  for (let i = 0; i < requests; i++) {
    if (random() < failing) tally.tellFailed();
    else tally.tellAnswered(ms * (0.8 + 0.4 * random()));
  }
  return tally;
}

/** In how many of 200 rollouts a version is taken back. */
function takenBack(
  make: (random: () => number) => readonly [VersionTally, VersionTally],
  settings: GuardSettings,
): number {
  const random = seededRandom(9);
  let count = 0;
  for (let i = 0; i < 200; i++) {
    const [tried, before] = make(random);
    if (guardVerdict(tried, before, settings) !== null) count++;
  }
  return count;
}

it('leaves a version that is as good as the one before it', () => {
  expect(takenBack((r) => [tallied(r, 300, 0.01), tallied(r, 300, 0.01)], usualGuard)).toBeLessThanOrEqual(4);
});

it('takes back a version that fails, that is slow, or that answers otherwise', () => {
  expect(takenBack((r) => [tallied(r, 300, 0.15), tallied(r, 300, 0.01)], usualGuard)).toBeGreaterThan(195);
  expect(takenBack((r) => [tallied(r, 300, 0, 20), tallied(r, 300, 0, 10)], usualGuard)).toBeGreaterThan(195);
  const random = seededRandom(1);
  const tried = tallied(random, 0, 0);
  for (let i = 0; i < 100; i++) tried.tellCompared(i % 4 === 0, i % 4 === 0 ? 0.5 : 0);
  expect(guardVerdict(tried, tallied(random, 10, 0), usualGuard)).toBeNull();
  const parity = guardVerdict(tried, tallied(random, 10, 0), { ...usualGuard, mostDifferent: 0.02 });
  expect(parity).toEqual({ why: 'parity', words: expect.stringContaining('25 of 100 answers differ') });
});

it('says nothing of a few requests', () => {
  const random = seededRandom(2);
  expect(guardVerdict(tallied(random, 49, 1), tallied(random, 300, 0), usualGuard)).toBeNull();
  expect(guardVerdict(tallied(random, 50, 1), new VersionTally(), usualGuard)).toMatchObject({ why: 'errors' });
});

it('spreads requests by weight, and a key stays with its version', () => {
  const random = seededRandom(3);
  const versions = [
    { version: '1', weight: 0.9 },
    { version: '2', weight: 0.1 },
    { version: '3', weight: 0 },
  ];
  const counts: Record<string, number> = {};
  for (let i = 0; i < 10_000; i++) {
    const version = chooseVersion(versions, i % 2 === 0 ? undefined : `user-${i}`, random) ?? '';
    counts[version] = (counts[version] ?? 0) + 1;
  }
  expect(counts['2']).toBeGreaterThan(880);
  expect(counts['2']).toBeLessThan(1120);
  expect(counts['3']).toBeUndefined();
  expect(new Set(Array.from({ length: 50 }, () => chooseVersion(versions, 'user-7', random))).size).toBe(1);
  expect(chooseVersion([{ version: '1', weight: 0 }], undefined, random)).toBeNull();
});

it('keeps the last latencies only', () => {
  const tally = new VersionTally();
  for (let i = 0; i < 2500; i++) tally.tellAnswered(i);
  expect(tally.sortedLatencies()).toHaveLength(1000);
  expect(tally.sortedLatencies()[0]).toBe(1500);
});
