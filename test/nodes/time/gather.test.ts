import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mendsFor } from '../../../core/check/mend.ts';
import { makeLimits } from '../../../core/define/limits.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { anyType, many, one } from '../../../core/kinds/type.ts';
import type { Item, Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { gather } from '../../../nodes/time/gather.ts';
import { take } from '../../../nodes/time/take.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { embedding, inferred, tensor, text } from './items.ts';

testNode(gather);

async function gathered(value: readonly Item[], how: string, params: Record<string, Json> = {}, host = pureHost()) {
  const got = (await callNode(gather, { params: { how, ...params }, inputs: { value }, host }))[
    'value'
  ] as readonly Item[];
  expect(got).toHaveLength(1);
  return got[0];
}

const at = (values: readonly Value[]): Item[] => values.map((value, i) => ({ t: i + 1, value }));

describe('time.gather', () => {
  it('folds number by number as plain sums do', async () => {
    const row = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 10 }), async (rows) => {
        const items = at(rows.map((r) => tensor([3], r)));
        const columns = [0, 1, 2].map((c) => rows.map((r) => r[c]));
        const want = {
          mean: columns.map((c) => c.reduce((a, b) => a + b) / c.length),
          sum: columns.map((c) => c.reduce((a, b) => a + b)),
          max: columns.map((c) => Math.max(...c)),
          min: columns.map((c) => Math.min(...c)),
        };
        for (const [how, numbers] of Object.entries(want))
          expect((await gathered(items, how)).value).toEqual(tensor([3], numbers));
        expect((await gathered(items, 'stack')).value).toEqual(tensor([rows.length, 3], rows.flat()));
      }),
      { numRuns: 40 },
    );
  });
  it('keeps kind, labels, dtype and shape', async () => {
    const half: TensorValue = { kind: 'tensor', dtype: 'float16', shape: [1, 1], data: Uint16Array.of(0x3c00) };
    expect((await gathered(at([half, { ...half, data: Uint16Array.of(0x4200) }]), 'mean')).value).toEqual({
      ...half,
      data: Uint16Array.of(0x4000),
    });
    expect((await gathered(at([embedding(1, 2), embedding(3, 2)]), 'mean')).value).toEqual(embedding(2, 2));
    const scores: Value = { kind: 'scores', data: Float32Array.of(0.5), labels: ['a'], form: 'independent' };
    expect((await gathered(at([scores]), 'max')).value).toEqual(scores);
  });
  it('lists any kind, with times when asked, and an empty sequence as an empty list', async () => {
    const items = [text(1, 'a', 2), text(5, 'b', 1)];
    const plain = await gathered(items, 'list');
    expect(plain).toEqual({ t: 1, durationSeconds: 5, value: { kind: 'json', json: ['a', 'b'] } });
    const timed = await gathered(items, 'list', { withTimes: true });
    expect(timed.value).toEqual({
      kind: 'json',
      json: [
        { t: 1, value: 'a' },
        { t: 5, value: 'b' },
      ],
    });
    expect((await gathered([], 'list')).value).toEqual({ kind: 'json', json: [] });
  });
  it('refuses what has no mean: nothing, text, several shapes, several label lists', async () => {
    for (const how of ['mean', 'max', 'stack']) await rejects(() => gathered([], how), 'value-invalid');
    await rejects(() => gathered([text(0, 'a')], 'mean'), 'value-invalid');
    await rejects(
      () => gathered(at([{ kind: 'tensor', dtype: 'string', shape: [1], data: ['a'] }]), 'sum'),
      'value-invalid',
    );
    await rejects(() => gathered(at([tensor([1], [1]), tensor([2], [1, 2])]), 'mean'), 'value-shape');
    await rejects(() => gathered(at([embedding(1), tensor([1], [1])]), 'max'), 'value-shape');
    const scores = (label: string): Value => ({
      kind: 'scores',
      data: Float32Array.of(1),
      labels: [label],
      form: 'other',
    });
    await rejects(() => gathered(at([scores('a'), scores('b')]), 'mean'), 'value-shape');
  });
  it('holds no more than its limits, but folds without end', async () => {
    const few = pureHost({ limits: makeLimits({ sequenceItems: 2 }) });
    const three = at([tensor([1], [1]), tensor([1], [2]), tensor([1], [3])]);
    for (const how of ['stack', 'list']) await rejects(() => gathered(three, how, {}, few), 'sequence-too-large');
    expect((await gathered(three, 'mean', {}, few)).value).toEqual(tensor([1], [2]));
    const small = pureHost({ limits: makeLimits({ sequenceBytes: 8 }) });
    await rejects(() => gathered(three, 'stack', {}, small), 'sequence-too-large');
  });
  it('infers one item, and reports ways that a kind does not have', () => {
    const vectors = { ...anyType.embedding, length: 4, sequence: many };
    expect(inferred(gather, { value: vectors }).types['value']).toEqual({ ...vectors, sequence: one });
    expect(inferred(gather, { value: vectors }, { how: 'stack' }).types['value']).toMatchObject({
      dtype: 'float32',
      shape: [null, 4],
      sequence: one,
    });
    expect(inferred(gather, { value: vectors }, { how: 'list' }).types['value']).toEqual(anyType.json);
    const wrong = inferred(gather, { value: { ...anyType.text, sequence: many } });
    expect(wrong.codes).toEqual(['param-invalid']);
    expect(wrong.problems[0].mend).toEqual({ setParam: { name: 'how', value: 'list' } });
  });
  it('offers itself, before time.take, where one item is wanted of many', () => {
    const registry = makeRegistry([gather, take]);
    const wanted = port.embedding({ count: 'one', doc: 'One vector.' });
    const from = { ...anyType.embedding, sequence: many };
    expect(mendsFor(from, wanted, registry).map((m) => [m.type, m.params])).toEqual([
      ['time.gather', { how: 'mean' }],
      ['time.take', { count: 1 }],
    ]);
    const picture = port.image({ count: 'one', doc: 'One picture.' });
    const frames = { ...anyType.image, sequence: many };
    expect(mendsFor(frames, picture, registry).map((m) => m.type)).toEqual(['time.take']);
    expect(mendsFor({ ...frames, sequence: one }, wanted, registry)).toEqual([]);
  });
});
