import { describe, expect, it } from 'vitest';
import { toTensor } from '../../../nodes/image/toTensor.ts';
import reference from '../../reference/image-tensor.json' with { type: 'json' };
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { difference, fromBase64, inferred, picture, tensorOf } from './pixels.ts';

testNode(toTensor);

const image = picture(reference.width, reference.height, 'rgb', fromBase64(reference.rgb));

describe('image.toTensor', () => {
  for (const c of reference.tensors) {
    it(`${c.dtype}, ${c.range}, ${c.layout}, ${c.order}${c.batch ? '' : ', no batch'} as numpy ${reference.library.numpy}`, async () => {
      const { dtype, range, layout, order, batch } = c;
      const params = { dtype, range, layout, order, batch };
      const out = tensorOf(await callNode(toTensor, { inputs: { image }, params }));
      expect([out.dtype, out.shape]).toEqual([dtype, c.shape]);
      expect(inferred(toTensor, image, params, 'tensor')).toMatchObject({ dtype, shape: c.shape });
      const limit = dtype === 'float32' ? 1e-6 : 0;
      expect(difference(out.data as Float32Array, c.values).max).toBeLessThanOrEqual(
        limit * (range === '0..255' ? 255 : 1),
      );
    });
  }
  it('keeps one channel of grey, and alpha last', async () => {
    const params = { dtype: 'uint8', layout: 'NHWC', order: 'reversed' };
    const grey = tensorOf(await callNode(toTensor, { inputs: { image: picture(2, 1, 'grey', [4, 5]) }, params }));
    expect([grey.shape, [...grey.data]]).toEqual([
      [1, 1, 2, 1],
      [4, 5],
    ]);
    const clear = tensorOf(
      await callNode(toTensor, { inputs: { image: picture(1, 1, 'rgba', [1, 2, 3, 4]) }, params }),
    );
    expect([...clear.data]).toEqual([3, 2, 1, 4]);
  });
  it('a tensor over the limit is a Problem before it is made', async () => {
    const large = picture(12_000, 12_000, 'grey', new Uint8Array(0));
    await rejects(() => callNode(toTensor, { inputs: { image: large } }), 'tensor-too-large');
  });
});
