import { expect, it } from 'vitest';
import { decoded, picture, previewAs } from './kept.ts';

const image = picture(300, 200, 'rgb', (x, y) => [x & 255, (y * 7) & 255, (x ^ y) & 255]);

it('a picture that is looked at large goes pixel by pixel once all of it fits', async () => {
  const { preview, blobs } = await previewAs('image', image, { width: 300, height: 200, view: 'large' });
  const shown = await decoded(blobs, preview.blob);
  expect([shown.width, shown.height, shown.mime]).toEqual([300, 200, 'image/png']);
  for (const [x, y] of [
    [0, 0],
    [299, 199],
    [123, 45],
  ])
    expect(shown.pixel(x, y)).toEqual([x & 255, (y * 7) & 255, (x ^ y) & 255, 255]);
});

it('on a node and where it is shrunk it goes small', async () => {
  for (const request of [
    { width: 300, height: 200 },
    { width: 299, height: 200, view: 'large' as const },
  ]) {
    const { preview, blobs } = await previewAs('image', image, request);
    expect((await decoded(blobs, preview.blob)).mime).toBe('image/jpeg');
  }
});
