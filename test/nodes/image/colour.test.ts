import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { anyType, many } from '../../../core/kinds/type.ts';
import { colour } from '../../../nodes/image/colour.ts';
import reference from '../../reference/image-pixels.json' with { type: 'json' };
import { callNode, testNode } from '../../test-node.ts';
import { difference, fromBase64, imageOf, inferred, picture } from './pixels.ts';

testNode(colour);

const { width, height, rgb, ...others } = reference.colour;

describe('image.colour', () => {
  for (const to of ['grey', 'hsv', 'ycbcr'] as const) {
    it(`rgb to ${to} is Pillow ${reference.library.pillow}'s`, async () => {
      const image = picture(width, height, 'rgb', fromBase64(rgb));
      const out = imageOf(await callNode(colour, { inputs: { image }, params: { to } }), 'image');
      expect(out.colour).toBe(to);
      expect(difference(out.data, fromBase64(others[to])).max).toBe(0);
      expect(inferred(colour, image, { to }, 'image')).toMatchObject({ colour: to, width, height });
    });
  }
  it('transparency goes over the background, or is dropped', async () => {
    const p = reference.pictures.rgba;
    const image = picture(p.width, p.height, 'rgba', fromBase64(p.pixels));
    const over = { background: [12, 130, 250] };
    const flat = imageOf(await callNode(colour, { inputs: { image }, params: over }), 'image');
    expect(difference(flat.data, fromBase64(others['rgbaOver12-130-250'])).max).toBe(0);
    const dropped = imageOf(await callNode(colour, { inputs: { image }, params: { alpha: 'drop' } }), 'image');
    expect(difference(dropped.data, fromBase64(others.rgbaDropped)).max).toBe(0);
  });
  it('every colour goes to every other with as many bytes as it has, and keeps its place', async () => {
    const names = ['rgb', 'bgr', 'grey', 'rgba', 'hsv', 'ycbcr', 'lab'] as const;
    const geometry = { originalWidth: 9, originalHeight: 9, toOriginal: [1, 0, 3, 0, 1, 4] } as const;
    for (const from of names) {
      for (const to of names) {
        const bytes = from === 'grey' ? 2 : from === 'rgba' ? 8 : 6;
        const image = { ...picture(2, 1, from, new Uint8Array(bytes).fill(128)), geometry };
        const out = imageOf(await callNode(colour, { inputs: { image }, params: { to } }), 'image');
        expect([out.colour, out.data.length, out.geometry]).toEqual([
          to,
          to === 'grey' ? 2 : to === 'rgba' ? 8 : 6,
          geometry,
        ]);
      }
    }
  });
  it('offers itself for a wire whose colour does not fit', () => {
    const want = port.image({ colour: ['bgr'], doc: 'a picture' });
    expect(colour.mend?.({ ...anyType.image, colour: 'rgb', sequence: many }, want)).toEqual({ to: 'bgr' });
    expect(colour.mend?.(anyType.text, want)).toBeNull();
  });
});
