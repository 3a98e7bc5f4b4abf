import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import type { ImageValue, Item } from '../../../core/kinds/value.ts';
import { tiles } from '../../../nodes/image/tiles.ts';
import { callNode, testNode } from '../../test-node.ts';
import { picture } from './pixels.ts';

testNode(tiles);

async function cut(pictures: readonly Item<ImageValue>[], params: Readonly<Record<string, number>>) {
  const { tile } = await callNode(tiles, { inputs: { image: pictures }, params });
  return tile as readonly Item<ImageValue>[];
}

const image = picture(
  10,
  7,
  'grey',
  Uint8Array.from({ length: 70 }, (_, i) => i),
);

describe('image.tiles', () => {
  it('covers every pixel, row by row, the last tiles moved back to the edge', async () => {
    const found = await cut([{ t: 0, value: image }], { width: 4, height: 4, overlap: 0.25 });
    expect(found.map((item) => applyAffine(item.value.geometry.toOriginal, 0, 0))).toEqual([
      [0, 0],
      [3, 0],
      [6, 0],
      [0, 3],
      [3, 3],
      [6, 3],
    ]);
    const seen = new Set(found.flatMap((item) => [...item.value.data]));
    expect(seen.size).toBe(70);
    for (const { value } of found) {
      const [x, y] = applyAffine(value.geometry.toOriginal, 2, 3);
      expect(value.data[3 * 4 + 2]).toBe(y * 10 + x);
    }
  });
  it('no two tiles have one time, not even of pictures that follow closely', async () => {
    const pictures = [0, 0.002, 0.002].map((t) => ({ t, value: image }));
    const times = (await cut(pictures, { width: 4, height: 4, overlap: 0 })).map((item) => item.t);
    expect(times.length).toBe(18);
    for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThan(times[i - 1]);
  });
  it('a picture smaller than a tile is one tile with a black border', async () => {
    const found = await cut([{ t: 0, value: picture(2, 1, 'grey', [8, 9]) }], { width: 3, height: 2 });
    expect(found.map((item) => [...item.value.data])).toEqual([[8, 9, 0, 0, 0, 0]]);
    expect(applyAffine(found[0].value.geometry.toOriginal, 1, 0.5)).toEqual([1, 0.5]);
  });
  it('no pictures, no tiles', async () => {
    expect(await cut([], { width: 4, height: 4 })).toBeUndefined();
  });
});
