import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { resizeShorter } from '../../../nodes/image/resizeShorter.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { imageOf, inferred, picture } from './pixels.ts';

testNode(resizeShorter);

describe('image.resizeShorter', () => {
  // torchvision.transforms.Resize(256): int(256 * 1920 / 1080) = 455, and so on.
  for (const [width, height, size, wanted] of [
    [192, 108, 25, [44, 25]],
    [108, 192, 25, [25, 44]],
    [100, 100, 33, [33, 33]],
    [3, 200, 1, [1, 66]],
    [10, 7, 14, [20, 14]],
  ] as const) {
    it(`${width}x${height} with a shorter side of ${size} is ${wanted.join('x')}, in infer as in run`, async () => {
      const image = picture(width, height, 'grey', new Uint8Array(width * height));
      const out = imageOf(await callNode(resizeShorter, { inputs: { image }, params: { size } }), 'image');
      expect([out.width, out.height]).toEqual(wanted);
      expect(inferred(resizeShorter, image, { size }, 'image')).toMatchObject({ width: wanted[0], height: wanted[1] });
      expect(applyAffine(out.geometry.toOriginal, out.width, out.height).map((v) => Math.round(v * 1e9) / 1e9)).toEqual(
        [width, height],
      );
    });
  }
  it('says nothing of sizes that are not known yet', () => {
    expect(inferred(resizeShorter, { ...anyType.image, width: 'w', height: 9 }, {}, 'image')).toMatchObject({
      width: null,
      height: null,
    });
  });
  it('a picture of 1x60000 would be 256x15360000: a Problem, and the next picture works', async () => {
    const thin = picture(1, 60000, 'grey', new Uint8Array(60000));
    const problem = await rejects(() => callNode(resizeShorter, { inputs: { image: thin } }), 'media-too-large');
    expect(problem.message).toContain('256x15360000');
    const out = imageOf(await callNode(resizeShorter, { inputs: { image: picture(1, 1, 'grey', [9]) } }), 'image');
    expect([out.width, out.height, out.data[65535]]).toEqual([256, 256, 9]);
  });
});
