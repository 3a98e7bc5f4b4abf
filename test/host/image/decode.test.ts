import { writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { MediaSource } from '../../../core/kinds/value.ts';
import { framesOf } from '../../../host/image/frames.ts';
import { makeImageHost } from '../../../host/image/host.ts';
import { openPicture } from '../../../host/image/open.ts';
import { difference, fromBase64, picture } from '../../nodes/image/pixels.ts';
import reference from '../../reference/image-decode.json' with { type: 'json' };
import { tempFolder } from '../../temp-folder.ts';
import { makeGif, makePng, media, memoryHost, never } from './pictures.ts';

const host = memoryHost();

describe(`decode against Pillow ${reference.library.pillow}`, () => {
  for (const c of reference.cases) {
    it(`${c.name}: ${c.tolerance === 0 ? 'equal' : `within ${c.tolerance} levels`}`, async () => {
      const image = await host.decode(media(fromBase64(c.file), c.name), never());
      expect([image.width, image.height, image.colour]).toEqual([c.width, c.height, c.colour]);
      expect(image.geometry).toEqual({
        originalWidth: c.width,
        originalHeight: c.height,
        toOriginal: [1, 0, 0, 0, 1, 0],
      });
      expect(difference(image.data, fromBase64(c.pixels)).max).toBeLessThanOrEqual(c.tolerance);
    });
  }
  it('an embedded profile is not applied, as Pillow does not', async () => {
    const raw = { raw: { width: 24, height: 16, channels: 3 as const } };
    const rgb = fromBase64(reference.cases[5].pixels);
    const plain = await sharp(rgb, raw).jpeg({ quality: 90 }).toBuffer();
    const wide = await sharp(plain).keepIccProfile().withIccProfile('p3', { attach: true }).jpeg().toBuffer();
    expect((await sharp(wide).metadata()).hasProfile).toBe(true);
    const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer();
    const converted = await sharp(wide).raw().toBuffer();
    const image = await host.decode(media(wide), never());
    expect(difference(image.data, stored).max).toBe(0);
    expect(difference(image.data, converted).max).toBeGreaterThan(2);
  });
});

describe('decode of odd sizes', () => {
  for (const [width, height] of [
    [1, 1],
    [1, 60000],
    [60000, 1],
  ] as const) {
    it(`${width}x${height}`, async () => {
      const rows = Uint8Array.from({ length: width * height * 3 }, (_, i) => i % 251);
      const image = await host.decode(media(makePng({ width, height, rows })), never());
      expect([image.width, image.height]).toEqual([width, height]);
      expect(difference(image.data, rows).max).toBe(0);
    });
  }
});

describe('frames', () => {
  it('come in order with the sum of the delays before them; a delay of 0 counts as 100 ms', async () => {
    const seen: unknown[] = [];
    for await (const { t, image } of host.decodeFrames(media(makeGif([5, 0, 20, 7])), never())) {
      seen.push([Math.round(t * 1000), ...image.data.subarray(0, 3)]);
    }
    expect(seen).toEqual([
      [0, 255, 0, 0],
      [50, 0, 0, 255],
      [150, 255, 0, 0],
      [350, 0, 0, 255],
    ]);
  });
  it('are the same when only two are decoded at a time', async () => {
    const signal = never();
    const limits = makeLimits();
    const deps = { limits, sourceBytes: async (source: MediaSource) => source.bytes as Uint8Array };
    const opened = await openPicture(media(makeGif([1, 2, 3, 4, 5])), deps, signal);
    const seen: unknown[] = [];
    for await (const { t, image } of framesOf(opened, limits, signal, 8))
      seen.push([Math.round(t * 1000), image.data[0]]);
    expect(seen).toEqual([
      [0, 255],
      [10, 0],
      [30, 255],
      [60, 0],
      [100, 255],
    ]);
  });
  it('a still picture is one frame at 0', async () => {
    const times: number[] = [];
    for await (const { t } of host.decodeFrames(media(makePng({ width: 3, height: 2 })), never())) times.push(t);
    expect(times).toEqual([0]);
  });
  it('stop at the signal', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { t } of host.decodeFrames(media(makeGif([5, 5, 5])), controller.signal)) {
        seen.push(t);
        controller.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(seen).toEqual([0]);
  });
});

describe('encode', () => {
  const rgb = fromBase64(reference.cases[5].pixels);
  it('png holds every pixel of rgb, bgr, grey and rgba', async () => {
    const cases = [
      picture(24, 16, 'rgb', rgb),
      picture(24, 16, 'grey', rgb.subarray(0, 384)),
      picture(
        24,
        12,
        'rgba',
        rgb.map((v) => v | 1),
      ),
    ];
    for (const image of cases) {
      const back = await host.decode(media(await host.encode(image, 'png', never())), never());
      expect(back.colour).toBe(image.colour);
      expect(difference(back.data, image.data).max).toBe(0);
    }
    const bgr = await host.encode(picture(1, 1, 'bgr', [1, 2, 3]), 'png', never());
    expect([...(await host.decode(media(bgr), never())).data]).toEqual([3, 2, 1]);
  });
  it('jpeg and webp come near, jpeg puts alpha over white', async () => {
    for (const format of ['jpeg', 'webp'] as const) {
      const smooth = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i / 3) % 32);
      const back = await host.decode(
        media(await host.encode(picture(32, 32, 'rgb', smooth), format, never())),
        never(),
      );
      expect(difference(back.data, smooth).mean).toBeLessThan(3);
    }
    const clear = await host.encode(picture(8, 8, 'rgba', new Uint8Array(256)), 'jpeg', never());
    expect(Math.min(...(await host.decode(media(clear), never())).data)).toBeGreaterThan(250);
  });
});

it('reads a file by its path, whatever its name holds', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'a [page=3] -i|x.jpg');
  writeFileSync(file, makePng({ width: 2, height: 1, rows: Uint8Array.of(9, 8, 7, 6, 5, 4) }));
  const { readFile } = await import('node:fs/promises');
  const files = makeImageHost({
    limits: makeLimits(),
    sourceBytes: async (source) => new Uint8Array(await readFile(source.path as string)),
    resolveSource: async (source) => source.path as string,
  });
  const image = await files.decode({ kind: 'media', path: file, name: 'odd' }, never());
  expect([...image.data]).toEqual([9, 8, 7, 6, 5, 4]);
});

it('many pictures in flight give each its own answer', async () => {
  const wanted = Array.from({ length: 24 }, (_, i) =>
    Uint8Array.from({ length: 64 * 64 * 3 }, (_, k) => (k * (i + 1)) % 256),
  );
  const got = await Promise.all(
    wanted.map((rows) => host.decode(media(makePng({ width: 64, height: 64, rows })), never())),
  );
  got.forEach((image, i) => {
    expect(difference(image.data, wanted[i]).max).toBe(0);
  });
});
