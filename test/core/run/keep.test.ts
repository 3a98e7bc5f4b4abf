import { describe, expect, it } from 'vitest';
import { defineNode } from '../../../core/define/node.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { planRun } from '../../../core/plan/plan.ts';
import { ResultCache } from '../../../core/run/cache.ts';
import type { Keeper, KeyedEnd, Seen } from '../../../core/run/keeper.ts';
import type { RunSoFar } from '../../../core/run/result.ts';
import { runPlan } from '../../../core/run/run.ts';
import { add, out, scalar, source } from '../fake-nodes.ts';
import { check, numbers, pipeline, run, runHost } from '../pipelines.ts';

/** Writes down what it is told; inherits what the keepers before it completed. */
class Notebook implements Keeper {
  readonly seen = new Map<string, Seen[]>();
  readonly completed = new Map<string, readonly Seen[]>();
  readonly #before: Notebook | null;
  constructor(before: Notebook | null = null) {
    this.#before = before;
  }
  see(end: string, seen: Seen): void {
    this.seen.set(end, [...(this.seen.get(end) ?? []), seen]);
  }
  complete(ends: readonly KeyedEnd[]): void {
    for (const { end, key } of ends) if (key !== null) this.completed.set(key, this.seen.get(end) ?? []);
  }
  inherit(ends: readonly KeyedEnd[]): number | null {
    const known = ends.map(({ key }) => this.#before?.completed.get(key ?? ''));
    if (known.includes(undefined)) return null;
    for (const [i, { end }] of ends.entries()) this.seen.set(end, [...(known[i] ?? [])]);
    return known[0]?.length ?? 0;
  }
  numbers(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(
      [...this.seen].map(([end, list]) => [
        end,
        list.map(({ value }) => (value?.kind === 'tensor' ? Number(value.data[0]) : Number.NaN)),
      ]),
    );
  }
}

const line = pipeline({ s: 'fake.source', a: 'fake.add', b: ['fake.add', { by: 10 }], out: 'fake.out' }, [
  's.x > a.x',
  'a.x > b.x',
  'b.x > out.value',
]);
const lineNumbers = { 's.x': [1], 'a.x': [2], 'b.x': [12], 'out.value': [12] };

describe('a keeper', () => {
  it('sees every output port, and what comes in at an output node', async () => {
    const keeper = new Notebook();
    await run(line, { keeper });
    expect(keeper.numbers()).toEqual(lineNumbers);
  });
  it('sees sequences whole, with their times', async () => {
    const keeper = new Notebook();
    const document = pipeline({ n: ['fake.count', { n: 5, rateHz: 2 }], sum: 'fake.sum', out: 'fake.out' }, [
      'n.x > sum.x',
      'sum.x > out.value',
    ]);
    await run(document, { keeper });
    expect(keeper.numbers()).toEqual({ 'n.x': [0, 1, 2, 3, 4], 'sum.x': [10], 'out.value': [10] });
    expect(keeper.seen.get('n.x')?.map(({ t }) => t)).toEqual([0, 0.5, 1, 1.5, 2]);
  });
  it('sees a missing modality as such', async () => {
    const keeper = new Notebook();
    const document = pipeline(
      { s: 'fake.source', f: 'fake.fail', after: 'fake.add', either: 'fake.either', out: 'fake.out' },
      ['s.x > f.x', 'f.x > after.x', 'after.x > either.a', 's.x > either.b', 'either.x > out.value'],
    );
    await run(document, { keeper });
    expect(keeper.seen.get('f.x')).toMatchObject([{ missing: { code: 'media-corrupt' } }]);
    expect(keeper.seen.get('after.x')).toMatchObject([{ missing: { code: 'media-corrupt' } }]);
    expect(keeper.numbers()['out.value']).toEqual([101]);
  });
  it('sees what comes from the cache too, and that node is called cached although nothing ran', async () => {
    const cache = new ResultCache(1e6);
    await run(line, { cache, keeper: new Notebook() });
    const keeper = new Notebook();
    const again = await run(line, { cache, keeper });
    expect(keeper.numbers()).toEqual(lineNumbers);
    expect(again.nodes).toMatchObject({
      s: { state: 'cached', items: 1 },
      a: { state: 'cached', items: 1 },
      b: { state: 'cached', items: 1 },
      out: { state: 'ran' },
    });
  });
  it('takes over what is too large for the cache from an earlier run', async () => {
    const document = pipeline(
      { n: ['fake.count', { n: 50, size: 1000 }], sum: 'fake.sum', a: 'fake.add', out: 'fake.out' },
      ['n.x > sum.x', 'sum.x > a.x', 'a.x > out.value'],
    );
    const cache = new ResultCache(20_000);
    const first = new Notebook();
    await run(document, { cache, keeper: first });
    const second = new Notebook(first);
    const again = await run(document, { cache, keeper: second });
    expect(second.numbers()).toEqual(first.numbers());
    expect(again.nodes).toMatchObject({ n: { state: 'cached', items: 50 }, sum: { state: 'cached' } });
    const without = await run(document, { cache, keeper: new Notebook() });
    expect(without.nodes).toMatchObject({ n: { state: 'skipped' }, sum: { state: 'cached' } });
  });
  it('leaves no node its inputs as its own', async () => {
    const owners: string[][] = [];
    const greedy = defineNode({
      type: 'fake.greedy',
      version: 1,
      title: 'Greedy',
      summary: 'Spoils what it owns.',
      inputs: { x: port.tensor({ doc: 'x' }) },
      outputs: { x: port.tensor({ doc: 'x' }) },
      params: {},
      infer: ({ inputs }) => ({ x: inputs.x }),
      run: ({ owned }) => {
        owners.push([...owned]);
        return { x: scalar(0) };
      },
      examples: [],
    });
    const checked = check(
      pipeline({ s: 'fake.source', g: 'fake.greedy', out: 'fake.out' }, ['s.x > g.x', 'g.x > out.value']),
      makeRegistry([source, greedy, add, out]),
    );
    const signal = new AbortController().signal;
    await runPlan(planRun(checked), runHost(), { inputs: {}, signal });
    await runPlan(planRun(checked), runHost(), { inputs: {}, signal, keeper: new Notebook() });
    expect(owners).toEqual([['x'], []]);
  });
});

describe('a run that fails', () => {
  const broken = pipeline(
    { s: 'fake.source', a: 'fake.add', f: ['fake.fail', { how: 'bug' }], after: 'fake.add', out: 'fake.out' },
    ['s.x > a.x', 'a.x > f.x', 'f.x > after.x', 'after.x > out.value'],
  );
  it('tells how far it had come, and what was kept stays', async () => {
    const keeper = new Notebook();
    const heard: RunSoFar[] = [];
    await expect(run(broken, { keeper, onFailure: (soFar) => heard.push(soFar) })).rejects.toMatchObject({
      data: { code: 'node-failed', where: { node: 'f' } },
    });
    expect(heard).toHaveLength(1);
    expect(heard[0].nodes).toMatchObject({
      s: { state: 'ran', items: 1 },
      a: { state: 'ran', items: 1 },
      f: { state: 'skipped', items: 0 },
      after: { state: 'skipped' },
    });
    expect(keeper.numbers()).toEqual({ 's.x': [1], 'a.x': [2] });
  });
  it('tells it of a cancelled one as well', async () => {
    const stop = new AbortController();
    const heard: RunSoFar[] = [];
    const slow = pipeline({ s: 'fake.source', slow: ['fake.sleep', { ms: 60_000 }], out: 'fake.out' }, [
      's.x > slow.x',
      'slow.x > out.value',
    ]);
    const promise = run(slow, { signal: stop.signal, onFailure: (soFar) => heard.push(soFar) });
    setTimeout(() => stop.abort(), 30);
    await expect(promise).rejects.toMatchObject({ data: { code: 'cancelled' } });
    expect(heard[0].nodes).toMatchObject({ s: { state: 'ran' }, slow: { state: 'skipped' } });
  });
});

describe('a sequence that was cut short', () => {
  it('is not taken for the whole by a later run', async () => {
    const taking = (n: number) =>
      pipeline({ n: ['fake.count', { n: 100 }], add: 'fake.add', take: ['fake.take', { n }], out: 'fake.out' }, [
        'n.x > add.x',
        'add.x > take.x',
        'take.x > out.value',
      ]);
    const cache = new ResultCache(1e6);
    expect(numbers(await run(taking(3), { cache }), 'out')).toHaveLength(3);
    expect(numbers(await run(taking(60), { cache }), 'out')).toHaveLength(60);
  });
});
