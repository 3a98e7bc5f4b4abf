import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import { centreCrop } from '../../../nodes/image/centreCrop.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { imageOf, picture } from './pixels.ts';

testNode(centreCrop);

async function cropped(width: number, height: number, toWidth: number, toHeight: number) {
  const image = picture(
    width,
    height,
    'grey',
    Uint8Array.from({ length: width * height }, (_, i) => (i % width) + 1),
  );
  return imageOf(
    await callNode(centreCrop, { inputs: { image }, params: { width: toWidth, height: toHeight } }),
    'image',
  );
}

describe('image.centreCrop', () => {
  // torchvision: round((width - crop) / 2) with Python's round, so halves go to the even number.
  for (const [width, to, left] of [
    [8, 4, 2],
    [7, 4, 2],
    [9, 4, 2],
    [11, 4, 4],
    [455, 224, 116],
    [224, 224, 0],
  ] as const) {
    it(`${to} of ${width} columns start at ${left}`, async () => {
      const out = await cropped(width, 3, to, 1);
      expect(out.data[0]).toBe((left + 1) % 256);
      expect(applyAffine(out.geometry.toOriginal, 0, 0)).toEqual([left, 1]);
    });
  }
  it('what is too small gets black around it, the odd pixel behind, as torchvision pads', async () => {
    const out = await cropped(2, 1, 5, 2);
    expect([...out.data]).toEqual([0, 1, 2, 0, 0, 0, 0, 0, 0, 0]);
    expect(applyAffine(out.geometry.toOriginal, 1, 0)).toEqual([0, 0]);
  });
  it('too narrow and too tall at once', async () => {
    const out = await cropped(2, 5, 4, 1);
    expect([...out.data]).toEqual([0, 1, 2, 0]);
    expect(applyAffine(out.geometry.toOriginal, 1, 0)).toEqual([0, 2]);
  });
  it('over the limit is a Problem before anything is made', async () => {
    await rejects(() => cropped(2, 2, 16384, 16384), 'media-too-large');
  });
});
