import { describe, expect, it } from 'vitest';
import type { Colour } from '../../../core/kinds/value.ts';
import { convertColour } from '../../../nodes/kernels/colour.ts';
import lab from '../../reference/image-lab.json' with { type: 'json' };
import reference from '../../reference/image-pixels.json' with { type: 'json' };
import { difference, fromBase64 } from '../image/pixels.ts';

const { colour } = reference;
const rgb = fromBase64(colour.rgb);
const white = [255, 255, 255];
const exact = { mean: 0, max: 0 };

function convert(data: Uint8Array, from: Colour, to: Colour): Uint8Array {
  return convertColour(data, from, to, 'flatten', white);
}

describe(`colour against Pillow ${reference.library.pillow}`, () => {
  for (const to of ['grey', 'hsv', 'ycbcr'] as const) {
    it(`rgb to ${to}: equal`, () => {
      expect(difference(convert(rgb, 'rgb', to), fromBase64(colour[to]))).toEqual(exact);
    });
  }
  it('hsv to rgb: equal', () => {
    expect(difference(convert(rgb, 'hsv', 'rgb'), fromBase64(colour.rgbFromHsv))).toEqual(exact);
  });
  it('ycbcr to rgb: equal', () => {
    expect(difference(convert(rgb, 'ycbcr', 'rgb'), fromBase64(colour.rgbFromYcbcr))).toEqual(exact);
  });
  it('alpha flattened over a colour, or dropped: equal', () => {
    const rgba = fromBase64(reference.pictures.rgba.pixels);
    const over = convertColour(rgba, 'rgba', 'rgb', 'flatten', [12, 130, 250]);
    expect(difference(over, fromBase64(colour['rgbaOver12-130-250']))).toEqual(exact);
    const dropped = convertColour(rgba, 'rgba', 'rgb', 'drop', white);
    expect(difference(dropped, fromBase64(colour.rgbaDropped))).toEqual(exact);
  });
});

describe('lab', () => {
  const colours = fromBase64(lab.rgb);
  it(`is scikit-image ${lab.library['scikit-image']}'s, rounded to bytes`, () => {
    const d = difference(convert(colours, 'rgb', 'lab'), fromBase64(lab.lab));
    expect(d.max).toBeLessThanOrEqual(1);
    expect(d.mean).toBeLessThan(0.01);
  });
  it(`is OpenCV ${lab.library.opencv}'s within its own integer error`, () => {
    expect(difference(convert(colours, 'rgb', 'lab'), fromBase64(lab.labOpenCv)).mean).toBeLessThan(0.3);
  });
  it('comes back as scikit-image brings it back', () => {
    const d = difference(convert(fromBase64(lab.lab), 'lab', 'rgb'), fromBase64(lab.rgbFromLab));
    expect(d.max).toBeLessThanOrEqual(1);
    expect(d.mean).toBeLessThan(0.02);
  });
});

describe('channel order', () => {
  it('rgb and bgr swap', () => {
    expect([...convert(Uint8Array.of(1, 2, 3, 4, 5, 6), 'rgb', 'bgr')]).toEqual([3, 2, 1, 6, 5, 4]);
    expect([...convert(Uint8Array.of(1, 2, 3, 4, 5, 6), 'bgr', 'rgb')]).toEqual([3, 2, 1, 6, 5, 4]);
  });
  it('grey repeats, alpha comes opaque', () => {
    expect([...convert(Uint8Array.of(7), 'grey', 'rgba')]).toEqual([7, 7, 7, 255]);
  });
});
