import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Colour } from '../../../core/kinds/value.ts';
import { decoded, furthest, picture, previewAs } from './kept.ts';

describe('pictures', () => {
  it('small ones go pixel by pixel, never enlarged', async () => {
    const image = picture(5, 3, 'rgb', (x, y) => [x * 50, y * 100, 7]);
    const { preview, blobs } = await previewAs('image', image);
    expect(preview).toMatchObject({ kind: 'image', width: 5, height: 3, colour: 'rgb', t: 0, index: 0 });
    expect(preview.type).toBe('image 5x3 rgb');
    const shown = await decoded(blobs, preview.blob);
    expect([shown.width, shown.height, shown.mime, shown.format]).toEqual([5, 3, 'image/png', 'png']);
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 5; x++) expect(shown.pixel(x, y)).toEqual([x * 50, y * 100, 7, 255]);
    }
  });

  it('stay exact although less than their size is asked', async () => {
    const image = picture(64, 64, 'grey', (x, y) => [x ^ y]);
    const { preview, blobs } = await previewAs('image', image, { width: 20, height: 20 });
    const shown = await decoded(blobs, preview.blob);
    expect([shown.width, shown.height]).toEqual([64, 64]);
    expect(shown.pixel(37, 11)).toEqual([37 ^ 11, 37 ^ 11, 37 ^ 11, 255]);
  });

  it('large ones are shrunk to fit, their proportions kept', async () => {
    // Left half dark, right half bright.
    const image = picture(400, 100, 'rgb', (x) => (x < 200 ? [20, 40, 60] : [200, 180, 160]));
    const { preview, blobs } = await previewAs('image', image, { width: 100, height: 100 });
    expect([preview.width, preview.height]).toEqual([400, 100]);
    const shown = await decoded(blobs, preview.blob);
    expect([shown.width, shown.height, shown.format]).toEqual([100, 25, 'jpeg']);
    expect(furthest(shown.pixel(20, 12), [20, 40, 60, 255])).toBeLessThanOrEqual(3);
    expect(furthest(shown.pixel(80, 12), [200, 180, 160, 255])).toBeLessThanOrEqual(3);
  });

  it('are not enlarged to the size asked', async () => {
    const image = picture(100, 80, 'rgb', () => [10, 200, 30]);
    const { preview, blobs } = await previewAs('image', image, { width: 1000, height: 1000 });
    const shown = await decoded(blobs, preview.blob);
    expect([shown.width, shown.height]).toEqual([100, 80]);
  });

  it('keep their transparency', async () => {
    const image = picture(200, 200, 'rgba', (x) => (x < 100 ? [255, 0, 0, 255] : [0, 255, 0, 51]));
    const { preview, blobs } = await previewAs('image', image, { width: 50, height: 50 });
    const shown = await decoded(blobs, preview.blob);
    expect(shown.format).toBe('png');
    expect(furthest(shown.pixel(10, 25), [255, 0, 0, 255])).toBeLessThanOrEqual(1);
    expect(furthest(shown.pixel(40, 25), [0, 255, 0, 51])).toBeLessThanOrEqual(1);
  });

  it('are named by their content', async () => {
    const image = picture(4, 4, 'rgb', () => [1, 2, 3]);
    const { preview, blobs } = await previewAs('image', image);
    const { bytes } = blobs[preview.blob];
    expect(preview.blob).toBe(createHash('sha256').update(bytes).digest('base64url').slice(0, 22));
    expect((await previewAs('image', image)).preview.blob).toBe(preview.blob);
  });
});

/** The same colours in each space by hand: pure red, a middle grey, pure blue. */
const coded: Readonly<Partial<Record<Colour, readonly (readonly number[])[]>>> = {
  rgb: [
    [255, 0, 0],
    [128, 128, 128],
    [0, 0, 255],
  ],
  bgr: [
    [0, 0, 255],
    [128, 128, 128],
    [255, 0, 0],
  ],
  // Hue in 255ths of a turn: red 0, blue 2/3.
  hsv: [
    [0, 255, 255],
    [0, 0, 128],
    [170, 255, 255],
  ],
  // JFIF: red is Y 76, Cb 85, Cr 255; blue is Y 29, Cb 255, Cr 107.
  ycbcr: [
    [76, 85, 255],
    [128, 128, 128],
    [29, 255, 107],
  ],
  // CIE: red is L 53.24, a 80.09, b 67.20; blue L 32.30, a 79.19, b -107.86; the grey L 53.59.
  lab: [
    [136, 208, 195],
    [137, 128, 128],
    [82, 207, 20],
  ],
};

describe('every colour space is shown in its true colours', () => {
  for (const [colour, codes] of Object.entries(coded)) {
    for (const [name, width, size] of [
      ['exact', 30, 100],
      ['shrunk', 300, 60],
    ] as const) {
      it(`${colour}, ${name}`, async () => {
        const image = picture(width, width, colour as Colour, (x) => codes[Math.floor((3 * x) / width)]);
        const { preview, blobs } = await previewAs('image', image, { width: size, height: size });
        expect(preview.colour).toBe(colour);
        const shown = await decoded(blobs, preview.blob);
        const truth = [
          [255, 0, 0, 255],
          [128, 128, 128, 255],
          [0, 0, 255, 255],
        ];
        for (const [i, wanted] of truth.entries()) {
          const x = Math.floor((shown.width * (2 * i + 1)) / 6);
          expect(furthest(shown.pixel(x, Math.floor(shown.height / 2)), wanted), name).toBeLessThanOrEqual(5);
        }
      });
    }
  }

  it('hue is not averaged across red', async () => {
    // Two reds on either side of the turn: their mean as numbers would be cyan.
    const image = picture(300, 300, 'hsv', (x) => [x % 2 === 0 ? 2 : 253, 255, 255]);
    const { preview, blobs } = await previewAs('image', image, { width: 50, height: 50 });
    const shown = await decoded(blobs, preview.blob);
    const [r, g, b] = shown.pixel(25, 25);
    expect(r).toBeGreaterThan(240);
    expect(Math.max(g, b)).toBeLessThan(20);
  });
});
