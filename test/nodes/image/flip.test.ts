import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import { flip } from '../../../nodes/image/flip.ts';
import reference from '../../reference/image-pixels.json' with { type: 'json' };
import { callNode, testNode } from '../../test-node.ts';
import { difference, fromBase64, imageOf, picture } from './pixels.ts';

testNode(flip);

describe('image.flip', () => {
  const { width, height, pixels } = reference.pictures.rgb;
  const image = picture(width, height, 'rgb', fromBase64(pixels));
  for (const [axis, wanted, corner] of [
    ['horizontal', reference.flipped, [width, 0]],
    ['vertical', reference.upsideDown, [0, height]],
  ] as const) {
    it(`${axis} is Pillow's, and maps its corner back`, async () => {
      const out = imageOf(await callNode(flip, { inputs: { image }, params: { axis } }), 'image');
      expect(difference(out.data, fromBase64(wanted)).max).toBe(0);
      expect(applyAffine(out.geometry.toOriginal, 0, 0)).toEqual(corner);
    });
  }
  it('twice is the picture again, map included', async () => {
    const once = imageOf(await callNode(flip, { inputs: { image } }), 'image');
    expect(imageOf(await callNode(flip, { inputs: { image: once } }), 'image')).toEqual(image);
  });
});
