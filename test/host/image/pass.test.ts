import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ImageStep, ResizeFilter } from '../../../core/define/image-step.ts';
import { applyAffine, centreOffset, shorterSideSize } from '../../../core/kinds/geometry.ts';
import type { ImageValue, MediaSource } from '../../../core/kinds/value.ts';
import { cutPicture, resizePicture } from '../../../nodes/kernels/picture.ts';
import { type Difference, difference, fromBase64 } from '../../nodes/image/pixels.ts';
import decoding from '../../reference/image-decode.json' with { type: 'json' };
import reference from '../../reference/image-pass.json' with { type: 'json' };
import { rejects } from '../../rejects.ts';
import { makePng, media, memoryHost, never } from './pictures.ts';

const host = memoryHost();
const { crop, shorter, stride } = reference;
const scenes = new Map(
  ['noisy', 'smooth'].map((name) => [
    name,
    media(readFileSync(new URL(`../../reference/image-${name}.jpg`, import.meta.url)), name),
  ]),
);
const decoded = new Map<string, Promise<ImageValue>>();

function scene(name: string): MediaSource {
  return scenes.get(name) as MediaSource;
}
/** Decoded once for all tests of this file. */
function wholeScene(name: string): Promise<ImageValue> {
  const known = decoded.get(name) ?? host.decode(scene(name), never());
  decoded.set(name, known);
  return known;
}

function every(image: ImageValue, step: number): Uint8Array {
  const out: number[] = [];
  for (let y = 0; y < image.height; y += step) {
    for (let x = 0; x < image.width; x += step) {
      out.push(...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3));
    }
  }
  return Uint8Array.from(out);
}

function stepsFor(filter: ResizeFilter, antialias = true): readonly ImageStep[] {
  return [
    { op: 'decode' },
    { op: 'resizeShorter', size: shorter, filter, antialias },
    { op: 'centreCrop', width: crop, height: crop },
    { op: 'own' },
  ];
}

/** What the nodes' own run makes of the decoded picture. */
function byKernels(image: ImageValue, filter: ResizeFilter): ImageValue {
  const size = shorterSideSize(image.width, image.height, shorter);
  const small = resizePicture(image, size.width, size.height, filter, true);
  return cutPicture(small, centreOffset(small.width, crop), centreOffset(small.height, crop), crop, crop);
}

/** Measured: mean 0.26 to 0.64, largest 4 to 10 levels, on edges; see the printed table of bench/decode-resize.ts. */
function expectNear(d: Difference): void {
  expect(d.mean).toBeLessThan(0.75);
  expect(d.max).toBeLessThanOrEqual(12);
}

describe(`one pass over a 1080p JPEG against Pillow ${reference.library.pillow}`, () => {
  for (const c of reference.passes) {
    const filter = c.filter as ResizeFilter;
    it(`${c.picture}, ${filter}: mean below one level, from Pillow and from our kernels`, async () => {
      const { value, taken } = await host.pass(scene(c.picture), stepsFor(filter), never());
      expect([taken, value.width, value.height, value.colour]).toEqual([3, crop, crop, 'rgb']);
      expectNear(difference(every(value, stride), fromBase64(c.pixels)));
      expectNear(difference(value.data, byKernels(await wholeScene(c.picture), filter).data));
    });
    it(`${c.picture}, ${filter}: the kernels over the decoded picture equal Pillow`, async () => {
      const own = byKernels(await wholeScene(c.picture), filter);
      expect(difference(every(own, stride), fromBase64(c.pixels))).toEqual({ mean: 0, max: 0 });
    });
  }
  it('maps points back as the kernels do', async () => {
    const { value } = await host.pass(scene('smooth'), stepsFor('bilinear'), never());
    const own = byKernels(await wholeScene('smooth'), 'bilinear');
    expect(value.geometry.toOriginal.map((v) => v.toFixed(9))).toEqual(
      own.geometry.toOriginal.map((v) => v.toFixed(9)),
    );
    const [x, y] = applyAffine(value.geometry.toOriginal, 112, 112);
    expect(x).toBeCloseTo(((116 + 112) * 1920) / 455, 6);
    expect(y).toBeCloseTo(540, 6);
  });
  for (const size of [40, 120, 320, 540, 1000]) {
    it(`shorter side ${size}: mean below one level of the kernels`, async () => {
      const steps: readonly ImageStep[] = [
        { op: 'decode' },
        { op: 'resizeShorter', size, filter: 'bilinear', antialias: true },
      ];
      const { value, taken } = await host.pass(scene('noisy'), steps, never());
      const width = Math.floor((size * 1920) / 1080);
      expect([taken, value.width, value.height]).toEqual([2, width, size]);
      const own = resizePicture(await wholeScene('noisy'), width, size, 'bilinear', true);
      expect(difference(value.data, own.data).mean).toBeLessThan(1);
    });
  }
});

describe('what a pass leaves to the nodes', () => {
  const decodeOnly: readonly (readonly [string, ImageStep])[] = [
    ['no antialias', { op: 'resize', width: 100, height: 100, filter: 'bilinear', antialias: false }],
    ['nearest', { op: 'resize', width: 100, height: 100, filter: 'nearest', antialias: true }],
    ['enlarging', { op: 'resize', width: 100, height: 2000, filter: 'bilinear', antialias: true }],
    ['a very thin result', { op: 'resize', width: 4, height: 500, filter: 'bilinear', antialias: true }],
    ['a step of its own', { op: 'own' }],
    ['a cut beyond the edge', { op: 'crop', left: 1900, top: 0, width: 100, height: 10 }],
    ['a centred cut larger than the picture', { op: 'centreCrop', width: 2000, height: 100 }],
  ];
  for (const [what, step] of decodeOnly) {
    it(`${what}: only the decoding is taken`, async () => {
      const { value, taken } = await host.pass(scene('smooth'), [{ op: 'decode' }, step], never());
      expect([taken, value.width, value.height]).toEqual([1, 1920, 1080]);
    });
  }
  it('a decoded picture comes back as it is', async () => {
    const image = await wholeScene('smooth');
    const { value, taken } = await host.pass(image, stepsFor('bilinear').slice(1), never());
    expect([value === image, taken]).toEqual([true, 0]);
  });
  it('cuts straight after decoding are taken, a resize after them is not', async () => {
    const steps: readonly ImageStep[] = [
      { op: 'decode' },
      { op: 'crop', left: 10, top: 20, width: 300, height: 200 },
      { op: 'centreCrop', width: 101, height: 50 },
      { op: 'resize', width: 50, height: 40, filter: 'bilinear', antialias: true },
    ];
    const { value, taken } = await host.pass(scene('smooth'), steps, never());
    const own = cutPicture(cutPicture(await wholeScene('smooth'), 10, 20, 300, 200), 100, 75, 101, 50);
    expect(taken).toBe(3);
    expect(value.geometry).toEqual(own.geometry);
    expect(difference(value.data, own.data).max).toBe(0);
  });
  for (const name of ['rgba PNG', 'CMYK JPEG', '16-bit rgb PNG', 'palette PNG with a transparent entry']) {
    it(`${name}: only the decoding is taken`, async () => {
      const c = decoding.cases.find((each) => each.name === name)!;
      const steps: readonly ImageStep[] = [
        { op: 'decode' },
        { op: 'resize', width: 8, height: 8, filter: 'bilinear', antialias: true },
      ];
      const { value, taken } = await host.pass(media(fromBase64(c.file)), steps, never());
      expect(taken).toBe(1);
      expect(difference(value.data, fromBase64(c.pixels)).max).toBe(0);
    });
  }
});

describe('a pass over other pictures', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`turns by EXIF orientation ${orientation} before it shrinks`, async () => {
      const { default: sharp } = await import('sharp');
      const turned = await sharp(scene('smooth').bytes)
        .resize(400, 260)
        .withMetadata({ orientation })
        .jpeg()
        .toBuffer();
      const source = media(turned);
      const steps: readonly ImageStep[] = [
        { op: 'decode' },
        { op: 'resize', width: 120, height: 90, filter: 'bilinear', antialias: true },
      ];
      const { value, taken } = await host.pass(source, steps, never());
      const whole = await host.decode(source, never());
      expect([whole.width, whole.height]).toEqual(orientation >= 5 ? [260, 400] : [400, 260]);
      expect([taken, value.geometry.originalWidth]).toEqual([2, whole.width]);
      const own = resizePicture(whole, 120, 90, 'bilinear', true);
      expect(value.geometry).toEqual(own.geometry);
      expect(difference(value.data, own.data).mean).toBeLessThan(1);
    });
  }
  it('keeps grey as one channel, and agrees on a PNG', async () => {
    const rows = Uint8Array.from({ length: 300 * 200 }, (_, i) => ((i % 300) * 7 + Math.floor(i / 300) * 3) % 256);
    const source = media(makePng({ width: 300, height: 200, colourType: 0, rows }));
    const steps: readonly ImageStep[] = [
      { op: 'decode' },
      { op: 'resize', width: 110, height: 70, filter: 'bicubic', antialias: true },
    ];
    const { value, taken } = await host.pass(source, steps, never());
    expect([taken, value.colour, value.data.length]).toEqual([2, 'grey', 7700]);
    const own = resizePicture(await host.decode(source, never()), 110, 70, 'bicubic', true);
    expect(difference(value.data, own.data).mean).toBeLessThan(1);
  });
  it('a file cut short fails, even where only its upper part is wanted', async () => {
    const bytes = scene('smooth').bytes as Uint8Array;
    const steps: readonly ImageStep[] = [{ op: 'decode' }, { op: 'crop', left: 0, top: 0, width: 8, height: 8 }];
    await rejects(() => host.pass(media(bytes.subarray(0, bytes.length * 0.9)), steps, never()), 'media-corrupt');
  });
});
