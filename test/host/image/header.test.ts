import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { plainHeader } from '../../../host/image/header.ts';
import { headerSize } from '../../../host/image/headerSize.ts';
import { fromBase64 } from '../../nodes/image/pixels.ts';
import reference from '../../reference/image-decode.json' with { type: 'json' };
import { root } from '../../rules/sources.ts';

const media = path.join(root, 'samples/picture-classifier/media');
const photos = readdirSync(media).map((name) => [name, new Uint8Array(readFileSync(path.join(media, name)))] as const);
const drawn = sharp({ create: { width: 70, height: 50, channels: 3, background: '#3a7' } });

/** What libvips says of the same bytes. */
async function byLibvips(bytes: Uint8Array) {
  const found = await sharp(bytes, { ignoreIcc: true }).metadata();
  const grey = found.space === 'b-w' || found.space === 'grey16';
  return {
    ...found.autoOrient,
    frames: found.pages ?? 1,
    delaysMs: found.delay ?? [],
    pixels: found.space === 'cmyk' ? 'cmyk' : found.hasAlpha ? 'alpha' : grey ? 'grey' : 'rgb',
    deep: found.depth !== 'uchar',
    sequential:
      found.format === 'jpeg' && found.isProgressive === false ? { orientation: found.orientation ?? 1 } : null,
  };
}

async function agrees(bytes: Uint8Array): Promise<boolean> {
  const header = plainHeader(bytes);
  if (header !== null) expect(header).toEqual(await byLibvips(bytes));
  return header !== null;
}

describe('the header of a plain picture, read without libvips', () => {
  it('is what libvips says, for every reference picture and photograph; the usual ones are read', async () => {
    for (const { file } of reference.cases) await agrees(fromBase64(file));
    for (const [name, bytes] of photos)
      if (/\.jpg$/.test(name)) expect([name, await agrees(bytes)]).toEqual([name, true]);
  });

  it('knows all eight orientations, in both byte orders', async () => {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const bytes = new Uint8Array(await drawn.clone().withMetadata({ orientation }).jpeg().toBuffer());
      expect(await agrees(bytes)).toBe(true);
      expect(plainHeader(bytes)?.width).toBe(orientation >= 5 ? 50 : 70);
    }
  });

  it('reads grey, progressive and transparent ones, and leaves the rest to libvips', async () => {
    const read = async (picture: Sharp) => agrees(new Uint8Array(await picture.toBuffer()));
    expect(await read(drawn.clone().toColourspace('b-w').jpeg())).toBe(true);
    expect(await read(drawn.clone().jpeg({ progressive: true }))).toBe(true);
    expect(await read(drawn.clone().png())).toBe(true);
    expect(await read(drawn.clone().ensureAlpha(0.5).png({ progressive: true }))).toBe(true);
    expect(await read(drawn.clone().toColourspace('b-w').png())).toBe(true);
    for (const other of [
      drawn.clone().png({ palette: true }),
      drawn.clone().toColourspace('rgb16').png(),
      drawn.clone().toColourspace('cmyk').jpeg(),
      drawn.clone().webp(),
      drawn.clone().gif(),
    ])
      expect(await read(other)).toBe(false);
  });

  it('never says anything else than libvips of a header with a wrong byte, where that reads it at all', async () => {
    const [, photo] = photos.find(([name]) => name === 'sunset.jpg') ?? ['', new Uint8Array()];
    const turned = new Uint8Array(await drawn.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer());
    const png = new Uint8Array(await drawn.clone().png().toBuffer());
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (const original of [photo, turned, png]) {
      for (let i = 0; i < 300; i++) {
        const bytes = original.slice();
        bytes[2 + random(180)] = random(256);
        const header = plainHeader(bytes);
        if (header === null) continue;
        const said = await byLibvips(bytes).catch(() => null);
        if (said !== null) expect([header.width, header.height]).toEqual([said.width, said.height]);
      }
    }
  });

  it('says nothing of what is cut short', () => {
    for (const [, bytes] of photos)
      for (let end = 0; end < 40; end++) expect(plainHeader(bytes.subarray(0, end))).toBe(null);
  });
});

describe('the size by a header alone', () => {
  it('is what libvips says, for every format', async () => {
    for (const picture of [
      drawn.clone().jpeg(),
      drawn.clone().png(),
      drawn.clone().gif(),
      drawn.clone().webp(),
      drawn.clone().webp({ lossless: true }),
      drawn.clone().ensureAlpha(0.5).webp(),
      drawn.clone().avif({ effort: 0 }),
    ])
      expect(headerSize(new Uint8Array(await picture.toBuffer()))).toEqual({ width: 70, height: 50 });
    for (const [name, bytes] of photos) {
      const { width, height } = await sharp(bytes).metadata();
      expect([name, headerSize(bytes)]).toEqual([name, { width, height }]);
    }
  });

  it('is nothing for what is no picture or is cut short', () => {
    expect(headerSize(new TextEncoder().encode('<svg width="1" height="1"/>'))).toBe(null);
    for (const [, bytes] of photos)
      for (let end = 0; end < 20; end++) expect(headerSize(bytes.subarray(0, end))).toBe(null);
  });
});
