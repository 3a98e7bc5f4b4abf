import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import type { Colour, ImageValue } from '../../../core/kinds/value.ts';
import { resize } from '../../../nodes/image/resize.ts';
import reference from '../../reference/image-resize.json' with { type: 'json' };
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { difference, fromBase64, imageOf, inferred, picture } from './pixels.ts';

testNode(resize);

async function resized(image: ImageValue, params: Readonly<Record<string, number | string | boolean | null>>) {
  return imageOf(await callNode(resize, { inputs: { image }, params }), 'image');
}

const original = (name: 'rgb' | 'grey' | 'rgba'): ImageValue => {
  const p = reference.pictures[name];
  return picture(p.width, p.height, name as Colour, fromBase64(p.pixels));
};

describe('image.resize', () => {
  it(`is Pillow ${reference.library.pillow}'s resize when antialiased`, async () => {
    for (const c of reference.antialiased) {
      const out = await resized(original(c.picture as 'rgb'), { width: c.width, height: c.height, filter: c.filter });
      expect(difference(out.data, fromBase64(c.pixels)).max, `${c.picture} ${c.filter} ${c.width}x${c.height}`).toBe(0);
    }
  });
  it(`is torch ${reference.library.torch}'s interpolate when not`, async () => {
    for (const c of reference.plain) {
      const params = { width: c.width, height: c.height, filter: c.filter, antialias: false };
      const d = difference((await resized(original(c.picture as 'rgb'), params)).data, fromBase64(c.pixels));
      expect(d.max, `${c.picture} ${c.filter} ${c.width}x${c.height}`).toBeLessThanOrEqual(1);
    }
  });
  it('maps its points back: the middle to the middle, a corner to the corner', async () => {
    const { geometry } = await resized(picture(400, 100, 'grey', new Uint8Array(40000)), { width: 10, height: 20 });
    expect(applyAffine(geometry.toOriginal, 5, 10)).toEqual([200, 50]);
    expect(applyAffine(geometry.toOriginal, 10, 20)).toEqual([400, 100]);
  });
  it('a side that is left empty follows, in infer as in run', async () => {
    const image = picture(30, 20, 'grey', new Uint8Array(600));
    for (const [params, size] of [
      [{ width: 15, height: null }, [15, 10]],
      [{ width: null, height: 7 }, [11, 7]],
      [{ width: null, height: null }, [30, 20]],
    ] as const) {
      const out = await resized(image, params);
      expect([out.width, out.height]).toEqual(size);
      expect(inferred(resize, image, params, 'image')).toMatchObject({ width: size[0], height: size[1] });
    }
  });
  it('a picture of 1x60000 becomes what is asked, and one over the limit a Problem before it is made', async () => {
    const thin = picture(1, 60000, 'grey', new Uint8Array(60000).fill(7));
    const out = await resized(thin, { width: 3, height: 5 });
    expect([...out.data]).toEqual(new Array(15).fill(7));
    await rejects(() => resized(thin, { width: 16384, height: 16384 }), 'media-too-large');
    await rejects(() => resized(thin, { width: 16384, height: 2 }), 'media-too-large');
    expect((await resized(thin, { width: 1, height: 1 })).data[0]).toBe(7);
  });
  it('lanczos has only the antialiased form', async () => {
    const image = original('rgb');
    const one = await resized(image, { width: 9, height: 29, filter: 'lanczos', antialias: false });
    const two = await resized(image, { width: 9, height: 29, filter: 'lanczos', antialias: true });
    expect(difference(one.data, two.data).max).toBe(0);
  });
});
