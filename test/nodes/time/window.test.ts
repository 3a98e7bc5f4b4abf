import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { anyType, many } from '../../../core/kinds/type.ts';
import type { AudioValue, Item, Json, TensorValue } from '../../../core/kinds/value.ts';
import { window } from '../../../nodes/time/window.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { audio, embedding, inferred, start, tensor, text, watched } from './items.ts';

testNode(window);

async function windows(
  value: readonly Item[],
  params: Record<string, Json>,
  host = pureHost(),
): Promise<readonly Item[]> {
  return ((await callNode(window, { params, inputs: { value }, host }))['window'] ?? []) as readonly Item[];
}

const samples = (item: Item) => [...(item.value as AudioValue).channels[0]];

describe('time.window over sound', () => {
  it('cuts the same windows however the sound is cut into pieces', async () => {
    const rate = 100;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 25 }),
        fc.constantFrom('drop', 'pad', 'keep'),
        async (sizes, length, hop, partial) => {
          const total = sizes.reduce((a, b) => a + b, 0);
          let at = 0;
          const pieces = sizes.map((n) => {
            const piece = {
              t: 5 + at / rate,
              value: audio(
                rate,
                Array.from({ length: n }, (_, i) => at + i + 1),
              ),
            };
            at += n;
            return piece;
          });
          const got = await windows(pieces, { lengthSeconds: length / rate, hopSeconds: hop / rate, partial });
          // Plain slices of the whole, by sample number.
          const want: number[][] = [];
          let covered = 0;
          for (let from = 0; from + length <= total; from += hop) {
            want.push(Array.from({ length }, (_, i) => from + i + 1));
            covered = from + length;
          }
          const next = want.length * hop;
          if (partial !== 'drop' && covered < total && next < total) {
            const rest = Array.from({ length: total - next }, (_, i) => next + i + 1);
            want.push(partial === 'keep' ? rest : [...rest, ...Array(length - rest.length).fill(0)]);
          }
          expect(got.map(samples)).toEqual(want);
          got.forEach((item, k) => {
            expect(item.t).toBe(5 + (k * hop) / rate);
            expect(item.durationSeconds).toBe(samples(item).length / rate);
          });
        },
      ),
      { numRuns: 200 },
    );
  });
  it('keeps channels apart, and times exact over an hour of small pieces', async () => {
    const stereo = [{ t: 0, value: audio(4, [1, 2, 3, 4], [5, 6, 7, 8]) }];
    const [first] = await windows(stereo, { lengthSeconds: 0.5, hopSeconds: 0.5 });
    expect(first.value).toEqual(audio(4, [1, 2], [5, 6]));
    const piece = audio(100, new Float32Array(100));
    const hour = watched((i) => ({ t: i, value: piece }), 3600);
    const { emissions } = start(window, { value: hour.items }, { lengthSeconds: 0.3, hopSeconds: 0.3 });
    let last = 0;
    for (let next = await emissions.next(); next.done !== true; next = await emissions.next()) last = next.value.t;
    expect(last).toBe((11_999 * 30) / 100);
  });
  it('pulls one piece at a time', async () => {
    const sound = watched((i) => ({ t: i, value: audio(10, new Float32Array(10)) }));
    const { emissions } = start(window, { value: sound.items }, { lengthSeconds: 2, hopSeconds: 1 });
    for (let k = 0; k < 50; k++) await emissions.next();
    expect(sound.pulled()).toBe(51);
    await emissions.return?.();
    expect(sound.left()).toBe(true);
  });
  it('starts anew after a gap, and ignores a small one', async () => {
    const piece = (t: number, v: number) => ({ t, value: audio(4, [v, v, v]) });
    const params = { lengthSeconds: 0.5, hopSeconds: 0.5, partial: 'keep' };
    const apart = await windows([piece(0, 1), piece(10, 2)], params);
    expect(apart.map((w) => [w.t, ...samples(w)])).toEqual([
      [0, 1, 1],
      [0.5, 1],
      [10, 2, 2],
      [10.5, 2],
    ]);
    const near = await windows([piece(0, 1), piece(0.76, 2)], params);
    expect(near.map((w) => [w.t, ...samples(w)])).toEqual([
      [0, 1, 1],
      [0.5, 1, 2],
      [1, 2, 2],
    ]);
  });
  it('refuses overlap, a change of rate or channels, and windows over the limit', async () => {
    const piece = { t: 0, value: audio(4, [1, 2, 3, 4]) };
    await rejects(() => windows([piece, { ...piece, t: 0.5 }], {}), 'sequence-order');
    await rejects(() => windows([piece, { t: 1, value: audio(8, [1]) }], {}), 'value-shape');
    await rejects(() => windows([piece, { t: 1, value: audio(4, [1], [1]) }], {}), 'value-shape');
    await rejects(() => windows([piece, { t: 1, value: embedding(1) }], {}), 'value-invalid');
    const host = pureHost({ limits: makeLimits({ sequenceBytes: 100 }) });
    await rejects(() => windows([piece], { lengthSeconds: 10 }, host), 'sequence-too-large');
    await rejects(() => windows([{ t: 0, value: embedding(1, 2, 3, 4) }], {}, host), 'sequence-too-large');
  });
});

describe('time.window over items', () => {
  const items = [0, 1, 2, 3, 4].map((i) => ({ t: i / 2, durationSeconds: 0.5, value: embedding(i, -i) }));
  const rows = (item: Item) => {
    const { shape, data } = item.value as TensorValue;
    return { t: item.t, length: item.durationSeconds, shape, data: [...(data as Float32Array)] };
  };
  it('stacks them, with the hop shorter, equal or longer', async () => {
    const got = await windows(items, { lengthItems: 3, hopItems: 1, partial: 'drop' });
    expect(got.map(rows)).toEqual(
      [0, 1, 2].map((i) => ({
        t: i / 2,
        length: 1.5,
        shape: [3, 2],
        data: [i, -i, i + 1, -i - 1, i + 2, -i - 2],
      })),
    );
    const sparse = await windows(items, { lengthItems: 1, hopItems: 3, partial: 'drop' });
    expect(sparse.map((w) => w.t)).toEqual([0, 1.5]);
  });
  it('drops, pads or keeps what is left', async () => {
    const last = async (partial: string) => {
      const got = await windows(items, { lengthItems: 3, hopItems: 3, partial });
      return rows(got[got.length - 1]);
    };
    expect((await last('drop')).shape).toEqual([3, 2]);
    expect(await last('keep')).toEqual({ t: 1.5, length: 1, shape: [2, 2], data: [3, -3, 4, -4] });
    expect(await last('pad')).toEqual({ t: 1.5, length: 1, shape: [3, 2], data: [3, -3, 4, -4, 0, 0] });
    const overlap = await windows(items.slice(0, 3), { lengthItems: 3, hopItems: 1, partial: 'pad' });
    expect(overlap).toHaveLength(1);
  });
  it('keeps the dtype of tensors, and refuses shapes that change', async () => {
    const whole = {
      t: 0,
      value: { kind: 'tensor', dtype: 'int64', shape: [1, 2], data: BigInt64Array.of(1n, 2n) },
    } as const;
    const [got] = await windows([whole, whole], { lengthItems: 2 });
    expect(got.value).toEqual({
      kind: 'tensor',
      dtype: 'int64',
      shape: [2, 1, 2],
      data: BigInt64Array.of(1n, 2n, 1n, 2n),
    });
    const changing = [
      { t: 0, value: tensor([1], [1]) },
      { t: 1, value: tensor([2], [1, 2]) },
    ];
    await rejects(() => windows(changing, { lengthItems: 2 }), 'value-shape');
    expect(await windows([], {})).toEqual([]);
  });
});

describe('time.window infers', () => {
  it('lengths and rates', () => {
    const sound = { ...anyType.audio, sampleRateHz: 16_000, channels: 1 };
    const params = { lengthSeconds: 0.5, hopSeconds: 0.1 };
    expect(inferred(window, { value: sound }, params).types['window']).toEqual({
      ...sound,
      samples: 8000,
      sequence: { count: 'many', rateHz: 10 },
    });
    expect(inferred(window, { value: sound }, { ...params, partial: 'keep' }).types['window']).toMatchObject({
      samples: null,
    });
    const vectors = { ...anyType.embedding, length: 64, sequence: { count: 'many' as const, rateHz: 8 } };
    expect(inferred(window, { value: vectors }).types['window']).toEqual({
      ...anyType.tensor,
      dtype: 'float32',
      shape: [8, 64],
      sequence: { count: 'many', rateHz: 2 },
    });
    const tensors = { ...anyType.tensor, dtype: 'int64' as const, shape: [1, 'n'], sequence: many };
    expect(inferred(window, { value: tensors }, { partial: 'keep' }).types['window']).toMatchObject({
      dtype: 'int64',
      shape: [null, 1, 'n'],
    });
  });
  it('nothing of text, which is not cut', () => {
    expect(window.inputs({}, {})['value'].kinds).not.toContain(text(0, '').value.kind);
  });
});
