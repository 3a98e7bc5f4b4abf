import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { planRun } from '../../../core/plan/plan.ts';
import { ResultCache } from '../../../core/run/cache.ts';
import type { RunEvent } from '../../../core/run/result.ts';
import { runPlan } from '../../../core/run/run.ts';
import { pureHost } from '../../pure-host.ts';
import { made, runs, scalar } from '../fake-nodes.ts';
import { check, numbers, pipeline, run, runHost } from '../pipelines.ts';

describe('a run', () => {
  it('goes through a diamond', async () => {
    const result = await run(
      pipeline({ a: 'fake.source', b: 'fake.add', c: ['fake.add', { by: 10 }], d: 'fake.add', out: 'fake.out' }, [
        'a.x > b.x',
        'a.x > c.x',
        'b.x > d.x',
        'c.x > d.y',
        'd.x > out.value',
      ]),
    );
    expect(numbers(result, 'out')).toEqual([14]);
    expect(result.nodes.d).toMatchObject({ state: 'ran', items: 1 });
  });
  it('drops nodes that no wanted output needs', async () => {
    const events: RunEvent[] = [];
    await run(pipeline({ a: 'fake.source', dead: 'fake.add', out: 'fake.out' }, ['a.x > dead.x', 'a.x > out.value']), {
      onEvent: (e) => events.push(e),
    });
    expect(events.filter((e) => e.event === 'node').map((e) => e.node)).not.toContain('dead');
  });
  it('runs item nodes once per item, in order, and joins a single item with every one', async () => {
    const result = await run(
      pipeline(
        {
          n: ['fake.count', { n: 5 }],
          s: ['fake.source', { value: 100 }],
          add: ['fake.add', { by: 0 }],
          out: 'fake.out',
        },
        ['n.x > add.x', 's.x > add.y', 'add.x > out.value'],
      ),
    );
    expect(numbers(result, 'out')).toEqual([100, 101, 102, 103, 104]);
    expect(result.outputs.out).toMatchObject({ sequence: 'many' });
  });
  it('joins sequences by timestamp and says what found no partner', async () => {
    const result = await run(
      pipeline(
        {
          a: ['fake.count', { n: 9, rateHz: 4 }],
          b: ['fake.count', { n: 5, rateHz: 2 }],
          add: ['fake.add', { by: 0 }],
          out: 'fake.out',
        },
        ['a.x > add.x', 'b.x > add.y', 'add.x > out.value'],
      ),
    );
    expect(numbers(result, 'out')).toEqual([0, 3, 6, 9, 12]);
    expect(result.warnings.map((w) => w.message).join()).toContain('4 items at "add.x"');
  });
  it('holds a sequence back while its reader is slow', async () => {
    made.count = 0;
    const stop = new AbortController();
    const promise = run(
      pipeline({ n: ['fake.count', { n: 100_000 }], slow: ['fake.sleep', { ms: 20 }], out: 'fake.out' }, [
        'n.x > slow.x',
        'slow.x > out.value',
      ]),
      { signal: stop.signal },
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    stop.abort();
    await expect(promise).rejects.toMatchObject({ data: { code: 'cancelled' } });
    expect(made.count).toBeLessThan(60);
  });
  it('lets a sequence grow where one branch needs all of it before the other may go on', async () => {
    const result = await run(
      pipeline({ n: ['fake.count', { n: 100 }], sum: 'fake.sum', add: ['fake.add', { by: 0 }], out: 'fake.out' }, [
        'n.x > sum.x',
        'n.x > add.x',
        'sum.x > add.y',
        'add.x > out.value',
      ]),
    );
    expect(numbers(result, 'out')).toEqual(Array.from({ length: 100 }, (_, i) => i + 4950));
  });
  it('refuses to hold more than the limit, and the next run works', async () => {
    const document = pipeline(
      { n: ['fake.count', { n: 100, size: 1000 }], sum: 'fake.sum', add: ['fake.add', { by: 0 }], out: 'fake.out' },
      ['n.x > sum.x', 'n.x > add.x', 'sum.x > add.y', 'add.x > out.value'],
    );
    const host = runHost({ node: pureHost({ limits: makeLimits({ sequenceBytes: 40_000 }) }) });
    await expect(run(document, { host })).rejects.toMatchObject({
      data: { code: 'sequence-too-large', where: { node: 'n', port: 'x' } },
    });
    expect(numbers(await run(document), 'out')).toHaveLength(100);
  });
  it('stops the source when the reader has had enough', async () => {
    made.count = 0;
    const result = await run(
      pipeline({ n: ['fake.count', { n: 1_000_000 }], add: 'fake.add', take: 'fake.take', out: 'fake.out' }, [
        'n.x > add.x',
        'add.x > take.x',
        'take.x > out.value',
      ]),
    );
    expect(numbers(result, 'out')).toEqual([1, 2, 3]);
    expect(made.count).toBeLessThan(50);
  });
  it('an empty sequence is a value where it stays one, and a missing modality where one item must come of it', async () => {
    const empty = await run(
      pipeline({ n: ['fake.count', { n: 0 }], add: 'fake.add', out: 'fake.out' }, ['n.x > add.x', 'add.x > out.value']),
    );
    expect(empty.outputs.out).toMatchObject({ status: 'present', items: [] });
    const gathered = await run(
      pipeline({ n: ['fake.count', { n: 0 }], sum: 'fake.sum', out: 'fake.out' }, ['n.x > sum.x', 'sum.x > out.value']),
    );
    expect(gathered.outputs.out).toMatchObject({ status: 'missing', problem: { code: 'media-empty' } });
  });
  it('keeps memory flat over 10,000 items', async () => {
    const document = pipeline(
      {
        n: ['fake.count', { n: 10_000, size: 25_000 }],
        a: ['fake.fail', { how: 'never' }],
        sum: 'fake.sum',
        out: 'fake.out',
      },
      ['n.x > a.x', 'a.x > sum.x', 'sum.x > out.value'],
    );
    const before = process.memoryUsage();
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 5);
    const result = await run(document);
    clearInterval(timer);
    expect(numbers(result, 'out')).toEqual([(9999 * 10_000) / 2]);
    // One gigabyte flows through.
    expect(peak - before.rss).toBeLessThan(300e6);
  });
});

describe('cancel', () => {
  it('takes effect at once, also in the middle of a node', async () => {
    const stop = new AbortController();
    const promise = run(
      pipeline({ a: 'fake.source', s: ['fake.sleep', { ms: 5000 }], out: 'fake.out' }, [
        'a.x > s.x',
        's.x > out.value',
      ]),
      { signal: stop.signal },
    );
    setTimeout(() => stop.abort(), 20);
    const before = performance.now();
    await expect(promise).rejects.toMatchObject({ data: { code: 'cancelled' } });
    expect(performance.now() - before).toBeLessThan(120);
  });
  it("leaves nothing at the caller's signal, however it ends", async () => {
    // A signal that is joined of others is kept by Node, and all that its listeners hold, while it has any.
    const signal = AbortSignal.any([new AbortController().signal, AbortSignal.timeout(60_000)]);
    await run(pipeline({ a: 'fake.source', out: 'fake.out' }, ['a.x > out.value']), { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const bad = pipeline({ a: 'fake.source', bad: 'fake.fail', out: 'fake.out' }, ['a.x > bad.x', 'bad.x > out.value']);
    await expect(run(bad, { signal })).rejects.toThrow();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const stop = new AbortController();
    const slow = pipeline({ a: 'fake.source', s: ['fake.sleep', { ms: 5000 }], out: 'fake.out' }, [
      'a.x > s.x',
      's.x > out.value',
    ]);
    const cancelled = run(slow, { signal: stop.signal });
    expect(getEventListeners(stop.signal, 'abort').length).toBeGreaterThan(0);
    stop.abort();
    await expect(cancelled).rejects.toMatchObject({ data: { code: 'cancelled' } });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
  it('works before the start', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(
      run(pipeline({ a: 'fake.source', out: 'fake.out' }, ['a.x > out.value']), { signal: stop.signal }),
    ).rejects.toMatchObject({ data: { code: 'cancelled' } });
  });
});

describe('a failure', () => {
  const broken = pipeline({ a: 'fake.source', bad: 'fake.fail', b: 'fake.source', e: 'fake.either', out: 'fake.out' }, [
    'a.x > bad.x',
    'bad.x > e.a',
    'b.x > e.b',
    'e.x > out.value',
  ]);
  it('of media is absorbed where a node accepts a missing modality, and shown', async () => {
    const result = await run(broken);
    expect(numbers(result, 'out')).toEqual([101]);
    expect(result.warnings).toMatchObject([{ code: 'media-corrupt', where: { node: 'bad' } }]);
    expect(result.nodes.e.notes).toEqual({ missing: ['a'] });
  });
  it('of media fails the run where nothing absorbs it', async () => {
    const document = pipeline({ a: 'fake.source', bad: 'fake.fail', out: 'fake.out' }, [
      'a.x > bad.x',
      'bad.x > out.value',
    ]);
    await expect(run(document)).rejects.toMatchObject({ data: { code: 'media-corrupt', where: { node: 'bad' } } });
  });
  it('that is a bug is never absorbed', async () => {
    const document = pipeline(
      { a: 'fake.source', bad: ['fake.fail', { how: 'bug' }], b: 'fake.source', e: 'fake.either', out: 'fake.out' },
      ['a.x > bad.x', 'bad.x > e.a', 'b.x > e.b', 'e.x > out.value'],
    );
    await expect(run(document)).rejects.toMatchObject({
      data: { code: 'node-failed', message: 'a bug', where: { node: 'bad' } },
    });
  });
  it('says at what time of a sequence it came', async () => {
    const document = pipeline(
      { n: ['fake.count', { n: 9, rateHz: 2 }], bad: ['fake.fail', { at: 5 }], out: 'fake.out' },
      ['n.x > bad.x', 'bad.x > out.value'],
    );
    await expect(run(document)).rejects.toMatchObject({ data: { where: { node: 'bad', timeSeconds: 2.5 } } });
  });
  it('an input that was left out is a missing modality, or names the input', async () => {
    const result = await run(broken, { inputs: { b: scalar(7) }, noSamples: true });
    expect(numbers(result, 'out')).toEqual([107]);
    expect(result.warnings).toMatchObject([{ code: 'input-missing', where: { node: 'a' } }]);
    const single = pipeline({ a: 'fake.source', out: 'fake.out' }, ['a.x > out.value']);
    await expect(run(single, { noSamples: true })).rejects.toMatchObject({ data: { code: 'input-missing' } });
  });
  it('an input of another kind or name is refused', async () => {
    const single = pipeline({ a: 'fake.source', out: 'fake.out' }, ['a.x > out.value']);
    await expect(run(single, { inputs: { a: { kind: 'text', text: '1' } } })).rejects.toMatchObject({
      data: { code: 'input-kind' },
    });
    await expect(run(single, { inputs: { b: scalar(1) } })).rejects.toMatchObject({ data: { code: 'input-unknown' } });
  });
});

describe('the cache', () => {
  const document = (by: number) =>
    pipeline({ a: 'fake.source', f: ['fake.fail', { how: 'never' }], add: ['fake.add', { by }], out: 'fake.out' }, [
      'a.x > f.x',
      'f.x > add.x',
      'add.x > out.value',
    ]);
  it('runs again only what hangs below a change', async () => {
    const cache = new ResultCache(1e6);
    runs.fail = 0;
    expect(numbers(await run(document(1), { cache }), 'out')).toEqual([2]);
    const again = await run(document(2), { cache });
    expect(numbers(again, 'out')).toEqual([3]);
    expect(runs.fail).toBe(1);
    expect(again.nodes).toMatchObject({ a: { state: 'skipped' }, f: { state: 'cached' }, add: { state: 'ran' } });
    expect(numbers(await run(document(2), { cache, inputs: { a: scalar(50) } }), 'out')).toEqual([52]);
    expect(runs.fail).toBe(2);
  });
  it('keeps sequences, and drops the least recently used', async () => {
    const cache = new ResultCache(20_000);
    const sequence = (n: number) =>
      pipeline({ n: ['fake.count', { n }], add: 'fake.add', out: 'fake.out' }, ['n.x > add.x', 'add.x > out.value']);
    expect(numbers(await run(sequence(20), { cache }), 'out')).toHaveLength(20);
    const again = await run(sequence(20), { cache });
    expect(again.nodes.add.state).toBe('cached');
    expect(numbers(again, 'out')).toHaveLength(20);
    for (let n = 30; n < 60; n++) await run(sequence(n), { cache });
    expect(cache.bytes()).toBeLessThanOrEqual(20_000);
    expect((await run(sequence(20), { cache })).nodes.add.state).toBe('ran');
  });
  it('a stage read by both a cached and a new stage does not wait for the cached one', async () => {
    const cache = new ResultCache(1e6);
    const two = (by: number) =>
      pipeline(
        { n: ['fake.count', { n: 50 }], a: 'fake.add', b: ['fake.add', { by }], o1: 'fake.out', o2: 'fake.out' },
        ['n.x > a.x', 'n.x > b.x', 'a.x > o1.value', 'b.x > o2.value'],
      );
    await run(two(1), { cache });
    const result = await run(two(2), { cache });
    expect(numbers(result, 'o2')[49]).toBe(51);
    expect(numbers(result, 'o1')[49]).toBe(50);
  });
});

describe('a run to nodes', () => {
  const document = pipeline(
    { n: ['fake.count', { n: 20 }], add: 'fake.add', fail: ['fake.fail', { how: 'bug' }], out: 'fake.out' },
    ['n.x > add.x', 'add.x > fail.x', 'fail.x > out.value'],
  );
  it('runs them to their end although nobody reads them, and nothing below', async () => {
    const plan = planRun(check(document), { targets: ['add'] });
    const result = await runPlan(plan, runHost(), { inputs: {}, signal: new AbortController().signal });
    expect(result.outputs).toEqual({});
    expect(result.nodes).toMatchObject({ n: { state: 'ran', items: 20 }, add: { state: 'ran', items: 20 } });
    expect(Object.keys(result.nodes)).toEqual(['n', 'add']);
  });
  it('runs a source alone to its end', async () => {
    const plan = planRun(check(document), { targets: ['n'] });
    const result = await runPlan(plan, runHost(), { inputs: {}, signal: new AbortController().signal });
    expect(result.nodes['n']).toMatchObject({ state: 'ran', items: 20 });
  });
});
