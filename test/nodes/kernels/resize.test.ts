import { describe, expect, it } from 'vitest';
import type { Colour } from '../../../core/kinds/value.ts';
import { type PictureFilter, resizePicture } from '../../../nodes/kernels/picture.ts';
import reference from '../../reference/image-resize.json' with { type: 'json' };
import { difference, fromBase64, picture } from '../image/pixels.ts';

const pictures = new Map(
  Object.entries(reference.pictures).map(([name, p]) => [
    name,
    picture(p.width, p.height, name as Colour, fromBase64(p.pixels)),
  ]),
);

describe(`antialiased resize against Pillow ${reference.library.pillow}`, () => {
  for (const c of reference.antialiased) {
    it(`${c.picture} ${c.filter} ${c.width}x${c.height}: equal`, () => {
      const out = resizePicture(pictures.get(c.picture)!, c.width, c.height, c.filter as PictureFilter, true);
      expect(difference(out.data, fromBase64(c.pixels))).toEqual({ mean: 0, max: 0 });
    });
  }
});

describe(`plain resize against torch ${reference.library.torch} interpolate`, () => {
  for (const c of reference.plain) {
    it(`${c.picture} ${c.filter} ${c.width}x${c.height}: within a rounding`, () => {
      const out = resizePicture(pictures.get(c.picture)!, c.width, c.height, c.filter as PictureFilter, false);
      const d = difference(out.data, fromBase64(c.pixels));
      expect(d.max).toBeLessThanOrEqual(1);
      expect(d.mean).toBeLessThan(0.005);
    });
  }
});
