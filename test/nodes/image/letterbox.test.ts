import { describe, expect, it } from 'vitest';
import { applyAffine, invertAffine } from '../../../core/kinds/geometry.ts';
import { letterbox } from '../../../nodes/image/letterbox.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { imageOf, picture } from './pixels.ts';

testNode(letterbox);

async function fitted(width: number, height: number, params: Readonly<Record<string, number | string | boolean>>) {
  const image = picture(width, height, 'rgb', new Uint8Array(width * height * 3).fill(50));
  return imageOf(await callNode(letterbox, { inputs: { image }, params }), 'image');
}

describe('image.letterbox', () => {
  it('stands in the middle: 1920x1080 in 640x640 is 640x360 with 140 rows above and below', async () => {
    const out = await fitted(192, 108, { width: 64, height: 64 });
    const rows = Array.from({ length: 64 }, (_, y) => out.data[y * 64 * 3]);
    expect(rows.map((v) => (v === 114 ? '.' : '#')).join('')).toBe(
      `${'.'.repeat(14)}${'#'.repeat(36)}${'.'.repeat(14)}`,
    );
  });
  it('an odd row goes below, as in the YOLO letterbox', async () => {
    const out = await fitted(10, 5, { width: 10, height: 10 });
    const rows = Array.from({ length: 10 }, (_, y) => (out.data[y * 30] === 114 ? '.' : '#')).join('');
    expect(rows).toBe('..#####...');
  });
  it('maps boxes back to pixels of the original, and the original into the picture', async () => {
    const { geometry } = await fitted(1000, 500, { width: 640, height: 640 });
    expect(applyAffine(geometry.toOriginal, 320, 320)).toEqual([500, 250]);
    const [x, y] = applyAffine(geometry.toOriginal, 0, 160);
    expect([x, y]).toEqual([0, 0]);
    const [bx, by] = applyAffine(invertAffine(geometry.toOriginal), 1000, 500);
    expect(bx).toBeCloseTo(640, 9);
    expect(by).toBeCloseTo(480, 9);
  });
  it('small pictures are enlarged, or left as they are', async () => {
    expect((await fitted(10, 10, { width: 20, height: 20 })).data[0]).toBe(50);
    const kept = await fitted(10, 10, { width: 20, height: 20, enlarge: false });
    expect([kept.data[0], kept.data[(10 * 20 + 10) * 3]]).toEqual([114, 50]);
    expect(kept.geometry.toOriginal).toEqual([1, 0, -5, 0, 1, -5]);
    const corner = await fitted(10, 10, { width: 20, height: 20, enlarge: false, anchor: 'corner' });
    expect([corner.data[0], corner.data[(10 * 20 + 10) * 3]]).toEqual([50, 114]);
  });
  it('1x1 and 1x60000 fit, the thin one in one column', async () => {
    expect((await fitted(1, 1, { width: 8, height: 8 })).data.every((v) => v === 50)).toBe(true);
    const thin = await fitted(1, 60000, { width: 9, height: 8 });
    expect(Array.from({ length: 9 }, (_, x) => thin.data[x * 3])).toEqual([114, 114, 114, 114, 50, 114, 114, 114, 114]);
    expect(applyAffine(thin.geometry.toOriginal, 5, 8)).toEqual([1, 60000]);
  });
  it('a colour that does not fit, or a size over the limit, is a Problem', async () => {
    const image = picture(2, 2, 'rgb', new Uint8Array(12));
    await rejects(() => callNode(letterbox, { inputs: { image }, params: { colour: [1, 2] } }), 'value-invalid');
    await rejects(() => fitted(2, 2, { width: 16384, height: 16384 }), 'media-too-large');
    const grey = picture(2, 1, 'grey', [9, 9]);
    await rejects(
      () => callNode(letterbox, { inputs: { image: grey }, params: { colour: [1, 2, 3] } }),
      'value-invalid',
    );
  });
});
