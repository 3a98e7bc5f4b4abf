import { expect, it } from 'vitest';
import { dropOf, outputError } from '../../../../core/onnx/shrink/error.ts';
import { floatToHalf } from '../../../../core/onnx/shrink/half.ts';
import { floats } from './models.ts';

const row = (...values: number[]) => ({ y: floats([1, values.length], Float32Array.from(values)) });

it('tells no error for equal answers, infinity and NaN in place too', () => {
  const same = row(1, Number.NEGATIVE_INFINITY, Number.NaN, 3);
  expect(outputError([same], [same])).toMatchObject({ relative: 0, maxDifference: 0, cosine: 1, worst: 0 });
});

it('measures by size, best place and direction, and names the worst feeds', () => {
  const wanted = [row(3, 4), row(0, 10), row(6, 8)];
  const got = [row(3, 4), row(10, 0), row(6.6, 8.8)];
  const error = outputError(wanted, got);
  expect(error.relative).toBeCloseTo(Math.sqrt((200 + 1) / (25 + 100 + 100)), 6);
  expect(error).toMatchObject({ maxDifference: 10, cosine: 0, worst: 1, top1: { same: 2, of: 3 } });
  expect(error.worstRelative).toBeCloseTo(Math.SQRT2, 6);
  expect(dropOf(error)).toBe(1);
  expect(dropOf(outputError(wanted.slice(2), got.slice(2)))).toBeCloseTo(0, 9);
});

it('counts best places only where they are answers', () => {
  const wanted = [{ ...row(1, 2), e: floats([1, 2], Float32Array.of(0.5, 0.51)) }];
  const got = [{ ...row(1, 2), e: floats([1, 2], Float32Array.of(0.51, 0.5)) }];
  expect(outputError(wanted, got).top1).toEqual({ same: 1, of: 2 });
  expect(outputError(wanted, got, ['y']).top1).toEqual({ same: 1, of: 1 });
  expect(dropOf(outputError(wanted, got, ['y']))).toBeLessThan(1e-3);
});

it('is infinite when a number was lost, and a full drop', () => {
  for (const bad of [row(1, Number.NaN), row(1), {}]) {
    const error = outputError([row(1, 2)], [bad]);
    expect(error.relative).toBe(Number.POSITIVE_INFINITY);
    expect(dropOf(error)).toBe(1);
  }
});

it('reads half precision, whole numbers and large ones, and passes text by', () => {
  const half = { kind: 'tensor', dtype: 'float16', shape: [2], data: Uint16Array.from([1, 2], floatToHalf) } as const;
  const long = { kind: 'tensor', dtype: 'int64', shape: [2], data: BigInt64Array.of(3n, 4n) } as const;
  const text = { kind: 'tensor', dtype: 'string', shape: [1], data: ['a'] } as const;
  const wanted = { h: floats([2], Float32Array.of(1, 2)), l: long, s: text };
  expect(outputError([wanted], [{ h: half, l: long, s: { ...text, data: ['b'] } }]).relative).toBe(0);
});
