import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import type { Colour } from '../../../core/kinds/value.ts';
import { rotate } from '../../../nodes/image/rotate.ts';
import reference from '../../reference/image-pixels.json' with { type: 'json' };
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { difference, fromBase64, imageOf, inferred, picture } from './pixels.ts';

testNode(rotate);

describe('image.rotate', () => {
  for (const c of reference.rotated) {
    it(`${c.picture} by ${c.angle} degrees${c.expand ? ', expanded' : ''} is Pillow's; infer knows its size`, async () => {
      const { width, height, pixels } = reference.pictures[c.picture as 'rgb' | 'grey'];
      const image = picture(width, height, c.picture as Colour, fromBase64(pixels));
      const params = { angleDegrees: c.angle, expand: c.expand, colour: c.fill };
      const out = imageOf(await callNode(rotate, { inputs: { image }, params }), 'image');
      expect(difference(out.data, fromBase64(c.pixels)).max).toBe(0);
      expect(inferred(rotate, image, params, 'image')).toMatchObject({ width: c.width, height: c.height });
    });
  }
  it('a corner comes back to where it was', async () => {
    const image = picture(30, 20, 'grey', new Uint8Array(600));
    const out = imageOf(await callNode(rotate, { inputs: { image }, params: { angleDegrees: 90 } }), 'image');
    expect(applyAffine(out.geometry.toOriginal, 0, 30)).toEqual([0, 0]);
    const full = imageOf(await callNode(rotate, { inputs: { image }, params: { angleDegrees: 1080 } }), 'image');
    expect(full).toEqual(image);
  });
  it('a turned 1x60000 over the limit is a Problem; by a quarter it is fine', async () => {
    const thin = picture(1, 60000, 'grey', new Uint8Array(60000));
    await rejects(() => callNode(rotate, { inputs: { image: thin }, params: { angleDegrees: 45 } }), 'media-too-large');
    const out = imageOf(await callNode(rotate, { inputs: { image: thin }, params: { angleDegrees: 90 } }), 'image');
    expect([out.width, out.height]).toEqual([60000, 1]);
  });
});
