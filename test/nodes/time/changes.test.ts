import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item, Value } from '../../../core/kinds/value.ts';
import { changes } from '../../../nodes/time/changes.ts';
import { callNode, testNode } from '../../test-node.ts';
import { audio, embedding, start, tensor, text, textsOf, watched } from './items.ts';

testNode(changes);

async function kept(values: readonly Value[], params = {}): Promise<number[]> {
  const value = values.map((v, t) => ({ t, value: v }));
  const got = (await callNode(changes, { params, inputs: { value } }))['value'] ?? [];
  return (got as readonly Item[]).map((item) => item.t);
}

const geometry = { originalWidth: 1, originalHeight: 1, toOriginal: [1, 0, 0, 0, 1, 0] } as const;
const boxes = (x: number, label = 'a'): Value => ({
  kind: 'boxes',
  imageWidth: 9,
  imageHeight: 9,
  coordinates: Float32Array.of(x, 0, 5, 5),
  scores: Float32Array.of(0.5),
  classes: Int32Array.of(0),
  labels: [label],
});
const scores = (data: number[], labels: string[] | null = ['a', 'b']): Value => ({
  kind: 'scores',
  data: Float32Array.from(data),
  labels,
  form: 'other',
});

/** Of each kind: two that are equal but not the same, and others that all differ. */
const examples: Record<string, readonly [Value, Value, ...Value[]]> = {
  text: [text(0, 'a').value, text(0, 'a').value, text(0, 'b').value],
  json: [
    { kind: 'json', json: { a: [1, null], b: 'x' } },
    { kind: 'json', json: { b: 'x', a: [1, null] } },
    { kind: 'json', json: { a: [1, null] } },
    { kind: 'json', json: { a: { 0: 1, 1: null }, b: 'x' } },
    { kind: 'json', json: null },
  ],
  tensor: [tensor([2], [1, 2]), tensor([2], [1, 2]), tensor([1, 2], [1, 2]), tensor([2], [1, 3])],
  strings: [
    { kind: 'tensor', dtype: 'string', shape: [1], data: ['a'] },
    { kind: 'tensor', dtype: 'string', shape: [1], data: ['a'] },
    { kind: 'tensor', dtype: 'string', shape: [1], data: ['b'] },
  ],
  embedding: [embedding(1, Number.NaN), embedding(1, Number.NaN), embedding(1, 2), embedding(1)],
  scores: [scores([1, 2]), scores([1, 2]), scores([1, 3]), scores([1, 3], null)],
  boxes: [boxes(1), boxes(1), boxes(2), boxes(2, 'b')],
  mask: [
    { kind: 'mask', width: 2, height: 1, data: Uint8Array.of(0, 1), labels: null },
    { kind: 'mask', width: 2, height: 1, data: Uint8Array.of(0, 1), labels: null },
    { kind: 'mask', width: 2, height: 1, data: Uint8Array.of(1, 1), labels: null },
  ],
  image: [
    { kind: 'image', width: 1, height: 1, colour: 'grey', data: Uint8Array.of(7), geometry },
    { kind: 'image', width: 1, height: 1, colour: 'grey', data: Uint8Array.of(7), geometry },
    { kind: 'image', width: 1, height: 1, colour: 'grey', data: Uint8Array.of(8), geometry },
  ],
  audio: [audio(8, [1, 2]), audio(8, [1, 2]), audio(16, [1, 2]), audio(16, [1, 2], [1, 2])],
};

describe('time.changes', () => {
  for (const [name, [a, same, ...others]] of Object.entries(examples)) {
    it(`compares ${name} by content`, async () => {
      expect(await kept([a, same, ...others, a])).toEqual([0, ...others.map((_, i) => i + 2), others.length + 2]);
    });
  }
  it('compares numbers within the tolerance with the item that was let through last', async () => {
    const steps = [0, 0.4, 0.8, 1.2, 1.6].map((x) => embedding(x));
    expect(await kept(steps, { tolerance: 0.5 })).toEqual([0, 2, 4]);
  });
  it('compares scores by their best label when asked', async () => {
    expect(await kept([scores([1, 2]), scores([0, 9]), scores([5, 1])], { by: 'label' })).toEqual([0, 2]);
  });
  it('gives a sequence without equal neighbours that loses no change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }), async (list) => {
        const value = list.map((label, t) => text(t, label, 1));
        const got = textsOf((await callNode(changes, { inputs: { value } }))['value']);
        expect(got.map(([t]) => t)).toEqual(list.flatMap((label, t) => (label === list[t - 1] ? [] : [t])));
        expect(got.map(([, label]) => label)).toEqual(list.filter((label, t) => label !== list[t - 1]));
      }),
      { numRuns: 60 },
    );
  });
  it('holds one item of an endless sequence', async () => {
    const endless = watched((i) => text(i, `${i >> 2}`));
    const { emissions } = start(changes, { value: endless.items });
    for (let k = 0; k < 5; k++) await emissions.next();
    expect(endless.pulled()).toBe(17);
  });
});
