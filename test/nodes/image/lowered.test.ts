import { describe, expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import type { Colour } from '../../../core/kinds/value.ts';
import { centreCrop } from '../../../nodes/image/centreCrop.ts';
import { crop } from '../../../nodes/image/crop.ts';
import { flip } from '../../../nodes/image/flip.ts';
import { letterbox } from '../../../nodes/image/letterbox.ts';
import { pad } from '../../../nodes/image/pad.ts';
import { resize } from '../../../nodes/image/resize.ts';
import { resizeShorter } from '../../../nodes/image/resizeShorter.ts';
import { runLowered } from '../../lowered.ts';
import { rejects } from '../../rejects.ts';
import { callNode } from '../../test-node.ts';
import { expectKnownSize, expectSamePicture, expectUnknownSize, scene } from './loweredPictures.ts';
import { imageOf } from './pixels.ts';

const filters = ['bilinear', 'bicubic', 'lanczos', 'nearest'] as const;

describe('a resize as operators of ONNX', () => {
  it.each(filters)('%s: a real picture, smaller and larger, smoothed and not', async (filter) => {
    for (const antialias of [true, false]) {
      const exact = filter === 'nearest' || filter === 'lanczos' || (filter === 'bicubic' && !antialias);
      for (const [width, height, share] of [
        [224, 224, 0.006],
        [171, 300, 0.002],
        [801, 430, 0.005],
        [640, 200, 0.006],
        [1, 1, 0.67],
      ] as const) {
        const params = { width, height, filter, antialias };
        const check = filter === 'lanczos' ? expectKnownSize : expectSamePicture;
        await check(resize, scene(640, 427), params, { share: exact ? 0 : share, items: 1 });
      }
    }
  });
  it.each(['grey', 'rgba', 'bgr'] as const)('%s, a batch', async (colour: Colour) => {
    for (const filter of filters) {
      for (const antialias of [true, false]) {
        const params = { width: 53, height: 47, filter, antialias };
        const fixed = filter === 'lanczos' || (colour === 'rgba' && antialias && filter !== 'nearest');
        const check = fixed ? expectKnownSize : expectSamePicture;
        await check(resize, scene(131, 87, colour), params, {
          share: filter.startsWith('bi') && !fixed ? 0.01 : 0,
          items: 3,
        });
      }
    }
  });
});

describe('what keeps pixels as they are, as operators of ONNX', () => {
  const real = scene(641, 427);
  it('a cut, in the middle and anywhere, of what is large enough and too small', async () => {
    for (const [width, height] of [
      [224, 224],
      [225, 100],
      [900, 300],
      [642, 500],
      [641, 427],
    ])
      await expectSamePicture(centreCrop, real, { width, height });
    await expectSamePicture(centreCrop, scene(7, 5, 'rgba'), { width: 12, height: 2 });
    await expectSamePicture(crop, real, { left: 100, top: 3, width: 541, height: 424 });
    await expectSamePicture(crop, scene(5, 5, 'grey'), { left: 4, top: 0, width: 1, height: 5 });
  });
  it('a cut that leaves the picture fails, as run does', async () => {
    const params = { left: 640, top: 0, width: 2, height: 427 };
    const large = { left: 0, top: 0, width: 641, height: 427 };
    const want = imageOf(await callNode(crop, { inputs: { image: real }, params: large }), 'image');
    const types = { image: { ...anyType.image, colour: 'rgb' as const } };
    await expect(
      runLowered(crop, { params, inputs: { image: real }, outputs: { image: want }, types }),
    ).rejects.toThrow(/Reshape/);
  });
  it('mirrored, and borders of one colour, of several, of the edge and of the mirror image', async () => {
    for (const colour of ['rgb', 'grey', 'rgba'] as const) {
      const image = scene(64, 43, colour);
      for (const axis of ['horizontal', 'vertical']) await expectSamePicture(flip, image, { axis });
      const borders = { left: 3, top: 0, right: 11, bottom: 20 };
      for (const mode of ['edge', 'reflect']) await expectSamePicture(pad, image, { ...borders, mode });
      await expectSamePicture(pad, image, { ...borders, colour: [200] });
      if (colour !== 'grey') await expectSamePicture(pad, image, { ...borders, colour: [1, 200, 30] });
      await expectSamePicture(pad, image, {});
    }
    await expectSamePicture(pad, scene(3, 3, 'rgba'), { left: 2, colour: [5, 6, 7, 8] });
    await expectSamePicture(pad, scene(2, 9), { left: 1, right: 1, top: 8, mode: 'reflect' });
  });
});

describe('sizes that follow from the picture, as operators of ONNX', () => {
  it.each([
    [640, 427],
    [427, 641],
    [333, 333],
    [2, 30],
  ])('%i x %i', async (width, height) => {
    const image = scene(width, height);
    const share = { share: 0.03 };
    await expectSamePicture(resizeShorter, image, { size: 256, filter: 'nearest' });
    await expectSamePicture(resizeShorter, image, { size: 97 }, share);
    for (const [w, h] of [
      [100, null],
      [null, 77],
      [null, null],
    ])
      await expectSamePicture(resize, image, { width: w, height: h, filter: 'bicubic' }, share);
    for (const anchor of ['centre', 'corner'])
      for (const enlarge of [true, false]) {
        const params = { width: 416, height: 301, anchor, enlarge };
        await expectSamePicture(letterbox, image, { ...params, antialias: false }, share);
        await expectSamePicture(letterbox, image, { ...params, filter: 'nearest', colour: [1, 2, 3] });
        await expectSamePicture(letterbox, image, params, share);
      }
  });
  it('with alpha: exact where the size is known, refused where it is not, so is Lanczos', async () => {
    const image = scene(131, 87, 'rgba');
    await expectKnownSize(letterbox, image, { width: 64, height: 64 });
    await expectKnownSize(letterbox, image, { width: 131, height: 90 });
    await expectUnknownSize(letterbox, image, { width: 64, height: 64, filter: 'nearest' });
    const alpha = await rejects(() => expectUnknownSize(letterbox, image, { width: 64, height: 64 }), 'not-lowerable');
    expect(alpha.message).toContain('alpha');
    const lanczos = await rejects(() => expectUnknownSize(resize, scene(9, 9), { filter: 'lanczos' }), 'not-lowerable');
    expect(lanczos.message).toContain('Lanczos');
  });
});
