import { describe, expect, test } from 'vitest';
import type { TrialSettings } from '../../../core/profile/bench.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { runTrial, type TrialRound } from '../../../core/profile/trial.ts';
import { noisyMachine, ordinaryNoise, quietNoise } from './machineNoise.ts';

const settings: TrialSettings = { minRuns: 20, maxRuns: 400, budgetMs: 1e9, concurrency: [], seed: 1 };

/** Variants of known work on a simulated machine, whose clock is the sum of all runs. */
function bench(work: readonly number[], noise = quietNoise, seed = 1) {
  const machine = noisyMachine(noise, seed);
  const log: { readonly variant: number; readonly sample: number }[] = [];
  let time = 0;
  return {
    log,
    now: () => time,
    random: seededRandom(seed),
    variants: work.length,
    samples: 3,
    runOnce: async (variant: number, sample: number) => {
      log.push({ variant, sample });
      const ms = machine(work[variant] * (1 + sample));
      time += ms;
      return ms;
    },
  };
}

describe('variants in turns', () => {
  test('each round runs every variant once on one sample; orders change; samples take their turns', async () => {
    const parts = bench([10, 10.2, 12]);
    const { rounds, wallMs } = await runTrial({ ...settings, maxRuns: 30, minRuns: 1000 }, parts);
    expect(rounds).toBe(30);
    expect(wallMs.map((times) => times.length)).toEqual([30, 30, 30]);
    const runs = Array.from({ length: 32 }, (_, round) => parts.log.slice(3 * round, 3 * round + 3));
    for (const round of runs) {
      expect(round.map(({ variant }) => variant).sort()).toEqual([0, 1, 2]);
      expect(new Set(round.map(({ sample }) => sample)).size).toBe(1);
    }
    const firsts = runs.map(([first]) => first.variant);
    for (const variant of [0, 1, 2]) expect(firsts.filter((first) => first === variant).length).toBeGreaterThan(4);
    for (let at = 0; at < 30; at += 3)
      expect(new Set(runs.slice(at, at + 3).map(([{ sample }]) => sample)).size).toBe(3);
    // The first two rounds warm up and are not counted.
    expect(wallMs[0][0] / (1 + runs[2][0].sample)).toBeCloseTo(10, 0);
  });

  test('ends soon when all is clear, both when the same and when not', async () => {
    const same = await runTrial(settings, bench([10, 10]));
    const slower = await runTrial(settings, bench([10, 11, 8]));
    expect([same.stoppedBy, slower.stoppedBy]).toEqual(['clear', 'clear']);
    expect(same.rounds).toBeLessThan(30);
    expect(slower.rounds).toBeLessThan(30);
  });

  test('goes on while a noisy machine leaves it open', async () => {
    const noisy = await runTrial(settings, bench([10, 10], { ...ordinaryNoise, jitter: 0.2 }));
    expect(noisy.rounds).toBeGreaterThan(30);
  });

  test('looking often does not make two equal variants differ', async () => {
    const wrong: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const { wallMs, stoppedBy } = await runTrial(
        { ...settings, maxRuns: 120 },
        bench([10, 10], { ...ordinaryNoise, jitter: 0.1 }, seed),
      );
      const ratio = wallMs[1].reduce((a, b) => a + b, 0) / wallMs[0].reduce((a, b) => a + b, 0);
      if (stoppedBy === 'clear' && Math.abs(ratio - 1) > 0.1) wrong.push(seed);
    }
    expect(wrong.length).toBeLessThanOrEqual(2);
  });

  test('the budget ends it, after at least one round', async () => {
    const spent = await runTrial({ ...settings, minRuns: 1000, budgetMs: 2000 }, bench([10, 10]));
    expect(spent.stoppedBy).toBe('budget');
    expect(spent.rounds).toBeGreaterThan(20);
    expect(spent.rounds).toBeLessThan(60);
    expect((await runTrial({ ...settings, budgetMs: 1 }, bench([10, 10]))).rounds).toBe(1);
  });

  test('a variant that fails is told and left out; the first one, too', async () => {
    const failing = (which: number) => {
      const parts = bench([10, 11, 10]);
      return {
        ...parts,
        runOnce: async (variant: number, sample: number) => {
          const ms = await parts.runOnce(variant, sample);
          if (variant === which && parts.log.length > 30) throw new Error('model fell over');
          return ms;
        },
      };
    };
    for (const which of [0, 2]) {
      const { problems, wallMs, rounds } = await runTrial(settings, failing(which));
      expect(problems.map((problem) => problem?.message)).toEqual(
        [0, 1, 2].map((variant) => (variant === which ? 'model fell over' : undefined)),
      );
      expect(wallMs[which].length).toBeLessThan(rounds);
      expect(wallMs[1].length).toBe(rounds);
    }
    const all = await runTrial(settings, { ...bench([1, 1]), runOnce: () => Promise.reject(new Error('gone')) });
    expect(all).toMatchObject({ stoppedBy: 'failed', rounds: 0, wallMs: [[], []] });
  });

  test('cancelled: what was measured is kept, and the broken round is not', async () => {
    const control = new AbortController();
    const parts = bench([10, 10]);
    const result = await runTrial(settings, {
      ...parts,
      signal: control.signal,
      runOnce: async (variant, sample) => {
        if (parts.log.length === 21) control.abort(new Error('enough'));
        if (control.signal.aborted) throw control.signal.reason;
        return parts.runOnce(variant, sample);
      },
    });
    expect(result.stoppedBy).toBe('cancelled');
    expect(result.problems).toEqual([null, null]);
    expect(result.wallMs.map((times) => times.length)).toEqual([8, 8]);
  });

  test('tells each round how far it is', async () => {
    const told: TrialRound[] = [];
    await runTrial(
      { ...settings, minRuns: 1000, maxRuns: 10 },
      { ...bench([10]), onRound: (round) => told.push(round) },
    );
    expect(told.at(-1)).toMatchObject({ rounds: 10, done: 1 });
    expect(told.map(({ done }) => done)).toEqual([...told.map(({ done }) => done)].sort((a, b) => a - b));
  });
});
