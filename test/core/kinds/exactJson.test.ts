import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exactJson, numberJson } from '../../../core/kinds/exactJson.ts';

it('writes a float32 in the fewest digits that give it back', () => {
  expect(numberJson(Math.fround(0.1))).toBe(0.1);
  expect(numberJson(Math.fround(16777216))).toBe(16777216);
  expect(numberJson(Number.NaN)).toBe('NaN');
  expect(numberJson(Number.NEGATIVE_INFINITY)).toBe('-Infinity');
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
      expect(Math.fround(Number(JSON.stringify(numberJson(x)))) + 0).toBe(x + 0);
    }),
  );
});

it('keeps whole numbers that a double cannot hold as text', () => {
  const data = BigInt64Array.of(5n, 2n ** 60n + 1n);
  expect(exactJson({ kind: 'tensor', dtype: 'int64', shape: [2], data })).toEqual({
    kind: 'tensor',
    dtype: 'int64',
    shape: [2],
    data: [5, '1152921504606846977'],
  });
});

it('names classes, and says so when a value is too large to write out', () => {
  const labels = ['cat', 'dog'];
  expect(exactJson({ kind: 'scores', data: Float32Array.of(0.25, 0.75), labels, form: 'probabilities' })).toEqual({
    kind: 'scores',
    form: 'probabilities',
    scores: [
      { class: 0, label: 'cat', score: 0.25 },
      { class: 1, label: 'dog', score: 0.75 },
    ],
  });
  const boxes = {
    kind: 'boxes',
    imageWidth: 9,
    imageHeight: 8,
    coordinates: Float32Array.of(1, 2, 3, 4.5),
    scores: Float32Array.of(0.5),
    classes: Int32Array.of(1),
    labels,
  } as const;
  expect(exactJson(boxes)).toEqual({
    kind: 'boxes',
    imageWidth: 9,
    imageHeight: 8,
    boxes: [{ class: 1, label: 'dog', score: 0.5, x1: 1, y1: 2, x2: 3, y2: 4.5 }],
  });
  const large = exactJson({ kind: 'embedding', data: new Float32Array(11), unit: false }, 10);
  expect(large).toMatchObject({ length: 11, omitted: expect.stringContaining('11') });
  expect(large).not.toHaveProperty('data');
});
