import { describe, expect, it } from 'vitest';
import { normalise } from '../../../nodes/image/normalise.ts';
import reference from '../../reference/image-tensor.json' with { type: 'json' };
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { difference, fromBase64, picture, tensorOf } from './pixels.ts';

testNode(normalise);

const { width, height } = reference;
const image = picture(width, height, 'rgb', fromBase64(reference.rgb));

describe('image.normalise', () => {
  for (const c of reference.normalised) {
    it(`${c.preset}, ${c.layout} as numpy ${reference.library.numpy} computes it in float64`, async () => {
      const params = { preset: c.preset, layout: c.layout, mean: c.mean, std: c.std };
      const out = tensorOf(await callNode(normalise, { inputs: { image }, params }));
      expect([out.dtype, out.shape]).toEqual(['float32', c.shape]);
      expect(difference(out.data as Float32Array, c.values).max).toBeLessThan(1e-6);
    });
  }
  it('BGR order takes each mean with its own colour', async () => {
    const rgb = tensorOf(await callNode(normalise, { inputs: { image } })).data as Float32Array;
    const bgr = tensorOf(await callNode(normalise, { inputs: { image }, params: { order: 'BGR' } })).data;
    const plane = width * height;
    expect([...(bgr as Float32Array)]).toEqual([
      ...rgb.subarray(2 * plane),
      ...rgb.subarray(plane, 2 * plane),
      ...rgb.subarray(0, plane),
    ]);
  });
  it('grey is repeated, alpha left out, bgr set right', async () => {
    const params = { preset: 'custom', mean: [0, 0, 0], std: [1, 1, 1] };
    async function levels(colour: 'grey' | 'rgba' | 'bgr', data: readonly number[]) {
      const out = tensorOf(await callNode(normalise, { inputs: { image: picture(1, 1, colour, data) }, params }));
      return [...(out.data as Float32Array)].map((v) => Math.round(v * 255));
    }
    expect(await levels('grey', [9])).toEqual([9, 9, 9]);
    expect(await levels('rgba', [1, 2, 3, 0])).toEqual([1, 2, 3]);
    expect(await levels('bgr', [1, 2, 3])).toEqual([3, 2, 1]);
  });
  it('a tensor over the limit is a Problem before it is made', async () => {
    const large = picture(7000, 7000, 'grey', new Uint8Array(49_000_000));
    await rejects(() => callNode(normalise, { inputs: { image: large } }), 'tensor-too-large');
  });
});
