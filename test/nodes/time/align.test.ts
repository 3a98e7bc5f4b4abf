import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyType, many } from '../../../core/kinds/type.ts';
import type { EmbeddingValue, Item, Json, Value } from '../../../core/kinds/value.ts';
import { align } from '../../../nodes/time/align.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { embedding, inferred, start, tensor, text, textsOf, watched } from './items.ts';

testNode(align);

function run(inputs: Record<string, readonly Item[] | Value>, params: Record<string, Json> = {}) {
  return callNode(align, { params: { sequences: Object.keys(inputs), ...params }, inputs });
}

const clock = [0, 1, 2, 3].map((t) => text(t, `c${t}`));

describe('time.align on the first sequence', () => {
  it('takes the nearest item, the earlier of two equally near, at the ends too', async () => {
    const got = await run({ a: clock, b: [text(0.4, 'x'), text(1.6, 'y'), text(2.4, 'z')] });
    expect(textsOf(got['b'])).toEqual([
      [0, 'x'],
      [1, 'x'],
      [2, 'y'],
      [3, 'z'],
    ]);
    expect(textsOf(got['a'])).toEqual(textsOf(clock));
  });
  it('holds the latest item, and leaves ticks before the first out', async () => {
    const got = await run({ a: clock, b: [text(1, 'x'), text(2.5, 'y')] }, { method: 'hold' });
    expect(textsOf(got['b'])).toEqual([
      [1, 'x'],
      [2, 'x'],
      [3, 'y'],
    ]);
    expect(textsOf(got['a'])).toEqual([
      [1, 'c1'],
      [2, 'c2'],
      [3, 'c3'],
    ]);
  });
  it('keeps to the tolerance, except while an item lasts', async () => {
    const params = { toleranceSeconds: 0.3 };
    const got = await run({ a: clock, b: [text(0.2, 'x'), text(1.5, 'y'), text(2.9, 'z')] }, params);
    expect(textsOf(got['b'])).toEqual([
      [0, 'x'],
      [3, 'z'],
    ]);
    const lasting = await run({ a: clock, b: [text(0, 'x', 2.5), text(2.9, 'z')] }, { ...params, method: 'hold' });
    const until = [
      [0, 'x'],
      [1, 'x'],
      [2, 'x'],
      [3, 'z'],
    ];
    expect(textsOf(lasting['b'])).toEqual(until);
    const nearest = await run({ a: clock, b: [text(0, 'x', 2.5), text(2.2, 'y', 0), text(2.9, 'z')] }, params);
    expect(textsOf(nearest['b'])).toEqual(until);
  });
  it('interpolates numbers linearly, of tensors in their dtype, embeddings and scores', async () => {
    const at = (t: number, value: Value): Item => ({ t, value });
    const half: Value = { kind: 'tensor', dtype: 'float16', shape: [1], data: Uint16Array.of(0x3c00) };
    const inputs = {
      a: [0.25, 0.5, 1].map((t) => text(t, '')),
      b: [at(0, tensor([2], [0, 10])), at(1, tensor([2], [4, 20]))],
      c: [at(0, embedding(1)), at(1, embedding(2))],
      d: [at(0, half), at(1, { ...half, data: Uint16Array.of(0x4200) })],
    };
    const got = await run(inputs, { method: 'interpolate' });
    const values = (port: string) => (got[port] as readonly Item[]).map((i) => (i.value as EmbeddingValue).data);
    expect(values('b')).toEqual([Float32Array.of(1, 12.5), Float32Array.of(2, 15), Float32Array.of(4, 20)]);
    expect(values('c')).toEqual([Float32Array.of(1.25), Float32Array.of(1.5), Float32Array.of(2)]);
    expect(values('d')).toEqual([Uint16Array.of(0x3e00), Uint16Array.of(0x4000), Uint16Array.of(0x4200)]);
  });
  it('lets a single item hold at all times', async () => {
    const got = await run({ a: clock, b: text(0, 'always').value }, { method: 'hold', toleranceSeconds: 0.1 });
    expect(textsOf(got['b'])).toEqual(clock.map((c) => [c.t, 'always']));
  });
  it('gives nothing when another sequence is empty', async () => {
    expect(await run({ a: clock, b: [] })).toEqual({});
  });
});

describe('time.align on a steady rate', () => {
  it('ticks at whole multiples of the rate while all sequences last', async () => {
    const b = [0.1, 0.6, 1.1].map((t) => text(t, `b${t}`));
    const c = [0.3, 0.9, 2].map((t) => text(t, `c${t}`));
    const got = await run({ b, c }, { clock: 'rate', rateHz: 2 });
    expect(textsOf(got['b'])).toEqual([
      [0.5, 'b0.6'],
      [1, 'b1.1'],
    ]);
    expect(textsOf(got['c'])).toEqual([
      [0.5, 'c0.3'],
      [1, 'c0.9'],
    ]);
    expect((got['b'] as readonly Item[])[0].durationSeconds).toBe(0.5);
  });
  it('does not drift over an hour', async () => {
    const ends = [text(0, 'x'), text(3600, 'y')];
    const got = textsOf((await run({ a: ends }, { clock: 'rate', rateHz: 3 }))['a']);
    expect(got.length).toBe(10_801);
    got.forEach(([t], k) => {
      expect(t).toBe(k / 3);
    });
  });
  it('meets once when all are single items', async () => {
    const got = await run({ a: text(0, 'x').value, b: text(0, 'y').value }, { clock: 'rate' });
    expect(textsOf(got['a'])).toEqual([[0, 'x']]);
    expect(textsOf(got['b'])).toEqual([[0, 'y']]);
  });
});

describe('time.align', () => {
  it('finds what a plain search finds, whatever the times', async () => {
    const times = fc
      .array(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 25 })
      .map((list) => [...new Set(list)].sort((a, b) => a - b).map((x) => x / 8));
    await fc.assert(
      fc.asyncProperty(
        times,
        times.filter((t) => t.length > 1),
        fc.constantFrom('nearest', 'hold'),
        async (a, b, method) => {
          const tolerance = 2;
          const got = await run(
            { a: a.map((t) => text(t, 'a')), b: b.map((t) => text(t, `${t}`)) },
            { method, toleranceSeconds: tolerance },
          );
          const want = a.flatMap((t) => {
            const usable = method === 'hold' ? b.filter((x) => x <= t) : b;
            const best = usable.reduce((p, x) => (Math.abs(x - t) < Math.abs(p - t) ? x : p), Number.POSITIVE_INFINITY);
            return Math.abs(best - t) <= tolerance ? [[t, `${best}`]] : [];
          });
          expect(textsOf(got['b'])).toEqual(want);
          expect(textsOf(got['a']).map(([t]) => t)).toEqual(want.map(([t]) => t));
        },
      ),
      { numRuns: 200 },
    );
  });
  it('pulls no further than it must, counts what it drops, and lets go when it is left', async () => {
    const fast = watched((i) => text(i / 100, `${i}`));
    const slow = watched((i) => text(i, `${i}`), 3);
    const { emissions, notes } = start(align, { a: slow.items, b: fast.items }, { toleranceSeconds: 0.001 });
    await emissions.next();
    expect(fast.pulled()).toBeLessThanOrEqual(2);
    await emissions.next();
    expect(fast.pulled()).toBeLessThanOrEqual(103);
    await emissions.next();
    expect((await emissions.next()).done).toBe(true);
    expect(fast.left()).toBe(true);
    expect(notes).toEqual({});
    const late = watched((i) => text(10 + i, `${i}`), 2);
    const dropping = start(
      align,
      { a: watched((i) => text(i, ''), 4).items, b: late.items },
      { toleranceSeconds: 0.5 },
    );
    expect((await dropping.emissions.next()).done).toBe(true);
    expect(dropping.notes).toEqual({ dropped: 4 });
  });
  it('stops at the signal, and lets go', async () => {
    const controller = new AbortController();
    const [a, b] = [watched((i) => text(i, '')), watched((i) => text(i, ''))];
    const { emissions } = start(align, { a: a.items, b: b.items }, {}, controller.signal);
    await emissions.next();
    controller.abort(new Error('stop'));
    await expect(emissions.next()).rejects.toThrow('stop');
    expect([a.left(), b.left()]).toEqual([true, true]);
  });
  it('refuses times that go back, and interpolation between what has none', async () => {
    await rejects(() => run({ a: clock, b: [text(1, ''), text(0, '')] }), 'sequence-order');
    await rejects(() => run({ a: [text(1, ''), text(0, '')], b: clock }), 'sequence-order');
    const between = { a: [text(0.5, '')], b: [text(0, ''), text(1, '')] };
    await rejects(() => run(between, { method: 'interpolate' }), 'value-invalid');
    const sizes = [
      { t: 0, value: tensor([1], [0]) },
      { t: 1, value: tensor([2], [0, 1]) },
    ];
    await rejects(() => run({ a: [text(0.5, '')], b: sizes }, { method: 'interpolate' }), 'value-shape');
  });
  it('infers kinds and rate, and reports what cannot be interpolated', () => {
    const image = { ...anyType.image, width: 8, height: 8, sequence: { count: 'many' as const, rateHz: 25 } };
    const sound = { ...anyType.embedding, length: 4, sequence: many };
    const first = inferred(align, { a: image, b: sound }).types;
    expect(first).toEqual({ a: image, b: { ...sound, sequence: image.sequence } });
    const rate = inferred(align, { a: image, b: sound }, { clock: 'rate', rateHz: 5 }).types;
    expect(rate['a'].sequence).toEqual({ count: 'many', rateHz: 5 });
    expect(inferred(align, { a: image, b: sound }, { method: 'interpolate' }).codes).toEqual([]);
    const wrong = inferred(align, { b: sound, a: image }, { sequences: ['b', 'a'], method: 'interpolate' });
    expect(wrong.codes).toEqual(['wire-kind']);
    expect(wrong.problems[0].where.port).toBe('a');
  });
});
