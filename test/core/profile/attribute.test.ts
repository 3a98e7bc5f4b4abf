import { describe, expect, it } from 'vitest';
import { pipeline } from '../pipelines.ts';
import { DelayClock } from './delayClock.ts';
import { expectWhole, partsOf, pathNodes, tracedRun } from './tracedRun.ts';

const nothing = { run: 0, copy: 0, queue: 0, gap: 0, load: 0 };

describe('a run of known delays', () => {
  it('finds each node, the longer branch, and what the shorter one could bear', async () => {
    const { parts } = await tracedRun(
      pipeline(
        {
          s: 'delay.start',
          a: ['delay.sleep', { ms: 5 }],
          b: ['delay.sleep', { ms: 9 }],
          j: ['delay.spin', { ms: 2 }],
          out: 'delay.out',
        },
        ['s.x > a.a', 's.x > b.a', 'a.x > j.a', 'b.x > j.b', 'j.x > out.value'],
      ),
    );
    expectWhole(parts);
    expect(parts.wallMs).toBe(11);
    expect(parts.remainderMs).toBe(0);
    expect(pathNodes(parts)).toEqual(['b', 'j']);
    expect(partsOf(parts, 'a')).toMatchObject({ items: 1, ms: { ...nothing, run: 5 }, criticalMs: 0, slackMs: 4 });
    expect(partsOf(parts, 'b')).toMatchObject({ ms: { ...nothing, run: 9 }, criticalMs: 9, slackMs: 0 });
    expect(partsOf(parts, 'j')).toMatchObject({ bytesIn: 8, bytesOut: 4, criticalMs: 2, slackMs: 0 });
  });

  it('calls it a queue when another node holds the main thread, before a node starts and inside it', async () => {
    const { parts } = await tracedRun(
      pipeline(
        {
          s: 'delay.start',
          a: ['delay.spin', { ms: 5 }],
          b: ['delay.spin', { ms: 9 }],
          j: ['delay.mixed', { ms: 2 }],
          out: 'delay.out',
          other: 'delay.out',
        },
        ['s.x > a.a', 's.x > b.a', 'a.x > j.x', 'j.x > out.value', 'b.x > other.value'],
      ),
    );
    expectWhole(parts);
    expect(parts.wallMs).toBe(20);
    expect(partsOf(parts, 'a').ms).toEqual({ ...nothing, run: 5 });
    expect(partsOf(parts, 'b').ms).toEqual({ ...nothing, run: 9, queue: 5 });
    expect(partsOf(parts, 'j').ms).toEqual({ ...nothing, run: 6, queue: 9 });
    expect(partsOf(parts, 'b').slackMs).toBe(0);
    expect(parts.path.map(({ node, kind, worker, endMs }) => [node, kind, worker, endMs])).toEqual([
      ['a', 'run', 'main', 5],
      ['j', 'queue', 'main', 14],
      ['j', 'run', 'main', 16],
      ['j', 'run', 'timer', 18],
      ['j', 'run', 'main', 20],
    ]);
  });

  it('of a sequence: slots that are taken are a queue, and the slow stage is the path', async () => {
    const { parts } = await tracedRun(
      pipeline(
        {
          f: ['delay.frames', { ms: 3, n: 6, closing: 1 }],
          a: ['delay.sleep', { ms: 10 }],
          g: ['delay.gather', { ms: 0, last: 4 }],
          out: 'delay.out',
        },
        ['f.x > a.a', 'a.x > g.x', 'g.x > out.value'],
      ),
      { host: { parallelism: 2 } },
    );
    expectWhole(parts);
    // Two at a time: 3 to 13 and 6 to 16, then 13 to 23 and 16 to 26, then 23 to 33 and 26 to 36.
    expect(parts.wallMs).toBe(40);
    expect(partsOf(parts, 'f')).toMatchObject({ items: 6, ms: { run: 19 } });
    expect(partsOf(parts, 'a')).toMatchObject({ items: 6, ms: { run: 60, queue: 4 + 3 + 7 + 3 } });
    expect(partsOf(parts, 'g')).toMatchObject({ items: 1, ms: { run: 4, queue: 0 } });
    expect(pathNodes(parts)).toEqual(['f', 'a', 'g']);
    expect(partsOf(parts, 'a').criticalMs).toBe(30);
    expect(partsOf(parts, 'f').criticalMs).toBe(6);
  });

  it('of a slow reader: waiting for inputs is nobody’s, being held back is a queue', async () => {
    const slow = await tracedRun(
      pipeline({ f: ['delay.frames', { ms: 10, n: 4 }], e: ['delay.each', { ms: 1 }], out: 'delay.out' }, [
        'f.x > e.x',
        'e.x > out.value',
      ]),
    );
    expectWhole(slow.parts);
    expect(partsOf(slow.parts, 'e').ms).toEqual({ ...nothing, run: 4 });
    expect(slow.result?.nodes['e'].runMs).toBe(4);
    expect(slow.result?.nodes['f'].runMs).toBe(40);
    expect(pathNodes(slow.parts)).toEqual(['f', 'e']);

    const held = await tracedRun(
      pipeline({ f: ['delay.frames', { ms: 1, n: 12 }], e: ['delay.each', { ms: 10 }], out: 'delay.out' }, [
        'f.x > e.x',
        'e.x > out.value',
      ]),
    );
    expectWhole(held.parts);
    expect(held.parts.wallMs).toBe(121);
    expect(partsOf(held.parts, 'f').ms.run).toBe(12);
    expect(partsOf(held.parts, 'f').ms.queue).toBeGreaterThan(50);
    expect(partsOf(held.parts, 'e').ms).toEqual({ ...nothing, run: 120 });
    expect(partsOf(held.parts, 'e').criticalMs).toBe(120);
    expect(held.result?.nodes['f'].runMs).toBe(12);
  });

  it('of a node that works between pulls: all of its work counts, and the end of its input binds', async () => {
    const { parts } = await tracedRun(
      pipeline(
        {
          f: ['delay.frames', { ms: 5, n: 3, closing: 20 }],
          g: ['delay.gather', { ms: 2, last: 3 }],
          out: 'delay.out',
        },
        ['f.x > g.x', 'g.x > out.value'],
      ),
    );
    expectWhole(parts);
    expect(parts.wallMs).toBe(5 + 5 + 5 + 20 + 3);
    expect(partsOf(parts, 'g')).toMatchObject({ items: 1, ms: { ...nothing, run: 9 }, criticalMs: 3 });
    expect(partsOf(parts, 'f').criticalMs).toBe(35);
  });

  it('two branches that meet by time', async () => {
    const { parts } = await tracedRun(
      pipeline(
        {
          f: ['delay.frames', { ms: 1, n: 3 }],
          a: ['delay.sleep', { ms: 4 }],
          b: ['delay.sleep', { ms: 7 }],
          j: ['delay.sleep', { ms: 2 }],
          out: 'delay.out',
        },
        ['f.x > a.a', 'f.x > b.a', 'a.x > j.a', 'b.x > j.b', 'j.x > out.value'],
      ),
      { host: { parallelism: 8 } },
    );
    expectWhole(parts);
    expect(parts.wallMs).toBe(3 + 7 + 2);
    expect(pathNodes(parts)).toEqual(['f', 'b', 'j']);
    expect(partsOf(parts, 'a')).toMatchObject({ items: 3, slackMs: 3, criticalMs: 0 });
  });

  it('a missing modality, an empty sequence', async () => {
    const missing = await tracedRun(
      pipeline(
        {
          s: ['delay.start', { fails: true }],
          a: ['delay.sleep', { ms: 5 }],
          t: 'delay.start',
          b: ['delay.sleep', { ms: 1 }],
          j: ['delay.sleep', { ms: 2 }],
          out: 'delay.out',
        },
        ['s.x > a.a', 't.x > b.a', 'a.x > j.a', 'b.x > j.b', 'j.x > out.value'],
      ),
    );
    expectWhole(missing.parts);
    expect(missing.result?.warnings).toHaveLength(1);
    // `a` accepts that its input is missing and runs all the same.
    expect(missing.parts.wallMs).toBe(7);

    const empty = await tracedRun(
      pipeline({ f: ['delay.frames', { ms: 5, n: 0, closing: 6 }], a: ['delay.sleep', { ms: 5 }], out: 'delay.out' }, [
        'f.x > a.a',
        'a.x > out.value',
      ]),
    );
    expectWhole(empty.parts);
    expect(partsOf(empty.parts, 'f')).toMatchObject({ items: 0, ms: { run: 6 } });
    expect(empty.parts.nodes.map((node) => node.node)).toEqual(['f']);
  });

  it('a cancelled run: what it had come to', async () => {
    const clock = new DelayClock();
    const stop = new AbortController();
    const running = tracedRun(
      pipeline({ s: 'delay.start', a: ['delay.sleep', { ms: 4 }], b: ['delay.sleep', { ms: 50 }], out: 'delay.out' }, [
        's.x > a.a',
        'a.x > b.a',
        'b.x > out.value',
      ]),
      { clock, signal: stop.signal },
    );
    const never = new AbortController().signal;
    await clock.sleep(20, never);
    stop.abort();
    const { parts, result } = await running;
    expect(result).toBeNull();
    expectWhole(parts);
    expect(parts.wallMs).toBe(20);
    expect(partsOf(parts, 'a').criticalMs).toBe(4);
    expect(partsOf(parts, 'b').criticalMs).toBe(16);
  });

  it('a run without tasks is all remainder', async () => {
    const stop = new AbortController();
    stop.abort();
    const { parts } = await tracedRun(pipeline({ s: 'delay.start', out: 'delay.out' }, ['s.x > out.value']), {
      signal: stop.signal,
    });
    expect(parts.remainderMs).toBe(parts.wallMs);
  });
});
