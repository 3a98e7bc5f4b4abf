import { describe, expect, it } from 'vitest';
import { ResultCache } from '../../../core/run/cache.ts';
import type { Seen } from '../../../core/run/keeper.ts';
import type { Tracer } from '../../../core/run/tracer.ts';
import { numbers, pipeline, run } from '../pipelines.ts';

/** What a tracer hears, in order. */
function listening() {
  const heard: (readonly [what: keyof Tracer, ...rest: readonly unknown[]])[] = [];
  let tasks = 0;
  const tracer: Tracer = {
    runBegins: () => heard.push(['runBegins']),
    runEnds: () => heard.push(['runEnds']),
    begin: (stage, item, readyMs, startMs, after) => {
      expect(startMs).toBeGreaterThanOrEqual(readyMs);
      heard.push(['begin', stage, item, [...after]]);
      return tasks++;
    },
    end: (task, _endMs, bytesIn, bytesOut) => heard.push(['end', task, bytesIn, bytesOut]),
    span: (task, node, kind, worker, name) => heard.push(['span', task, node, kind, worker, name]),
  };
  return { tracer, heard };
}

describe('a traced run', () => {
  const chain = pipeline({ a: 'fake.source', b: 'fake.add', out: 'fake.out' }, ['a.x > b.x', 'b.x > out.value']);
  it('tells of each task, who came before it and what it took and gave', async () => {
    const { tracer, heard } = listening();
    await run(chain, { tracer });
    expect(heard).toEqual([
      ['runBegins'],
      ['begin', 0, 0, []],
      ['span', 0, 'a', 'run', 'main', 'call'],
      ['end', 0, 0, 4],
      ['begin', 1, 0, [0]],
      ['span', 1, 'b', 'run', 'main', 'call'],
      ['end', 1, 4, 4],
      ['begin', 2, 0, [1]],
      ['span', 2, 'out', 'run', 'main', 'call'],
      ['end', 2, 4, 0],
      ['runEnds'],
    ]);
  });

  it('ends when the run fails or is cancelled', async () => {
    const failing = listening();
    const bug = pipeline({ a: 'fake.source', f: ['fake.fail', { how: 'bug' }], out: 'fake.out' }, [
      'a.x > f.x',
      'f.x > out.value',
    ]);
    await expect(run(bug, { tracer: failing.tracer })).rejects.toThrow('a bug');
    expect(failing.heard.at(-1)).toEqual(['runEnds']);
    const cancelled = listening();
    await expect(run(chain, { tracer: cancelled.tracer, signal: AbortSignal.abort() })).rejects.toThrow();
    expect(cancelled.heard[0]).toEqual(['runBegins']);
    expect(cancelled.heard.at(-1)).toEqual(['runEnds']);
  });

  it('joins and sequences: tasks come after all that gave their inputs, items in order', async () => {
    const { tracer, heard } = listening();
    const result = await run(
      pipeline({ n: ['fake.count', { n: 3 }], s: 'fake.source', add: 'fake.add', out: 'fake.out' }, [
        'n.x > add.x',
        's.x > add.y',
        'add.x > out.value',
      ]),
      { tracer },
    );
    expect(numbers(result, 'out')).toEqual([2, 3, 4]);
    const begun = heard.filter(([what]) => what === 'begin');
    const ofStage = (stage: number) =>
      begun.flatMap(([, at, item, after], task) => (at === stage ? [{ item, after, task }] : []));
    const [count, source, add] = [0, 1, 2].map(ofStage);
    expect(add.map(({ item }) => item)).toEqual([0, 1, 2]);
    for (const [i, { after }] of add.entries()) expect(after).toEqual([source[0].task, count[i].task]);
    // The stretch after the last emission found nothing more to do.
    expect(count.map(({ item }) => item)).toEqual([0, 1, 2, 3]);
  });

  it('gives the same, and nothing of the tracer is left in what is kept', async () => {
    const seen: Seen[] = [];
    const keeper = {
      see: (_end: string, one: Seen) => seen.push(one),
      complete: () => undefined,
      inherit: () => null,
    };
    const cache = new ResultCache(1e6);
    const plain = await run(chain);
    const traced = await run(chain, { tracer: listening().tracer, keeper, cache });
    expect(traced.outputs).toEqual(plain.outputs);
    const again = listening();
    const replayed = await run(chain, { tracer: again.tracer, cache, keeper });
    expect(replayed.outputs).toEqual(plain.outputs);
    expect(replayed.nodes['b'].state).toBe('cached');
    // Only the output node ran; what came from the cache was made by nobody.
    expect(again.heard.filter(([what]) => what === 'begin')).toEqual([['begin', 2, 0, []]]);
    for (const one of seen.filter((_, i) => i < 2)) expect(Object.keys(one).sort()).toEqual(['t', 'value']);
  });
});
