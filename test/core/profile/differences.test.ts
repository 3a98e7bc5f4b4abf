import { describe, expect, test } from 'vitest';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import type { BoxesValue, Json, ScoresValue, TensorValue, Value } from '../../../core/kinds/value.ts';
import { answersEffect, type SampleOutputs } from '../../../core/profile/differences.ts';
import type { PublishedOutput } from '../../../core/run/result.ts';

function output(...values: readonly Value[]): PublishedOutput {
  const items = values.map((value, i) => ({ t: i, value }));
  return { status: 'present', kind: values[0]?.kind ?? 'json', sequence: values.length === 1 ? 'one' : 'many', items };
}
const missing: PublishedOutput = {
  status: 'missing',
  problem: { code: 'media-corrupt', message: 'broken', fix: '', where: {}, severity: 'error' },
};
const only = (...values: readonly Value[]): SampleOutputs => ({ out: output(...values) });
const text = (words: string): Value => ({ kind: 'text', text: words });
const json = (data: Json): Value => ({ kind: 'json', json: data });

function scores(data: readonly number[], labels: readonly string[] | null = null): ScoresValue {
  return { kind: 'scores', data: Float32Array.from(data), labels, form: 'probabilities' };
}
function boxes(rows: readonly (readonly [number, number, number, number])[], classes = rows.map(() => 1)): BoxesValue {
  return {
    kind: 'boxes',
    imageWidth: 100,
    imageHeight: 50,
    coordinates: Float32Array.from(rows.flat()),
    scores: Float32Array.from(rows, (_, i) => 1 - i / 10),
    classes: Int32Array.from(classes),
    labels: ['cat', 'dog'],
  };
}
function float32(shape: readonly number[], data: readonly number[]): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(data) };
}
const embedding = (...data: readonly number[]): Value => ({
  kind: 'embedding',
  data: Float32Array.from(data),
  unit: false,
});

describe('what another variant does to the answers', () => {
  test('nothing: identical, bit by bit, NaN included', () => {
    const outputs: SampleOutputs[] = [
      only(scores([0.1, 0.9]), scores([1, 0])),
      only(float32([2], [Number.NaN, 1])),
      { a: output(text('x')), b: missing, c: output() },
      only(json({ a: [1, 'x'], b: null })),
    ];
    const copy = structuredClone(outputs) as SampleOutputs[];
    expect(answersEffect(outputs, copy)).toEqual({
      identical: true,
      maxDifference: 0,
      bestSame: { same: 3, of: 3 },
      words: 'answers identical',
    });
    expect(answersEffect([], [])).toMatchObject({ identical: true, maxDifference: null, bestSame: null });
  });

  test('scores: largest difference, and whether the top label stayed', () => {
    const first = [only(scores([0.1, 0.9], ['a', 'b'])), only(scores([0.7, 0.3], ['a', 'b']))];
    const other = [only(scores([0.1007, 0.8993], ['a', 'b'])), only(scores([0.7, 0.3], ['a', 'b']))];
    const found = answersEffect(first, other);
    expect(found).toMatchObject({ identical: false, bestSame: { same: 2, of: 2 } });
    expect(found.maxDifference).toBeCloseTo(7e-4, 6);
    expect(found.words).toBe('top-1 same on 2 of 2, largest difference 7e-4');
    const turned = answersEffect(first, [other[0], only(scores([0.4, 0.6], ['a', 'b']))]);
    expect(turned.words).toBe('top-1 same on 1 of 2, largest difference 0.3');
  });

  test('-0 is not 0 bit by bit, but the numbers are the same', () => {
    expect(answersEffect([only(float32([1], [0]))], [only(float32([1], [-0]))])).toMatchObject({
      identical: false,
      maxDifference: 0,
    });
  });

  test('boxes: the top box stays when its label does and it overlaps by half', () => {
    const first = [
      only(
        boxes([
          [0, 0, 10, 10],
          [20, 20, 30, 30],
        ]),
      ),
    ];
    const near = answersEffect(first, [
      only(
        boxes([
          [1, 0, 11, 10],
          [20, 20, 30, 30],
        ]),
      ),
    ]);
    expect(near.words).toBe('top box same on 1 of 1, largest difference 0.01');
    expect(near.maxDifference).toBeCloseTo(0.01, 6);
    const best = (other: Value) => answersEffect(first, [only(other)]).bestSame?.same;
    expect(best(boxes([[6, 0, 16, 10]]))).toBe(0);
    expect(best(boxes([[0, 0, 10, 10]], [0]))).toBe(0);
    expect(best(boxes([]))).toBe(0);
    expect(answersEffect([only(boxes([]))], [only(boxes([]))]).bestSame).toEqual({ same: 1, of: 1 });
    const fewer = answersEffect(first, [only(boxes([[0, 0, 10, 10]]))]);
    expect(fewer.maxDifference).toBeNull();
    expect(fewer.words).toBe('top box same on 1 of 1, out has another shape on 1 sample');
  });

  test('text, JSON and strings', () => {
    expect(answersEffect([only(text('a'))], [only(text('b'))])).toEqual({
      identical: false,
      maxDifference: null,
      bestSame: { same: 0, of: 1 },
      words: 'text same on 0 of 1',
    });
    const near = answersEffect([only(json({ label: 'cat', p: 0.5 }))], [only(json({ p: 0.625, label: 'cat' }))]);
    expect(near).toMatchObject({ identical: false, maxDifference: 0.125, bestSame: { same: 1, of: 1 } });
    expect(answersEffect([only(json({ label: 'cat' }))], [only(json({ label: 'dog' }))]).words).toBe(
      'content same on 0 of 1, out has other content on 1 sample',
    );
    const strings = (...data: readonly string[]): Value => ({ kind: 'tensor', dtype: 'string', shape: [2], data });
    expect(answersEffect([only(strings('a', 'b'))], [only(strings('a', 'b'))]).identical).toBe(true);
    expect(answersEffect([only(strings('a', 'b'))], [only(strings('a', 'c'))]).words).toBe(
      'out has other strings on 1 sample',
    );
  });

  test('embeddings: by their cosine', () => {
    const found = answersEffect([only(embedding(1, 0))], [only(embedding(0.9999, 0.0141))]);
    expect(found.bestSame).toBeNull();
    expect(found.words).toBe('largest difference 0.014, cosine at least 0.9999');
  });

  test('pictures as shares of white, masks by pixels, sound by samples', () => {
    const picture = (x: number): Value => ({
      kind: 'image',
      width: 1,
      height: 1,
      colour: 'grey',
      data: Uint8Array.of(x),
      geometry: originalGeometry(1, 1),
    });
    expect(answersEffect([only(picture(10))], [only(picture(61))]).maxDifference).toBeCloseTo(0.2, 9);
    const mask = (...data: readonly number[]): Value => ({
      kind: 'mask',
      width: data.length,
      height: 1,
      data: Uint8Array.from(data),
      labels: null,
    });
    expect(answersEffect([only(mask(1, 2, 3, 4))], [only(mask(1, 2, 3, 5))]).words).toBe(
      '75 % of pixels have the same class',
    );
    const sound = (...data: readonly number[]): Value => ({
      kind: 'audio',
      sampleRateHz: 8000,
      channels: [Float32Array.of(0, 0), Float32Array.from(data)],
    });
    expect(answersEffect([only(sound(0, 0.5))], [only(sound(0, 0.25))]).maxDifference).toBe(0.25);
    expect(answersEffect([only(sound(0, 0.5))], [only(sound(0, 0.5, 1))]).maxDifference).toBeNull();
  });

  test('other dtypes: float16 by value, int64 past 2^53 bit by bit', () => {
    const half = (bits: number): Value => ({
      kind: 'tensor',
      dtype: 'float16',
      shape: [1],
      data: Uint16Array.of(bits),
    });
    expect(answersEffect([only(half(0x3c00))], [only(half(0x3800))]).maxDifference).toBe(0.5);
    const long = (x: bigint): Value => ({ kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(x) });
    expect(answersEffect([only(long(2n ** 60n))], [only(long(2n ** 60n + 1n))]).identical).toBe(false);
    const wide = answersEffect([only(float32([1, 2], [1, 2]))], [only(float32([2, 1], [1, 2]))]);
    expect(wide).toMatchObject({ identical: false, maxDifference: null });
  });

  test('missing outputs, other counts, other kinds and NaN are told with how many samples', () => {
    const first = [only(text('a')), only(text('a')), only(scores([1, 0]))];
    const other = [{ out: missing }, {}, only(scores([1, 0]), scores([1, 0]))];
    expect(answersEffect(first, other)).toEqual({
      identical: false,
      maxDifference: null,
      bestSame: { same: 0, of: 3 },
      words: 'best answer same on 0 of 3, out is missing on 2 samples, out has another number of items on 1 sample',
    });
    expect(answersEffect([{ out: missing }], [only(text('a'))]).words).toContain('out is there, which it was not');
    expect(answersEffect([only(text('a'))], [only(json('a'))]).words).toContain('out is json instead of text');
    const nan = answersEffect([only(float32([1], [1]))], [only(float32([1], [Number.NaN]))]);
    expect(nan).toMatchObject({ maxDifference: null, words: 'out has NaN or infinity at other places on 1 sample' });
  });
});
