import { describe, expect, test } from 'vitest';
import { compareProfiles, compareRounds, compareSeries } from '../../../core/profile/compare.ts';
import type { Verdict } from '../../../core/profile/comparison.ts';
import { knownProfile } from './knownProfile.ts';
import { busyNoise, type MachineNoise, noisyMachine, ordinaryNoise, quietNoise } from './machineNoise.ts';
import { sampleNames, simulatedProfile } from './simulatedProfile.ts';

const work = { decode: 2, model: 6, fuse: 1.5, draw: 0.4 };
const repeats = Array.from({ length: 40 }, (_, repeat) => repeat);
/** 19 of 20. */
const asked = 38;

function count(verdicts: readonly Verdict[], wanted: Verdict): number {
  return verdicts.filter((verdict) => verdict === wanted).length;
}

/** Rounds of two variants on one machine, in an order that changes. */
function inTurns(slower: number, noise: MachineNoise, seed: number, rounds: number): Verdict {
  const machine = noisyMachine(noise, seed);
  const [a, b]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    if ((round * 7 + seed) % 3 === 0) {
      b.push(machine(10 * slower));
      a.push(machine(10));
    } else {
      a.push(machine(10));
      b.push(machine(10 * slower));
    }
  }
  return compareRounds(a, b).p50.verdict;
}

describe('in turns, on simulated machines with moods, drift, heavy tails and stalls', () => {
  test('two identical variants are the same in at least 19 of 20 repeats', () => {
    expect(
      count(
        repeats.map((seed) => inTurns(1, quietNoise, seed, 30)),
        'same',
      ),
    ).toBeGreaterThanOrEqual(asked);
    expect(
      count(
        repeats.map((seed) => inTurns(1, ordinaryNoise, seed, 60)),
        'same',
      ),
    ).toBeGreaterThanOrEqual(asked);
    const busy = repeats.map((seed) => inTurns(1, busyNoise, seed, 300));
    expect(count(busy, 'same')).toBeGreaterThanOrEqual(asked);
  });

  test('one that is 10 % slower is found in at least 19 of 20', () => {
    for (const [noise, rounds] of [
      [quietNoise, 30],
      [ordinaryNoise, 60],
      [busyNoise, 120],
    ] as const)
      expect(
        count(
          repeats.map((seed) => inTurns(1.1, noise, seed, rounds)),
          'slower',
        ),
      ).toBeGreaterThanOrEqual(asked);
  });

  test('one that is 10 % faster is never called slower', () => {
    expect(
      count(
        repeats.map((seed) => inTurns(1 / 1.1, ordinaryNoise, seed, 60)),
        'faster',
      ),
    ).toBeGreaterThanOrEqual(asked);
  });

  test('an ordinary test of unpaired, independent runs would not do: it cries wolf as the machine drifts', () => {
    // The peer: Mann and Whitney's test (normal approximation) on two halves of one process, all of it the same work.
    const wolf = repeats.filter((seed) => {
      const machine = noisyMachine({ ...ordinaryNoise, session: 0 }, seed);
      const times = Array.from({ length: 200 }, () => machine(10));
      const [a, b] = [times.slice(0, 100), times.slice(100)];
      const u = a.reduce((sum, x) => sum + b.filter((y) => y > x).length, 0);
      return Math.abs(u - 5000) / Math.sqrt((100 * 100 * 201) / 12) > 1.96;
    });
    expect(wolf.length).toBeGreaterThan(13);
  });
});

describe('stored profiles, on simulated machines', () => {
  const verdicts = (slower: number, noise: MachineNoise, runs: number) =>
    repeats.map((repeat) =>
      compareProfiles(
        simulatedProfile(work, noise, 2 * repeat, runs),
        simulatedProfile({ ...work, model: work.model * slower }, noise, 2 * repeat + 100_001, runs),
      ),
    );

  test('two identical pipelines are the same, whole and every node, in at least 19 of 20 repeats', () => {
    for (const [noise, runs] of [
      [quietNoise, 60],
      [ordinaryNoise, 400],
    ] as const) {
      const found = verdicts(1, noise, runs);
      expect(
        count(
          found.map(({ wall }) => wall.verdict),
          'same',
        ),
      ).toBeGreaterThanOrEqual(asked);
      const calm = found.filter(({ nodes }) =>
        nodes.every(({ verdict }) => verdict === 'same' || verdict === 'unsure'),
      );
      expect(calm.length).toBeGreaterThanOrEqual(asked);
    }
  });

  test('a node that is 10 % slower is found and named in at least 19 of 20, and no other', () => {
    for (const [noise, runs] of [
      [quietNoise, 60],
      [ordinaryNoise, 400],
    ] as const) {
      const found = verdicts(1.1, noise, runs);
      const model = found.map(({ nodes }) => nodes.find(({ node }) => node === 'model')?.verdict ?? 'unsure');
      expect(count(model, 'slower')).toBeGreaterThanOrEqual(asked);
      const named = found.filter(({ nodes }) =>
        nodes.every(({ node, verdict }) => node === 'model' || (verdict !== 'slower' && verdict !== 'faster')),
      );
      expect(named.length).toBeGreaterThanOrEqual(asked);
    }
  });

  test('too few runs on a drifting machine are unsure rather than different', () => {
    const found = verdicts(1, busyNoise, 60).map(({ wall }) => wall.verdict);
    expect(count(found, 'slower') + count(found, 'faster')).toBeLessThanOrEqual(3);
    expect(count(found, 'unsure')).toBeGreaterThan(20);
  });

  test('the interval holds the true ratio about as often as it says, and is wider where the machine drifts', () => {
    const drifting = { ...quietNoise, drift: 0.03, driftRuns: 20 };
    const found = verdicts(1.1, drifting, 300).map(({ nodes }) => nodes[1]);
    expect(found.filter(({ low, high }) => low <= 1.1 && 1.1 <= high).length).toBeGreaterThanOrEqual(36);
    const still = verdicts(1.1, quietNoise, 300).map(({ nodes }) => nodes[1]);
    const width = (rows: typeof found) => rows.reduce((sum, { low, high }) => sum + high - low, 0);
    expect(width(found)).toBeGreaterThan(1.1 * width(still));
  });
});

describe('verdicts', () => {
  const steady = (ms: number, runs: number) => Array.from({ length: runs }, (_, i) => ms * (1 + 0.001 * (i % 7)));

  test('a difference under the floor is the same, however sure; over it it counts', () => {
    expect(compareRounds(steady(10, 50), steady(10.1, 50)).p50).toMatchObject({ verdict: 'same' });
    expect(compareRounds(steady(10, 50), steady(10.1, 50)).p50.p).toBeLessThan(0.001);
    expect(compareRounds(steady(10, 50), steady(10.4, 50)).p50.verdict).toBe('slower');
    expect(compareRounds(steady(10.4, 50), steady(10, 50)).p50.verdict).toBe('faster');
    expect(compareSeries(steady(10, 50), steady(11, 50)).p50.verdict).toBe('slower');
    expect(compareSeries(steady(10, 50), steady(10.2, 50)).p50.verdict).toBe('same');
  });

  test('few runs: unsure, and figures that can be kept as JSON', () => {
    for (const runs of [0, 1, 5]) {
      const { p50, p95 } = compareRounds(steady(10, runs), steady(20, runs));
      expect([p50.verdict, p95.verdict]).toEqual(['unsure', 'unsure']);
      expect(JSON.parse(JSON.stringify(p50))).toEqual(p50);
      expect(compareSeries(steady(10, runs), steady(20, runs)).p50.verdict).toBe('unsure');
    }
    expect(compareRounds(steady(10, 39), steady(10, 39)).p95.verdict).toBe('unsure');
  });

  test('noise that leaves room for a real difference is unsure', () => {
    const wild = (seed: number) => {
      const machine = noisyMachine({ ...busyNoise, jitter: 0.5 }, seed);
      return Array.from({ length: 20 }, () => machine(10));
    };
    expect(compareRounds(wild(1), wild(2)).p50.verdict).toBe('unsure');
  });

  test('rounds beyond those of the shorter side do not count', () => {
    const { p50 } = compareRounds(steady(10, 50), [...steady(10, 30), ...steady(99, 1)]);
    expect(p50.verdict).toBe('same');
    expect(p50.after).toBeLessThan(11);
  });
});

describe('two profiles', () => {
  test('samples of another mix do not look like another speed', () => {
    const before = simulatedProfile(work, quietNoise, 1, 200);
    const { series } = before.measured;
    // Only every fifth run on the small sample: the plain median becomes that of the large one.
    const kept = series.wallMs.map((_, i) => i).filter((i) => series.sample[i] === 1 || i % 10 === 0);
    const pick = (values: readonly number[]) => kept.map((i) => values[i]);
    const after = simulatedProfile(work, quietNoise, 1, 200);
    const mixed = {
      ...after,
      measured: {
        ...after.measured,
        series: {
          wallMs: pick(series.wallMs),
          atMs: pick(series.atMs),
          sample: pick(series.sample),
          nodes: Object.fromEntries(Object.entries(series.nodes).map(([node, values]) => [node, pick(values)])),
        },
      },
    };
    const { wall } = compareProfiles(before, mixed);
    expect(wall.verdict).toBe('same');
    expect(wall.ratio).toBeCloseTo(1, 2);
    expect(wall.after / wall.before).toBeGreaterThan(1.3);
  });

  test('only samples that both have are compared, and the difference is told', () => {
    const before = simulatedProfile(work, quietNoise, 1, 200);
    const after = simulatedProfile(work, quietNoise, 2, 200, {
      samples: [{ name: 'other.jpg' }, { name: sampleNames[1] }],
    });
    const { wall, environment } = compareProfiles(before, after);
    expect(wall.before).toBeGreaterThan(13);
    expect(wall.after / wall.before).toBeCloseTo(1, 1);
    expect(environment).toEqual([
      {
        what: 'samples',
        before: '2 samples, 1 of them in both',
        after: '2 samples, 1 of them in both',
        matters: false,
      },
    ]);
    const none = simulatedProfile(work, quietNoise, 2, 200, { samples: [{ name: 'x' }, { name: 'y' }] });
    expect(compareProfiles(before, none).environment).toEqual([
      { what: 'samples', before: '2 samples', after: '2 samples', matters: true },
    ]);
  });

  test('nodes that only one has stand beside the others', () => {
    const before = simulatedProfile(work, quietNoise, 1, 100);
    const after = simulatedProfile({ decode: 2, model: 6, fuse: 1.5, blur: 3 }, quietNoise, 2, 100);
    const { nodes } = compareProfiles(before, after);
    expect(nodes.map(({ node, only }) => [node, only])).toEqual([
      ['decode', null],
      ['model', null],
      ['fuse', null],
      ['draw', 'before'],
      ['blur', 'after'],
    ]);
    expect(nodes[3]).toMatchObject({ after: 0, verdict: 'unsure' });
    expect(nodes[4]).toMatchObject({ before: 0, verdict: 'unsure' });
    expect(nodes[4].after).toBeGreaterThan(3);
  });

  test('a node of some microseconds may double without being called slower', () => {
    const before = simulatedProfile({ ...work, tiny: 0.005 }, quietNoise, 1, 200);
    const after = simulatedProfile({ ...work, tiny: 0.01 }, quietNoise, 2, 200);
    const tiny = compareProfiles(before, after).nodes.find(({ node }) => node === 'tiny');
    expect(tiny).toMatchObject({ verdict: 'same' });
    expect(tiny?.ratio).toBeGreaterThan(1.8);
  });

  test('a node that takes no time at all has figures, too', () => {
    const still = (seed: number) => {
      const profile = simulatedProfile(work, quietNoise, seed, 60);
      const { series } = profile.measured;
      const nodes = { ...series.nodes, none: series.wallMs.map(() => 0) };
      return { ...profile, measured: { ...profile.measured, series: { ...series, nodes } } };
    };
    const none = compareProfiles(still(1), still(2)).nodes.find(({ node }) => node === 'none');
    expect(none).toMatchObject({ before: 0, after: 0, ratio: 1, verdict: 'same' });
  });

  test('says which profiles they are, and that they did not run in turns', () => {
    const before = knownProfile({ id: 'a', label: 'first' });
    const after = knownProfile({ id: 'b', createdAt: '2026-07-22T00:00:00.000Z' });
    const found = compareProfiles(before, after);
    expect(found.before).toEqual({ id: 'a', label: 'first', createdAt: before.createdAt });
    expect(found.after.id).toBe('b');
    expect(found.interleaved).toBe(false);
    // Three runs tell nothing.
    expect(found.wall.verdict).toBe('unsure');
  });
});
