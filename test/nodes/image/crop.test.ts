import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import { crop } from '../../../nodes/image/crop.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { imageOf, inferred, picture } from './pixels.ts';

testNode(crop);

const image = picture(
  4,
  3,
  'rgb',
  Uint8Array.from({ length: 36 }, (_, i) => i),
);

describe('image.crop', () => {
  it('keeps the pixels inside and maps them back', async () => {
    const params = { left: 1, top: 1, width: 2, height: 2 };
    const out = imageOf(await callNode(crop, { inputs: { image }, params }), 'image');
    expect([...out.data]).toEqual([15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32]);
    expect(applyAffine(out.geometry.toOriginal, 0.5, 1.5)).toEqual([1.5, 2.5]);
  });
  it('outside the picture is a problem while drawing wires and when it runs', async () => {
    const params = { left: 3, top: 0, width: 2, height: 1 };
    expect(inferred(crop, image, params, 'image')).toBe('wire-shape');
    expect((await rejects(() => callNode(crop, { inputs: { image }, params }), 'value-shape')).message).toContain(
      '4x3',
    );
    expect(inferred(crop, image, { left: 2, top: 2, width: 2, height: 1 }, 'image')).toMatchObject({ width: 2 });
  });
});
