import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../../core/kinds/geometry.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { pad } from '../../../nodes/image/pad.ts';
import reference from '../../reference/image-pixels.json' with { type: 'json' };
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { difference, fromBase64, imageOf, inferred, picture } from './pixels.ts';

testNode(pad);

const { left, top, right, bottom } = reference.padded;

describe('image.pad', () => {
  const { width, height, pixels } = reference.pictures.rgb;
  const image = picture(width, height, 'rgb', fromBase64(pixels));
  for (const mode of ['edge', 'reflect'] as const) {
    it(`${mode} is numpy ${reference.library.numpy}'s`, async () => {
      const params = { left, top, right, bottom, mode };
      const out = imageOf(await callNode(pad, { inputs: { image }, params }), 'image');
      expect(difference(out.data, fromBase64(reference.padded[mode])).max).toBe(0);
      expect(applyAffine(out.geometry.toOriginal, left + 2, top + 1)).toEqual([2, 1]);
    });
  }
  it('a colour around grey, rgb and rgba; a missing alpha is opaque', async () => {
    async function border(data: readonly number[], colour: 'grey' | 'rgb' | 'rgba', numbers: readonly number[]) {
      const one = picture(1, 1, colour, data);
      const params = { left: 1, colour: numbers };
      return [...imageOf(await callNode(pad, { inputs: { image: one }, params }), 'image').data];
    }
    expect(await border([5], 'grey', [9])).toEqual([9, 5]);
    expect(await border([1, 2, 3], 'rgb', [7, 8, 9])).toEqual([7, 8, 9, 1, 2, 3]);
    expect(await border([1, 2, 3, 4], 'rgba', [6])).toEqual([6, 6, 6, 255, 1, 2, 3, 4]);
    expect(await border([1, 2, 3, 4], 'rgba', [6, 7, 8, 9])).toEqual([6, 7, 8, 9, 1, 2, 3, 4]);
  });
  it('a mirror wider than the picture, a colour that does not fit and a size over the limit are Problems', async () => {
    const small = picture(2, 2, 'rgb', new Uint8Array(12));
    const call = (params: Readonly<Record<string, number | string | number[]>>) => () =>
      callNode(pad, { inputs: { image: small }, params });
    await rejects(call({ left: 2, mode: 'reflect' }), 'value-shape');
    await rejects(call({ left: 2, colour: [1, 2] }), 'value-invalid');
    await rejects(call({ left: 8192, right: 8192, top: 8192, bottom: 8192 }), 'media-too-large');
    expect(imageOf(await call({ left: 1, mode: 'reflect' })(), 'image').width).toBe(3);
  });
  it('keeps symbols of sides that it does not touch', () => {
    const type = { ...anyType.image, width: 'w', height: 8 };
    expect(inferred(pad, type, { top: 1 }, 'image')).toMatchObject({ width: 'w', height: 9 });
    expect(inferred(pad, type, { left: 1 }, 'image')).toMatchObject({ width: null, height: 8 });
  });
});
