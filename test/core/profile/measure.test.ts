import { describe, expect, it } from 'vitest';
import { Problem, toProblemData } from '../../../core/problems/problem.ts';
import { type Loop, measureRuns, RunnableSamples, type TimedRun, warmUp } from '../../../core/profile/measure.ts';
import { measureOverhead } from '../../../core/profile/measureOverhead.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { typicalTime } from '../../../core/profile/sampleInterval.ts';
import { rejects } from '../../rejects.ts';
import { noisyMachine, ordinaryNoise, quietNoise } from './machineNoise.ts';

interface Bench {
  readonly loop: Loop;
  readonly stop: AbortController;
  /** Samples in the order in which they ran. */
  readonly ran: number[];
  advance(ms: number): void;
}

/** A machine on which a run takes what `work` says, by a clock of its own. */
function bench(samples: number, work: (sample: number, run: number) => number, seed = 1): Bench {
  let time = 1000;
  const ran: number[] = [];
  const stop = new AbortController();
  const loop: Loop = {
    now: () => time,
    random: seededRandom(seed),
    signal: stop.signal,
    samples: new RunnableSamples(samples),
    runOnce: async (sample) => {
      if (stop.signal.aborted) throw stop.signal.reason;
      const ms = work(sample, ran.push(sample) - 1);
      time += ms;
      return ms;
    },
  };
  return {
    loop,
    stop,
    ran,
    advance: (ms) => {
      time += ms;
    },
  };
}

function toProblem(error: unknown): Problem {
  const data = toProblemData(error);
  return new Problem(data.code, data);
}

const settings = { intervalPercent: 2, minRuns: 30, maxRuns: 5000, untilMs: Number.POSITIVE_INFINITY };

function broken(sample: number): never {
  throw new Problem('media-corrupt', { message: `sample ${sample} is broken`, fix: 'Give another.' });
}

/** How often each sample ran. */
function counts(runs: readonly TimedRun[], samples: number): readonly number[] {
  return Array.from({ length: samples }, (_, sample) => runs.filter((run) => run.sample === sample).length);
}

describe('warming up', () => {
  it('ends once the times are steady, and no sooner', async () => {
    const machine = noisyMachine(quietNoise, 5);
    const { loop } = bench(1, (_, run) => machine(10) * (run < 20 ? 3 - run * 0.1 : 1));
    const { runs, endedBy } = await warmUp(loop, 1e9, { toProblem });
    expect(endedBy).toBe('stable');
    expect(runs).toBeGreaterThan(20);
    expect(runs).toBeLessThan(150);
  });

  it('ends with its time, and says that the times never settled', async () => {
    const { loop } = bench(1, (_, run) => 10 + run);
    const { runs, ms, endedBy } = await warmUp(loop, loop.now() + 2000, { toProblem });
    expect(endedBy).toBe('budget');
    expect(ms).toBeGreaterThanOrEqual(2000);
    expect(runs).toBe(55);
  });

  it('judges by one sample, then runs each of the others once, and finds those that fail', async () => {
    const machine = noisyMachine(quietNoise, 2);
    const { loop, ran } = bench(4, (sample) => (sample === 0 || sample === 2 ? broken(sample) : machine(5 * sample)));
    const { endedBy, runs } = await warmUp(loop, 1e9, { toProblem });
    expect(endedBy).toBe('stable');
    expect(ran[0]).toBe(0);
    expect(ran.slice(1, -2).every((sample) => sample === 1)).toBe(true);
    expect(ran.slice(-2)).toEqual([2, 3]);
    expect(runs).toBe(ran.length - 2);
    expect(loop.samples.left()).toEqual([1, 3]);
    expect([...loop.samples.problems()].map(([sample, { data }]) => [sample, data.code])).toEqual([
      [0, 'media-corrupt'],
      [2, 'media-corrupt'],
    ]);
  });

  it('rejects with the first problem when no sample can be run', async () => {
    const { loop } = bench(3, broken);
    const problem = await rejects(() => warmUp(loop, 1e9, { toProblem }), 'media-corrupt');
    expect(problem.message).toBe('sample 0 is broken');
  });

  it('ends when it is cancelled', async () => {
    const { loop, stop } = bench(2, (_, run) => {
      if (run === 7) stop.abort(new Error('enough'));
      return 10;
    });
    expect(await warmUp(loop, 1e9, { toProblem })).toMatchObject({ runs: 7, endedBy: 'budget' });
  });
});

describe('measuring', () => {
  it('ends when the median is known well enough', async () => {
    const machine = noisyMachine(ordinaryNoise, 11);
    const { loop } = bench(1, () => machine(10));
    const { runs, stoppedBy, intervalPercent } = await measureRuns(loop, settings, { toProblem });
    expect(stoppedBy).toBe('interval');
    expect(intervalPercent).toBeLessThanOrEqual(2);
    expect(runs.length).toBeGreaterThanOrEqual(30);
    const known = typicalTime([runs.map((run) => run.wallMs)]);
    expect(known.percent).toBe(intervalPercent);
    // The machine's own median is within 2 % and what its wander and its session may add.
    expect(Math.abs(known.ms / 10 - 1)).toBeLessThan(0.08);
  });

  it('ends with its time, one run made at the least', async () => {
    const { loop } = bench(1, (_, run) => 100 * (1 + (run % 7)));
    const untilMs = loop.now() + 3000;
    const { runs, stoppedBy } = await measureRuns(loop, { ...settings, untilMs }, { toProblem });
    expect(stoppedBy).toBe('budget');
    expect(runs.length).toBe(9);
    const late = bench(1, () => 50);
    late.advance(10_000);
    const one = await measureRuns(late.loop, { ...settings, untilMs: 2000 }, { toProblem });
    expect([one.runs.length, one.stoppedBy, one.intervalPercent]).toEqual([1, 'budget', 100]);
  });

  it('ends with the most runs', async () => {
    const machine = noisyMachine(ordinaryNoise, 3);
    const { loop } = bench(1, () => machine(10));
    const strict = { ...settings, intervalPercent: 0.001, maxRuns: 77 };
    const { runs, stoppedBy } = await measureRuns(loop, strict, { toProblem });
    expect([runs.length, stoppedBy]).toEqual([77, 'count']);
  });

  it('gives what it has when it is cancelled, the broken-off run left out', async () => {
    const { loop, stop } = bench(1, (_, run) => {
      if (run < 12) return 10;
      stop.abort(new Error('enough'));
      throw new Error('broken off');
    });
    const { runs, stoppedBy } = await measureRuns(loop, { ...settings, minRuns: 100 }, { toProblem });
    expect([runs.length, stoppedBy]).toEqual([12, 'cancelled']);
    expect(loop.samples.problems().size).toBe(0);
  });

  it('runs samples in rounds, each in another order, all equally often when it ends by the interval', async () => {
    const machine = noisyMachine(quietNoise, 4);
    const { loop, ran } = bench(5, (sample) => machine(2 + sample));
    const { runs, stoppedBy } = await measureRuns(loop, settings, { toProblem });
    expect(stoppedBy).toBe('interval');
    expect(new Set(counts(runs, 5)).size).toBe(1);
    const rounds = Array.from({ length: runs.length / 5 }, (_, i) => ran.slice(5 * i, 5 * i + 5));
    for (const round of rounds) expect([...round].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(rounds.map(String)).size).toBeGreaterThan(3);
  });

  it('is not held up by samples of which one takes ten times as long', async () => {
    const machine = noisyMachine(quietNoise, 8);
    const { loop } = bench(2, (sample) => machine(sample === 0 ? 5 : 50));
    const { runs, stoppedBy } = await measureRuns(loop, settings, { toProblem });
    expect(stoppedBy).toBe('interval');
    expect(runs.length).toBeLessThan(300);
  });

  it('goes on with the others when a sample fails', async () => {
    const machine = noisyMachine(quietNoise, 6);
    const { loop } = bench(3, (sample, run) => (sample === 1 && run > 20 ? broken(1) : machine(10)));
    const { runs, stoppedBy } = await measureRuns(loop, settings, { toProblem });
    expect(stoppedBy).toBe('interval');
    expect(loop.samples.left()).toEqual([0, 2]);
    const [first, failed, third] = counts(runs, 3);
    expect(failed).toBeGreaterThan(3);
    expect(first).toBeGreaterThan(failed);
    expect(third).toBe(first);
  });

  it('says how far it is', async () => {
    const { loop } = bench(1, () => 10);
    const told: (readonly [number, number])[] = [];
    await measureRuns(loop, settings, { toProblem, onRun: (runs, { ms }) => told.push([runs, ms]) });
    expect(told.map(([runs]) => runs)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });
});

describe('the typical time', () => {
  it('is the median of one sample, with the wider half of its interval', () => {
    const times = [9, 10, 10, 10, 11, 12, 9.5, 10.5, 10, 10, 9.8, 10.2];
    const { ms, percent, sure } = typicalTime([times]);
    expect(ms).toBe(10);
    expect(sure).toBe(true);
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThan(12);
  });

  it('shrinks as samples are added, by the root of their number', () => {
    const random = seededRandom(1);
    const one = Array.from({ length: 200 }, () => 10 + random());
    const alone = typicalTime([one]).percent;
    expect(typicalTime([one, one, one, one]).percent).toBeCloseTo(alone / 2, 9);
  });

  it('holds the true mean of medians in 19 of 20 cases and more', () => {
    const random = seededRandom(7);
    let held = 0;
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const draw = (centre: number) => Array.from({ length: 25 }, () => centre + centre * (random() - 0.5));
      const { ms, percent } = typicalTime([draw(5), draw(20), draw(50)]);
      if (Math.abs(ms - 25) <= (ms * percent) / 100) held++;
    }
    expect(held / trials).toBeGreaterThan(0.94);
  });

  it('is not known from a single run, nor while a sample has none', () => {
    expect(typicalTime([[10]])).toEqual({ ms: 10, percent: 100, sure: false });
    expect(typicalTime([[10, 10, 10, 10, 10, 10, 10], []])).toMatchObject({ sure: false });
    expect(typicalTime([])).toEqual({ ms: 0, percent: 100, sure: false });
  });
});

describe('what measuring costs', () => {
  const overhead = { untilMs: 1e9, maxPairs: 400, intervalPercent: 0.5, deviationPercent: 5 };

  it('is found under noise that is larger than it', async () => {
    const machine = noisyMachine(ordinaryNoise, 21);
    const { loop } = bench(1, () => machine(5) + 0.2);
    const found = await measureOverhead(loop, async () => machine(5), { ...overhead, maxPairs: 2000 });
    // The machine's own median is not quite 5.
    expect(found.lowPercent).toBeLessThan(4.3);
    expect(found.highPercent).toBeGreaterThan(3.7);
    expect(Math.abs(found.percent - 4)).toBeLessThan(1);
    expect(Math.abs(found.msPerRun - 0.2)).toBeLessThan(0.05);
    expect(found.highPercent - found.lowPercent).toBeLessThan(2);
  });

  it('is in percent of each sample, whatever they take', async () => {
    const { loop } = bench(2, (sample) => (sample === 0 ? 1 : 100) * 1.03);
    const found = await measureOverhead(loop, async (sample) => (sample === 0 ? 1 : 100), overhead);
    expect(found.percent).toBeCloseTo(3, 6);
    expect(found.lowPercent).toBeCloseTo(3, 6);
    expect(found.pairs).toBeLessThanOrEqual(16);
  });

  it('has an interval as wide as chance while there are few pairs', async () => {
    const { loop } = bench(1, () => 1100);
    const found = await measureOverhead(loop, async () => 1000, { ...overhead, untilMs: loop.now() + 2000 });
    expect(found).toMatchObject({ percent: 10, pairs: 2 });
    expect(found.highPercent).toBeCloseTo(10 + (1.96 * Math.SQRT2 * 5) / Math.SQRT2, 9);
    expect(found.lowPercent).toBeCloseTo(10 - (1.96 * Math.SQRT2 * 5) / Math.SQRT2, 9);
  });

  it('leaves out a sample that fails, and is nothing when none can be run', async () => {
    const { loop } = bench(2, (sample) => (sample === 1 ? broken(1) : 10));
    const found = await measureOverhead(loop, async () => 10, overhead);
    expect(found).toMatchObject({ percent: 0, pairs: 8 });
    const none = bench(1, broken);
    expect(await measureOverhead(none.loop, async () => 10, overhead)).toMatchObject({ pairs: 0, percent: 0 });
  });
});
