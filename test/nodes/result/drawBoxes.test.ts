import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoxesValue, ImageValue, Json } from '../../../core/kinds/value.ts';
import { drawBoxes } from '../../../nodes/result/drawBoxes.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, boxes, picture } from './cases.ts';

testNode(drawBoxes);

async function draw(image: ImageValue, found: BoxesValue, params: Record<string, Json> = {}): Promise<ImageValue> {
  return as((await callNode(drawBoxes, { params, inputs: { image, boxes: found } }))['image'], 'image');
}

const plain = { labels: false, scores: false, fill: 0 };

function pixel(image: ImageValue, x: number, y: number): number[] {
  return [...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3)];
}

/** Left, top, right, bottom of all pixels that differ from black. */
function inked(image: ImageValue, from = 0): number[] {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (let y = 0; y < image.height; y++) {
    for (let x = from; x < image.width; x++) {
      if (!pixel(image, x, y).some((c) => c > 0)) continue;
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return [left, top, right, bottom];
}

describe('result.drawBoxes', () => {
  it('puts a frame just inside the box, in the colour of the class', async () => {
    const image = picture(100, 100);
    const out = await draw(image, boxes([10, 20, 60, 90], [0.9], [1]), plain);
    expect(inked(out)).toEqual([10, 20, 59, 89]);
    expect(pixel(out, 10, 20)).toEqual([0x2f, 0x9b, 0xff]);
    expect(pixel(out, 30, 50)).toEqual([0, 0, 0]);
    expect(image.data.every((v) => v === 0)).toBe(true);
    const other = await draw(image, boxes([10, 20, 60, 90], [0.9], [2]), plain);
    expect(pixel(other, 10, 20)).not.toEqual(pixel(out, 10, 20));
  });
  it('maps boxes of the original into a cropped and halved picture', async () => {
    const image = picture(40, 40, { originalWidth: 100, originalHeight: 100, toOriginal: [2, 0, 10, 0, 2, 10] });
    const out = await draw(image, boxes([20, 30, 60, 70], [0.9], [0]), plain);
    expect(inked(out)).toEqual([5, 10, 24, 29]);
  });
  it('writes a label above the box, or inside where there is no room, within the picture', async () => {
    const roomy = await draw(picture(100, 100), boxes([20, 40, 60, 90], [0.9], [0], ['cat']));
    expect(inked(roomy)[1]).toBeLessThan(40);
    const tight = await draw(picture(100, 100), boxes([20, 0, 60, 90], [0.9], [0], ['cat']));
    expect(inked(tight).slice(0, 2)).toEqual([20, 0]);
    const long = await draw(
      picture(100, 100),
      boxes([90, 50, 99, 90], [0.9], [0], ['a very long label indeed, too long']),
    );
    expect(inked(long)[0]).toBeGreaterThanOrEqual(0);
    expect(inked(long)[2]).toBe(99);
  });
  it('does not put one label over another', async () => {
    const twice = boxes([10, 40, 60, 90, 10, 40, 60, 90], [0.9, 0.8], [0, 1], ['cat', 'dog']);
    const out = await draw(picture(100, 100), twice);
    const [both, one] = [out, await draw(picture(100, 100), boxes([10, 40, 60, 90], [0.9], [0], ['cat']))];
    // Above the box both pictures hold the better label alone.
    const above = 100 * 3 * 38;
    expect(both.data.subarray(0, above)).toEqual(one.data.subarray(0, above));
    expect(both.data.subarray(above)).not.toEqual(one.data.subarray(above));
  });
  it('grows lines and text with the picture', async () => {
    const width = async (size: number) => {
      const found = { ...boxes([0, 0, size, size], [0.9], [0]), imageWidth: size, imageHeight: size };
      const out = await draw(picture(size, size), found, plain);
      let n = 0;
      while (pixel(out, n, size >> 1).some((c) => c > 0)) n++;
      return n;
    };
    expect(await width(64)).toBe(1);
    expect(await width(400)).toBe(2);
    expect(await width(2000)).toBe(9);
  });
  it('keeps alpha, makes grey rgb, and refuses other colours', async () => {
    const image = { ...picture(100, 100), colour: 'rgba' as const, data: new Uint8Array(40_000) };
    const out = await draw(image, boxes([10, 20, 60, 90], [0.9], [0]), plain);
    expect(out.colour).toBe('rgba');
    expect([...out.data.subarray((20 * 100 + 10) * 4, (20 * 100 + 10) * 4 + 4)]).toEqual([0xff, 0x3d, 0x57, 255]);
    expect(out.data[3]).toBe(0);
    const hsv = { ...picture(100, 100), colour: 'hsv' as const };
    await rejects(() => draw(hsv, boxes([], [], [])), 'value-invalid');
  });
  it('refuses boxes of another original', async () => {
    const problem = await rejects(() => draw(picture(50, 50), boxes([0, 0, 1, 1], [0.5], [0])), 'value-invalid');
    expect(problem.message).toContain('100x100');
    expect(problem.message).toContain('50x50');
  });
  it('draws any boxes and labels at all, the same every time, and changes nothing when there are none', async () => {
    const corner = fc.integer({ min: -50, max: 150 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(corner, corner, corner, corner), { maxLength: 6 }),
        fc.string({ unit: 'binary', maxLength: 30 }),
        async (list, label) => {
          const found = boxes(
            list.flat(),
            list.map(() => 0.5),
            list.map((_, i) => i * 7),
            null,
          );
          const named = { ...found, labels: Array.from({ length: 50 }, () => label) };
          const image = picture(40, 30, {
            originalWidth: 100,
            originalHeight: 100,
            toOriginal: [2.5, 0, 0, 0, 3.4, 0],
          });
          const out = await draw(image, named);
          expect(out.data.length).toBe(image.data.length);
          expect(await draw(image, named)).toEqual(out);
          if (list.length === 0) expect(out.data).toEqual(image.data);
        },
      ),
      { numRuns: 60 },
    );
  });
});
