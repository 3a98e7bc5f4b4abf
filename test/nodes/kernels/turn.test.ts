import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import type { Colour, ImageValue } from '../../../core/kinds/value.ts';
import { extendPicture } from '../../../nodes/kernels/picture.ts';
import { flipPicture, rotatePicture } from '../../../nodes/kernels/turn.ts';
import reference from '../../reference/image-pixels.json' with { type: 'json' };
import { difference, fromBase64, picture } from '../image/pixels.ts';

function original(name: 'rgb' | 'grey'): ImageValue {
  const p = reference.pictures[name];
  return picture(p.width, p.height, name as Colour, fromBase64(p.pixels));
}

describe(`rotate against Pillow ${reference.library.pillow}`, () => {
  for (const c of reference.rotated) {
    it(`${c.picture} by ${c.angle} degrees, expand ${c.expand}: equal`, () => {
      const out = rotatePicture(original(c.picture as 'rgb' | 'grey'), c.angle, c.expand, c.fill);
      expect([out.width, out.height]).toEqual([c.width, c.height]);
      expect(difference(out.data, fromBase64(c.pixels))).toEqual({ mean: 0, max: 0 });
    });
  }
  it('the centre stays where it was, and the upper right corner comes to the upper left by a quarter', () => {
    const out = rotatePicture(original('rgb'), 33, true, [0, 0, 0]);
    const [x, y] = applyAffine(out.geometry.toOriginal, out.width / 2, out.height / 2);
    expect(x).toBeCloseTo(37 / 2, 9);
    expect(y).toBeCloseTo(29 / 2, 9);
    const quarter = rotatePicture(original('rgb'), 90, true, [0, 0, 0]);
    expect(applyAffine(quarter.geometry.toOriginal, 0, 0)).toEqual([37, 0]);
  });
});

describe('flip and borders', () => {
  it('mirror as Pillow and map points back', () => {
    const across = flipPicture(original('rgb'), 'horizontal');
    expect(difference(across.data, fromBase64(reference.flipped)).max).toBe(0);
    expect(applyAffine(across.geometry.toOriginal, 2, 5)).toEqual([35, 5]);
    const down = flipPicture(original('rgb'), 'vertical');
    expect(difference(down.data, fromBase64(reference.upsideDown)).max).toBe(0);
    expect(applyAffine(down.geometry.toOriginal, 2, 5)).toEqual([2, 24]);
  });
  for (const mode of ['edge', 'reflect'] as const) {
    it(`${mode} as numpy ${reference.library.numpy} pads`, () => {
      const out = extendPicture(original('rgb'), reference.padded, mode);
      expect(difference(out.data, fromBase64(reference.padded[mode])).max).toBe(0);
      expect(applyAffine(out.geometry.toOriginal, 3, 5)).toEqual([0, 0]);
    });
  }
});
