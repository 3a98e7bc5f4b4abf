import { describe, expect, it } from 'vitest';
import { applyChanges } from '../../../core/graph/edit.ts';
import { problemData } from '../../../core/problems/problem.ts';
import type { Bench } from '../../../core/profile/bench.ts';
import type { Machine } from '../../../core/profile/knobs.ts';
import { bestKnown, bestOfAll, bestUnder, eight, one, search, settingsFor, three } from './searchReference.ts';
import { type CostModel, reckon, tail } from './simulatedBench.ts';

const cpu = (cores: number): Machine => ({ cores, devices: ['cpu'] });
const both = (cores: number): Machine => ({ cores, devices: ['cpu', 'cuda'] });
const seeds = [1, 2, 3, 4, 5];

/** What the winner gives without noise, over the best that there is; and how its p95 stands to the limit. */
async function found(model: CostModel, machine: Machine, underMs: number, budgetMs: number, best: number | null) {
  const rows = [];
  let known = best;
  for (const seed of seeds) {
    const { space, applied, winner, simulated } = await search({
      model,
      machine,
      settings: settingsFor(underMs, { budgetMs }),
      seed,
    });
    known ??= bestKnown(space, model, underMs, space.knobs.length > 20 ? 1 : 2);
    expect(winner).not.toBeNull();
    const latency = reckon(applied, model, winner?.concurrency ?? 1).latencyMs * tail.p95;
    rows.push({
      // A whole number of clients more or less may stand right at the limit.
      share: bestUnder(applied, model, 1.03 * underMs) / known,
      over: latency / underMs,
      variants: simulated.counts.variants,
      spent: simulated.now() / budgetMs,
      space: space.size,
    });
  }
  return rows;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

describe('search under a limit', () => {
  it.each([
    [40, both(4)],
    [100, both(4)],
    [40, cpu(4)],
  ])('one model, p95 under %i ms: the best of all settings, in a fraction of them', async (underMs, machine) => {
    const { space } = await search({ model: one, machine, settings: settingsFor(underMs, { budgetMs: 1 }), seed: 1 });
    const rows = await found(one, machine, underMs, 120_000, bestOfAll(space, one, underMs));
    for (const row of rows) {
      expect(row.share).toBeGreaterThan(0.95);
      expect(row.over).toBeLessThan(1.1);
      expect(row.variants).toBeLessThan(110);
    }
  });

  it.each([
    [80, cpu(8), 120_000],
    [300, both(8), 300_000],
  ])('three models, p95 under %i ms: within 5 % of the best that is known', async (underMs, machine, budgetMs) => {
    const rows = await found(three, machine, underMs, budgetMs, null);
    expect(middle(rows.map(({ share }) => share))).toBeGreaterThan(0.95);
    for (const row of rows) {
      expect(row.share).toBeGreaterThan(0.75);
      expect(row.over).toBeLessThan(1.1);
      expect(row.variants).toBeLessThan(200);
      expect(row.space).toBeGreaterThan(1e5);
    }
  });

  it('eight models, more settings than could ever be counted: within 5 % in a hundred looks', async () => {
    const rows = await found(eight, cpu(16), 200, 120_000, null);
    expect(middle(rows.map(({ share }) => share))).toBeGreaterThan(0.95);
    for (const row of rows) {
      expect(row.share).toBeGreaterThan(0.9);
      expect(row.over).toBeLessThan(1.1);
      expect(row.variants).toBeLessThan(110);
      expect(row.spent).toBeLessThan(1.1);
      expect(row.space).toBeGreaterThan(1e15);
    }
  });

  it('never claims a winner that breaks a narrow limit by more than noise', async () => {
    for (const [model, machine, underMs] of [
      [one, cpu(4), 13],
      [three, both(8), 25],
      [eight, both(16), 40],
    ] as const) {
      for (const seed of seeds) {
        const { applied, winner } = await search({ model, machine, settings: settingsFor(underMs), seed });
        if (winner === null) continue;
        expect(winner.holds).toBe(true);
        expect(reckon(applied, model, winner.concurrency).latencyMs * tail.p95).toBeLessThan(1.12 * underMs);
      }
    }
  });

  it('says when nothing holds the limit, and what comes nearest', async () => {
    const { result } = await search({ model: three, machine: cpu(8), settings: settingsFor(5), seed: 1 });
    expect(result.winner).toBeNull();
    expect(result.changes).toEqual([]);
    expect(result.points.every(({ holds }) => !holds)).toBe(true);
    expect(result.words.at(-1)).toMatch(/Nothing that was measured holds p95 under 5\.0 ms\. The closest is .*threads/);
    const nearest = Math.min(...result.points.map(({ p95 }) => p95));
    expect(nearest).toBeLessThan(result.points[0].p95);
  });

  it('a document that is best as it stands stays as it is', async () => {
    const { result, winner } = await search({
      model: { cores: 1, costs: { m0: { ms: 10, parallel: 0, deviceSpeed: 1 } } },
      machine: cpu(1),
      settings: settingsFor(100, { knobs: ['threads', 'copies'] }),
      seed: 1,
    });
    expect(winner?.holds).toBe(true);
    expect(bestUnder(applyChanges({ ...chain1, nodes: chain1.nodes }, result.changes), oneCore, 100)).toBeGreaterThan(
      0.98 * bestUnder(chain1, oneCore, 100),
    );
  });

  it('the front holds what nothing beats in both, and the winner’s changes make the winner', async () => {
    const { result, winner, applied } = await search({
      model: three,
      machine: both(8),
      settings: settingsFor(80),
      seed: 2,
    });
    const front = new Set(result.front);
    for (const point of result.points) {
      const beaten = result.points.some((o) => o.p95 < point.p95 && o.throughput > point.throughput);
      if (front.has(point.id)) expect(beaten).toBe(false);
      else
        expect(result.points.some((o) => o.p95 <= point.p95 && o.throughput >= point.throughput && o !== point)).toBe(
          true,
        );
    }
    for (const { node, param, value } of winner?.settings ?? [])
      expect(applied.nodes.find(({ id }) => id === node)?.params[param]).toBe(value);
    expect(winner?.settings.length).toBeGreaterThan(0);
    expect(result.points[0]).toMatchObject({ id: 0, settings: [] });
    expect(result.space).toBeGreaterThan(result.points.length);
    expect(result.pruned).toBeGreaterThan(0);
    expect(result.pruned).toBeLessThan(result.space);
    expect(result.words.join(' ')).toMatch(/left out/);
  });

  it('turns only the knobs that it may', async () => {
    const { result } = await search({
      model: three,
      machine: both(8),
      settings: settingsFor(80, { knobs: ['threads', 'batch'] }),
      seed: 1,
    });
    const turned = new Set(result.points.flatMap(({ settings }) => settings.map(({ param }) => param)));
    expect([...turned].every((param) => param === 'threads' || param === 'batch')).toBe(true);
    expect(turned.size).toBe(2);
  });

  it('leaves out what answers otherwise', async () => {
    const free = await search({ model: one, machine: both(4), settings: settingsFor(100), seed: 1 });
    expect(free.winner?.answersDifference).toBe(1e-3);
    const strict = await search({
      model: one,
      machine: both(4),
      settings: settingsFor(100, { maxDifference: 1e-6 }),
      seed: 1,
    });
    expect(strict.winner?.answersDifference).toBe(0);
    expect(strict.result.words.join(' ')).toContain('answers differ by more than 0.000001');
    const byId = new Map(strict.result.points.map((point) => [point.id, point]));
    expect(strict.result.front.every((id) => byId.get(id)?.answersDifference === 0)).toBe(true);
  });

  it('looks for the least latency when that is the goal', async () => {
    const latencies: number[] = [];
    for (const seed of seeds) {
      const { winner, applied } = await search({
        model: three,
        machine: cpu(8),
        settings: { ...settingsFor(40), limit: { metric: 'p95', underMs: 40, goal: 'latency' } },
        seed,
      });
      expect(winner?.concurrency).toBe(1);
      latencies.push(reckon(applied, three, 1).latencyMs);
    }
    const { document } = await search({
      model: three,
      machine: cpu(8),
      settings: settingsFor(40, { budgetMs: 1 }),
      seed: 1,
    });
    const [a, b, c] = document.nodes.filter(({ id }) => id.startsWith('m')).map(({ id }) => id);
    let least = Number.POSITIVE_INFINITY;
    for (const m0 of [1, 2, 4, 8]) {
      for (const m1 of [1, 2, 4, 8]) {
        for (const m2 of [1, 2, 4, 8]) {
          const threads = new Map([
            [a, m0],
            [b, m1],
            [c, m2],
          ]);
          const nodes = document.nodes.map((node) => ({ ...node, params: { threads: threads.get(node.id) ?? 0 } }));
          least = Math.min(least, reckon({ ...document, nodes }, three, 1).latencyMs);
        }
      }
    }
    expect(least).toBeLessThan(0.6 * reckon(document, three, 1).latencyMs);
    expect(middle(latencies)).toBeLessThan(1.05 * least);
    expect(Math.max(...latencies)).toBeLessThan(1.1 * least);
  });

  it('gives what there is when it is cancelled, and when the budget is small', async () => {
    const stop = new AbortController();
    let trials = 0;
    const through = (bench: Bench): Bench => ({
      ...bench,
      trial: (...given) => {
        if (++trials === 4) stop.abort();
        return bench.trial(...given);
      },
    });
    const settings = settingsFor(80);
    const cut = await search({ model: three, machine: cpu(8), settings, seed: 1, signal: stop.signal, through });
    expect(trials).toBe(4);
    expect(cut.result.stoppedBy).toBe('cancelled');
    expect(cut.result.points.length).toBeGreaterThan(5);
    expect(cut.winner?.holds).toBe(true);
    const small = await search({
      model: eight,
      machine: cpu(16),
      settings: settingsFor(200, { budgetMs: 8000 }),
      seed: 1,
    });
    expect(small.result.stoppedBy).toBe('budget');
    expect(small.simulated.now()).toBeLessThan(16_000);
    expect(small.result.points.length).toBeGreaterThan(0);
  });

  it('goes on without a value that does not run, and without one that takes the engine down', async () => {
    const refuse = (bench: Bench): Bench => ({
      ...bench,
      trial: async (target, variants, settings, listeners) => {
        if (variants.some(({ document }) => document.nodes.some(({ params }) => params.copies === 4)))
          throw new Error('the engine is gone');
        const outcomes = await bench.trial(target, variants, settings, listeners);
        return outcomes.map((outcome, i) =>
          variants[i].document.nodes.some(({ params }) => params.device === 'cuda')
            ? {
                ...outcome,
                wallMs: [],
                loads: [],
                problem: problemData('device-unavailable', { message: 'no', fix: 'no' }),
              }
            : outcome,
        );
      },
    });
    const { winner, result } = await search({
      model: one,
      machine: both(4),
      settings: settingsFor(40),
      seed: 1,
      through: refuse,
    });
    expect(winner?.holds).toBe(true);
    const used = result.points.flatMap(({ settings }) => settings.map(({ param, value }) => `${param} ${value}`));
    expect(used).not.toContain('device cuda');
    expect(used).not.toContain('copies 4');
    expect(used).toContain('copies 2');
  });

  it('rejects when the document itself cannot be measured', async () => {
    const through = (bench: Bench): Bench => ({ ...bench, trial: () => Promise.reject(new Error('nothing works')) });
    await expect(search({ model: one, machine: cpu(4), settings: settingsFor(40), seed: 1, through })).rejects.toThrow(
      'nothing works',
    );
  });
});

const oneCore: CostModel = { cores: 1, costs: { m0: { ms: 10, parallel: 0, deviceSpeed: 1 } } };
const { document: chain1 } = await search({
  model: oneCore,
  machine: cpu(1),
  settings: settingsFor(1, { budgetMs: 1 }),
  seed: 1,
});
