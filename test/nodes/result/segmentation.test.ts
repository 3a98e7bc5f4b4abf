import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { segmentation } from '../../../nodes/result/segmentation.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, inferred, labelFile, picture, reference, tensor } from './cases.ts';

testNode(segmentation);

describe('result.segmentation', () => {
  it('takes the class that is best after torch has interpolated', async () => {
    let compared = 0;
    for (const { logits, shape, width, height, mask, sure } of reference.segmentation) {
      // A picture of some size that was stretched: the map from it to the original is a plain scaling.
      const image = picture(30, 24, {
        originalWidth: width,
        originalHeight: height,
        toOriginal: [width / 30, 0, 0, 0, height / 24, 0],
      });
      const got = await callNode(segmentation, {
        params: { threshold: 0.6 },
        inputs: { logits: tensor(shape, logits), image },
      });
      const found = as(got['mask'], 'mask');
      expect([found.width, found.height]).toEqual([width, height]);
      mask.forEach((want, i) => {
        if (sure[i] === 0) return;
        compared++;
        expect(found.data[i], `pixel ${i}`).toBe(want);
      });
    }
    expect(compared).toBeGreaterThan(600);
  });
  it('leads through a letterbox and a crop back to the original', async () => {
    // Left half of the planes is class 1. The picture shows columns 2..6 of an original of 8x2, unscaled.
    const logits = tensor([1, 2, 2, 4], [0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0]);
    const image = picture(4, 2, { originalWidth: 8, originalHeight: 2, toOriginal: [1, 0, 2, 0, 1, 0] });
    const got = await callNode(segmentation, { params: { outside: 9 }, inputs: { logits, image } });
    expect([...as(got['mask'], 'mask').data]).toEqual([9, 9, 1, 1, 0, 0, 9, 9, 9, 9, 1, 1, 0, 0, 9, 9]);
  });
  it('names two classes when there is one plane', async () => {
    const inputs = { logits: tensor([1, 1, 1, 2], [3, -3]) };
    const got = await callNode(segmentation, { inputs, files: labelFile(['rest', 'thing']) });
    expect(got['mask']).toEqual({
      kind: 'mask',
      width: 2,
      height: 1,
      data: Uint8Array.of(1, 0),
      labels: ['rest', 'thing'],
    });
  });
  it('refuses other shapes, NaN, too many classes and too large a mask', async () => {
    await rejects(() => callNode(segmentation, { inputs: { logits: tensor([1, 2, 2], [0, 0, 0, 0]) } }), 'value-shape');
    await rejects(
      () => callNode(segmentation, { inputs: { logits: tensor([1, 1, 1, 1], [Number.NaN]) } }),
      'value-nonfinite',
    );
    await rejects(
      () => callNode(segmentation, { inputs: { logits: tensor([1, 257, 1, 1], Array(257).fill(0)) } }),
      'value-shape',
    );
    const huge = picture(1, 1, {
      originalWidth: 60_000,
      originalHeight: 60_000,
      toOriginal: [60_000, 0, 0, 0, 60_000, 0],
    });
    const inputs = { logits: tensor([1, 2, 1, 1], [0, 1]), image: huge };
    await rejects(() => callNode(segmentation, { inputs }), 'media-too-large');
    const roomy = pureHost({ limits: makeLimits({ imagePixels: 3 }) });
    await rejects(
      () => callNode(segmentation, { inputs: { logits: tensor([1, 1, 2, 2], [0, 0, 0, 0]) }, host: roomy }),
      'media-too-large',
    );
    const type = { logits: { ...anyType.tensor, dtype: 'float32' as const, shape: [1, 300, 8, 8] } };
    expect(inferred(segmentation, type).codes).toEqual(['wire-shape']);
    const three = { logits: { ...anyType.tensor, dtype: 'float32' as const, shape: [1, 3, 8, 6] } };
    expect(inferred(segmentation, three, {}, labelFile(['a'])).codes).toEqual(['asset-invalid']);
    expect(inferred(segmentation, three).types['mask']).toMatchObject({ width: 6, height: 8 });
  });
});
