import { describe, expect, it } from 'vitest';
import { defineNode } from '../../../core/define/node.ts';
import { p } from '../../../core/define/param.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { planRun } from '../../../core/plan/plan.ts';
import { runPlan } from '../../../core/run/run.ts';
import { fakeRegistry } from '../fake-nodes.ts';
import { check, numbers, pipeline, runHost } from '../pipelines.ts';

/** Remembers how many of its items were under way at once. */
const seen = { now: 0, most: 0 };
const together = defineNode({
  type: 'fake.together',
  version: 1,
  title: 'Together',
  summary: 'Works on several at once.',
  inputs: { x: port.tensor({ doc: 'x' }) },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: {
    many: p.int({ default: 1, doc: 'at once', tune: 'batch' }),
    places: p.int({ default: 0, doc: 'copies', tune: 'copies' }),
    batch: p.int({ default: 9, doc: 'a number of that name which is no knob' }),
  },
  infer: ({ inputs }) => ({ x: inputs.x }),
  run: async ({ inputs }) => {
    seen.most = Math.max(seen.most, ++seen.now);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    seen.now--;
    return { x: inputs.x };
  },
  examples: [],
});
const registry = makeRegistry([...fakeRegistry.all(), together]);

async function mostAtOnce(params: Readonly<Record<string, number>>): Promise<number> {
  seen.most = 0;
  const document = pipeline({ n: ['fake.count', { n: 40 }], t: ['fake.together', params], out: 'fake.out' }, [
    'n.x > t.x',
    't.x > out.value',
  ]);
  const signal = new AbortController().signal;
  const result = await runPlan(planRun(check(document, registry)), runHost({ parallelism: 3 }), { inputs: {}, signal });
  expect(numbers(result, 'out')).toEqual(Array.from({ length: 40 }, (_, i) => i));
  return seen.most;
}

describe('items under way at once', () => {
  it('are as many as the host allows', async () => {
    expect(await mostAtOnce({})).toBe(3);
    expect(await mostAtOnce({ many: 1, places: 1 })).toBe(3);
  });

  it('are enough for a batch at work and another that gathers, in each copy', async () => {
    expect(await mostAtOnce({ many: 8 })).toBe(16);
    expect(await mostAtOnce({ places: 4 })).toBe(8);
    expect(await mostAtOnce({ many: 3, places: 2 })).toBe(12);
  });
});
