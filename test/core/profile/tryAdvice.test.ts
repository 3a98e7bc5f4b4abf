import { describe, expect, it } from 'vitest';
import { paramSet } from '../../../core/graph/changes.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { Problem, problemData } from '../../../core/problems/problem.ts';
import type { Candidate } from '../../../core/profile/advice.ts';
import type { Bench, TrialSettings, Variant } from '../../../core/profile/bench.ts';
import { gainOf } from '../../../core/profile/judgeAdvice.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { noStats, statsOf } from '../../../core/profile/stats.ts';
import { type TryAsk, tryAll } from '../../../core/profile/tryAdvice.ts';
import { noisyMachine, ordinaryNoise } from './machineNoise.ts';
import { chainOf } from './simulatedBench.ts';

const document = chainOf(3);

/** What a value of a parameter does to the time of a request, its throughput and its answers. */
interface Effect {
  readonly time?: number;
  readonly throughput?: number;
  readonly difference?: number;
  readonly fails?: 'variant' | 'engine';
}
/** `m0.threads=4` → what it does. */
type Effects = Readonly<Record<string, Effect>>;

function candidate(setting: string, more: Partial<Candidate> = {}): Candidate {
  const [node, param, value] = setting.split(/[.=]/);
  return {
    id: setting,
    kind: 'threads',
    title: setting,
    why: 'because of 1 number',
    nodes: [node],
    changes: paramSet(document, node, param, Number.isNaN(Number(value)) ? value : Number(value)),
    aims: 'latency',
    ...more,
  };
}

function effectsOf({ document: { nodes } }: Variant, effects: Effects): readonly Effect[] {
  return nodes.flatMap(({ id, params }) =>
    Object.entries(params).flatMap(([name, value]) => effects[`${id}.${name}=${value}`] ?? []),
  );
}

/** A bench where each setting has a known effect, on a machine that does other things too. */
function scripted(effects: Effects, seed = 1) {
  const machine = noisyMachine(ordinaryNoise, seed);
  const random = seededRandom(seed);
  let time = 0;
  const trials: { readonly names: readonly string[]; readonly settings: TrialSettings }[] = [];
  const bench: Bench = {
    profile: () => Promise.reject(new Error('not here')),
    load: () => Promise.reject(new Error('not here')),
    trial: async (_, variants, settings, listeners) => {
      listeners?.signal?.throwIfAborted();
      trials.push({ names: variants.map(({ name }) => name), settings });
      const found = variants.map((variant) => effectsOf(variant, effects));
      if (found.flat().some(({ fails }) => fails === 'engine'))
        throw new Problem('engine-died', { message: 'gone', fix: 'none' });
      const product = (i: number, of: 'time' | 'throughput') =>
        found[i].reduce((all, effect) => all * (effect[of] ?? 1), 1);
      const walls: number[][] = variants.map(() => []);
      const crowd = settings.concurrency.map(() => Math.exp(0.5 * (random() - 0.5)));
      for (let round = 0; round < Math.min(settings.maxRuns, 200) && time < 1e6; round++)
        for (const i of variants.keys()) {
          const ms = machine(10 * product(i, 'time'));
          walls[i].push(ms);
          time += ms;
        }
      return variants.map(({ name }, i) => {
        const failed = found[i].some(({ fails }) => fails === 'variant');
        const difference = Math.max(0, ...found[i].map((effect) => effect.difference ?? 0));
        return {
          name,
          problem: failed ? problemData('device-unavailable', { message: 'no such device', fix: 'none' }) : null,
          wallMs: failed ? [] : walls[i],
          loads: settings.concurrency.map((level, round) => {
            // What else the machine does slows a whole round.
            const throughput = 200 * product(i, 'throughput') * crowd[round] * (1 + 0.1 * (random() - 0.5));
            const latency = { ...statsOf([10]), count: 1000, mean: 10, deviation: 2 };
            return { level, offered: throughput, throughput, latency, wait: noStats, failed: 0, saturated: false };
          }),
          answers: {
            identical: difference === 0,
            maxDifference: difference,
            bestSame: { same: 3, of: 3 },
            words: difference === 0 ? 'identical' : 'differs',
          },
          memoryBytes: 0,
        };
      });
    },
  };
  return { bench, trials, now: () => time };
}

function ask(candidates: readonly Candidate[], now: () => number, more: Partial<TryAsk> = {}): TryAsk {
  return {
    document,
    target: { folder: '', samples: [] },
    candidates,
    budgetMs: 60_000,
    seed: 1,
    wallMs: 10,
    clients: 4,
    fits: () => true,
    now,
    ...more,
  };
}

describe('trying advice', () => {
  it('tells what helps, what is traded, and what does nothing, the best first', async () => {
    const effects: Effects = {
      'm0.threads=4': { time: 0.7 },
      'm1.threads=2': { time: 0.9 },
      'm1.precision=reduced': { time: 0.8, difference: 1e-3 },
      'm2.threads=2': { time: 1 },
      'm2.threads=8': { time: 1.2 },
    };
    const { bench, now } = scripted(effects);
    const advice = await tryAll(
      ask(
        Object.keys(effects).map((setting) => candidate(setting)),
        now,
      ),
      bench,
    );
    expect(advice.map(({ id, verdict }) => [id.split(':')[0], verdict])).toEqual([
      ['together', 'helps'],
      ['m0.threads=4', 'helps'],
      ['m1.threads=2', 'helps'],
      ['m1.precision=reduced', 'trades'],
      ['m2.threads=2', 'none'],
      ['m2.threads=8', 'none'],
    ]);
    expect(gainOf(advice[1])).toBeCloseTo(0.3, 1);
    expect(advice[1].tried?.p50.verdict).toBe('faster');
    expect(advice.at(-1)?.tried?.p50.verdict).toBe('slower');
    expect(advice.every(({ tried, applied }) => (tried?.runs ?? 0) > 50 && !applied)).toBe(true);
    // 0.7 and 0.9 together: what was tried, not what was hoped.
    expect(gainOf(advice[0])).toBeCloseTo(1 - 0.63, 1);
    const all = applyChanges(document, advice[0].changes);
    expect(all.nodes.map(({ params }) => params.threads)).toEqual([undefined, 4, 2, undefined, undefined]);
    expect(advice[0].title).toContain('m0.threads=4; m1.threads=2');
  });

  it('measures throughput for what aims at it, and only there', async () => {
    const effects: Effects = {
      'm0.copies=2': { throughput: 1.8 },
      'm1.copies=2': { throughput: 1.5, time: 1.3 },
      'm2.copies=2': {},
      'm0.threads=2': { time: 0.8 },
    };
    const { bench, trials, now } = scripted(effects);
    const aims = (setting: string) => (setting.includes('copies') ? ('throughput' as const) : ('latency' as const));
    const candidates = Object.keys(effects).map((setting) => candidate(setting, { aims: aims(setting) }));
    const advice = new Map((await tryAll(ask(candidates, now), bench)).map((one) => [one.id, one]));
    expect(advice.get('m0.copies=2')).toMatchObject({ verdict: 'helps' });
    expect(advice.get('m0.copies=2')?.tried?.throughput).toMatchObject({ verdict: 'faster' });
    expect(advice.get('m1.copies=2')).toMatchObject({ verdict: 'trades' });
    expect(advice.get('m2.copies=2')).toMatchObject({ verdict: 'none' });
    expect(advice.get('m0.threads=2')?.tried?.throughput).toBeNull();
    expect(trials.find(({ names }) => names.includes('m0.threads=2'))?.settings.concurrency).toEqual([]);
    expect(trials.find(({ names }) => names.includes('m0.copies=2'))?.settings.concurrency).toEqual(Array(8).fill(4));
  });

  it('sums that were added in another order are the same answers', async () => {
    const { bench, now } = scripted({ 'm0.threads=4': { time: 0.7, difference: 1e-7 } });
    const [advice] = await tryAll(ask([candidate('m0.threads=4')], now), bench);
    expect(advice.verdict).toBe('helps');
  });

  it('of twenty that do nothing none is said to help', async () => {
    const settings = Array.from({ length: 20 }, (_, i) => `m${i % 3}.threads=${i + 1}`);
    for (const seed of [1, 2, 3]) {
      const { bench, now } = scripted({}, seed);
      const advice = await tryAll(
        ask(
          settings.map((setting) => candidate(setting)),
          now,
          { budgetMs: 1e6 },
        ),
        bench,
      );
      expect(advice.filter(({ verdict }) => verdict === 'helps' || verdict === 'trades')).toEqual([]);
      expect(advice.filter(({ tried }) => tried !== null).length).toBe(20);
    }
  });

  it('one that does not run is told, and so is one that takes the engine down; the others are tried', async () => {
    const effects: Effects = {
      'm0.device=cuda': { fails: 'variant' },
      'm1.device=cuda': { fails: 'engine' },
      'm2.threads=4': { time: 0.6 },
    };
    const { bench, now } = scripted(effects);
    const advice = await tryAll(
      ask(
        Object.keys(effects).map((setting) => candidate(setting)),
        now,
      ),
      bench,
    );
    expect(advice.map(({ id, verdict, problem }) => [id, verdict, problem?.code ?? null])).toEqual([
      ['m2.threads=4', 'helps', null],
      ['m0.device=cuda', 'failed', 'device-unavailable'],
      ['m1.device=cuda', 'failed', 'engine-died'],
    ]);
  });

  it('makes the files that a candidate needs before it is tried', async () => {
    const made: string[] = [];
    const makes = [{ path: 'a.int8.onnx', from: 'a.onnx', how: 'int8' as const }];
    const { bench, now, trials } = scripted({ 'm0.threads=4': { time: 0.7 } });
    const make = async (one: Candidate) => {
      expect(trials).toHaveLength(0);
      made.push(one.id);
    };
    const [good] = await tryAll(ask([candidate('m0.threads=4', { makes })], now, { make }), bench);
    expect([made, good.verdict]).toEqual([['m0.threads=4'], 'helps']);
    const refuse = () => Promise.reject(new Problem('model-unsupported', { message: 'no', fix: 'no' }));
    const [bad] = await tryAll(ask([candidate('m0.threads=4', { makes })], now, { make: refuse }), bench);
    expect([bad.verdict, bad.problem?.code]).toEqual(['failed', 'model-unsupported']);
    const [none] = await tryAll(ask([candidate('m0.threads=4', { makes })], now), bench);
    expect([none.verdict, none.problem?.code]).toEqual(['failed', 'file-missing']);
  });

  it('tries the first while the budget lasts, and leaves the others untried', async () => {
    const settings = Array.from({ length: 20 }, (_, i) => `m${i % 3}.threads=${i + 1}`);
    const { bench, now } = scripted({});
    const advice = await tryAll(
      ask(
        settings.map((setting) => candidate(setting)),
        now,
        { budgetMs: 12_000 },
      ),
      bench,
    );
    const tried = settings.map((setting) => advice.find(({ id }) => id === setting)?.tried !== null);
    expect(tried.slice(0, 4)).toEqual([true, true, true, true]);
    expect(tried.slice(-4)).toEqual([false, false, false, false]);
    expect(advice.filter(({ verdict }) => verdict === 'untried').length).toBe(tried.filter((one) => !one).length);
  });

  it('gives what there is when it is cancelled', async () => {
    const settings = Array.from({ length: 12 }, (_, i) => `m${i % 3}.threads=${i + 1}`);
    const { bench, now, trials } = scripted({ 'm0.threads=1': { time: 0.7 } });
    const stop = new AbortController();
    const onProgress = () => undefined;
    const cutting: Bench = {
      ...bench,
      trial: async (...given) => {
        const outcomes = await bench.trial(...given);
        stop.abort();
        return outcomes;
      },
    };
    const listeners = { signal: stop.signal, onProgress };
    const advice = await tryAll(
      ask(
        settings.map((setting) => candidate(setting)),
        now,
        { listeners },
      ),
      cutting,
    );
    expect(trials).toHaveLength(1);
    expect(advice).toHaveLength(12);
    expect(advice[0]).toMatchObject({ id: 'm0.threads=1', verdict: 'helps' });
    expect(advice.filter(({ verdict }) => verdict === 'untried')).toHaveLength(8);
  });

  it('what does not go together is left out, the better one stays', async () => {
    const effects: Effects = {
      'm0.threads=4': { time: 0.6 },
      'm0.threads=2': { time: 0.8 },
      'm1.threads=2': { time: 0.85 },
    };
    const { bench, now } = scripted(effects);
    const candidates = Object.keys(effects).map((setting) => candidate(setting));
    const [first] = await tryAll(ask(candidates, now), bench);
    expect(first.id).toBe('together:m0.threads=4|m1.threads=2');
    const unfit = await tryAll(ask(candidates, now, { fits: ({ changes }) => changes.length < 2 }), bench);
    expect(unfit.some(({ kind }) => kind === 'together')).toBe(false);
  });
});
