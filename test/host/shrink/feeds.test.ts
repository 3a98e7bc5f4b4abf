import { expect, it } from 'vitest';
import { Thinned } from '../../../host/shrink/feeds.ts';
import { floats } from '../../core/onnx/shrink/models.ts';

function filled(count: number, most: number, bytes = Number.POSITIVE_INFINITY): readonly string[] {
  const kept = new Thinned(most, bytes);
  for (let i = 0; i < count; i++)
    kept.add(() => ({ sample: String(i), feeds: { x: floats([4], new Float32Array(4)) } }));
  return kept.runs().map(({ sample }) => sample);
}

it('keeps all that comes while there is room', () => {
  expect(filled(5, 8)).toEqual(['0', '1', '2', '3', '4']);
});

it('keeps some evenly when more comes', () => {
  expect(filled(9, 4)).toEqual(['0', '4', '8']);
  const many = filled(1000, 16).map(Number);
  expect(many.length).toBeGreaterThan(8);
  expect(many.length).toBeLessThanOrEqual(16);
  const gaps = new Set(many.slice(1).map((at, i) => at - many[i]));
  expect(gaps.size).toBe(1);
  expect(many.at(-1)).toBeGreaterThan(900);
});

it('keeps within its bytes, one at the least', () => {
  expect(filled(10, 100, 64)).toHaveLength(3);
  expect(filled(10, 100, 1)).toEqual(['0']);
});
