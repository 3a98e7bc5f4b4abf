import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { fromTensor } from '../../../nodes/image/fromTensor.ts';
import { toTensor } from '../../../nodes/image/toTensor.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { imageOf, picture, tensorOf } from './pixels.ts';

testNode(fromTensor);

function floats(shape: readonly number[], data: readonly number[]): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(data) };
}

describe('image.fromTensor', () => {
  it('undoes toTensor for every level, layout, range and dtype', async () => {
    const image = picture(
      16,
      16,
      'rgb',
      Uint8Array.from({ length: 768 }, (_, i) => (i * 7) % 256),
    );
    for (const layout of ['NCHW', 'NHWC']) {
      for (const range of ['0..1', '0..255', '-1..1']) {
        for (const batch of [true, false]) {
          for (const dtype of range === '0..255' ? ['float32', 'float16', 'uint8'] : ['float32', 'float16']) {
            const params = { layout, range, dtype, batch };
            const tensor = tensorOf(await callNode(toTensor, { inputs: { image }, params }));
            const back = await callNode(fromTensor, { inputs: { tensor }, params: { layout, range } });
            expect(imageOf(back, 'image'), JSON.stringify(params)).toEqual(image);
          }
        }
      }
    }
  });
  it('clamps what is outside the range', async () => {
    const tensor = floats([1, 1, 4], [-3, -1e-9, 1.001, 9]);
    expect([...imageOf(await callNode(fromTensor, { inputs: { tensor } }), 'image').data]).toEqual([0, 0, 255, 255]);
  });
  for (const [what, tensor] of [
    ['two channels', floats([1, 2, 1, 1], [0, 0])],
    ['a batch of two', floats([2, 3, 1, 1], [0, 0, 0, 0, 0, 0])],
    ['two dimensions', floats([3, 1], [0, 0, 0])],
    ['no pixels', floats([3, 0, 4], [])],
    ['strings', { kind: 'tensor', dtype: 'string', shape: [1, 1, 1], data: ['x'] }],
  ] as const) {
    it(`${what}: a Problem that names the shape`, async () => {
      const problem = await rejects(() => callNode(fromTensor, { inputs: { tensor } }), 'value-shape');
      expect(problem.message).toContain(`[${tensor.shape.join(', ')}]`);
    });
  }
  it('NaN and infinity are told with their place', async () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const tensor = floats([1, 2, 2], [0, 0, 0, bad]);
      const problem = await rejects(() => callNode(fromTensor, { inputs: { tensor } }), 'value-nonfinite');
      expect(problem.message).toContain('column 1, row 1');
    }
  });
});
