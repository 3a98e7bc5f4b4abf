import { describe, expect, it } from 'vitest';
import type { ImageValue, Json, MaskValue } from '../../../core/kinds/value.ts';
import { drawMask } from '../../../nodes/result/drawMask.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, picture } from './cases.ts';

testNode(drawMask);

async function draw(image: ImageValue, mask: MaskValue, params: Record<string, Json> = {}): Promise<ImageValue> {
  return as((await callNode(drawMask, { params, inputs: { image, mask } }))['image'], 'image');
}

const mask = (width: number, height: number, data: number[]): MaskValue => ({
  kind: 'mask',
  width,
  height,
  data: Uint8Array.from(data),
  labels: null,
});

const painted = (image: ImageValue) =>
  Array.from({ length: image.width * image.height }, (_, i) =>
    image.data.subarray(i * 3, i * 3 + 3).some((c) => c > 0) ? 1 : 0,
  );

describe('result.drawMask', () => {
  it('covers the original at any size of the mask', async () => {
    const out = await draw(picture(4, 4), mask(2, 2, [0, 1, 1, 0]));
    expect(painted(out)).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0]);
  });
  it('follows the geometry of a cropped picture, and leaves padding clear', async () => {
    // Shows columns 1..4 of an original of four: its last column lies outside.
    const image = picture(4, 1, { originalWidth: 4, originalHeight: 1, toOriginal: [1, 0, 1, 0, 1, 0] });
    expect(painted(await draw(image, mask(4, 1, [3, 0, 3, 3])))).toEqual([0, 1, 1, 0]);
  });
  it('leaves the background clear, whichever class it is', async () => {
    const image = picture(3, 1);
    expect(painted(await draw(image, mask(3, 1, [0, 1, 2]), { background: 1 }))).toEqual([1, 0, 1]);
    expect(painted(await draw(image, mask(3, 1, [0, 1, 2]), { background: -1 }))).toEqual([1, 1, 1]);
    expect(painted(await draw(image, mask(3, 1, [0, 1, 2]), { opacity: 0, outline: false }))).toEqual([0, 0, 0]);
  });
  it('draws the edges of a region stronger than its inside', async () => {
    const inside = mask(5, 5, [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    const out = await draw(picture(5, 5), inside);
    const blue = (x: number, y: number) => out.data[(y * 5 + x) * 3 + 2];
    expect(blue(2, 2)).toBe(Math.round(255 * 0.45));
    expect(blue(1, 1)).toBe(Math.round(255 * 0.9));
    expect(blue(0, 0)).toBe(0);
  });
});
