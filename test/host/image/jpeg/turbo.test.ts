import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TurboDecoder } from '../../../../host/image/jpeg/turbo.ts';
import { turboModule } from '../../../../host/image/jpeg/turboModule.ts';
import { root } from '../../../rules/sources.ts';

/** Part of Node, but of none of its types. */
declare const WebAssembly: { Instance: new (module: object, imports: object) => object };

const media = path.join(root, 'samples/picture-classifier/media');
const photos = readdirSync(media)
  .filter((name) => name.endsWith('.jpg'))
  .map((name) => [name, new Uint8Array(readFileSync(path.join(media, name)))] as const);
const [, photo] = photos.find(([name]) => name === 'reef.jpg') ?? expect.fail('reef.jpg is not there');
const full = { width: 640, height: 480 };
let module: object;
beforeAll(async () => {
  module = await turboModule();
});

describe('libjpeg-turbo in WebAssembly', () => {
  it('gives the pixels of libvips, in colour and in grey', async () => {
    const turbo = new TurboDecoder(module);
    for (const [name, bytes] of photos) {
      const { data, info } = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
      const found = turbo.decode(bytes, info, 1, 3);
      expect([name, found?.width, found?.height]).toEqual([name, info.width, info.height]);
      expect(data.equals(found?.data ?? new Uint8Array())).toBe(true);
    }
    const grey = await sharp(photo).toColourspace('b-w').jpeg().toBuffer();
    const { data } = await sharp(grey).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    expect(data.equals(turbo.decode(grey, full, 1, 1)?.data ?? new Uint8Array())).toBe(true);
  });

  it('decodes at a half, a quarter and an eighth, rounded up', () => {
    const turbo = new TurboDecoder(module);
    for (const [name, bytes] of photos.slice(0, 1))
      for (const scale of [2, 4, 8] as const) {
        const found = turbo.decode(bytes, full, scale, 3);
        expect([name, found?.width, found?.height]).toEqual([name, 640 / scale, 480 / scale]);
      }
  });

  it('gives nothing for another size than was told, and the next picture all the same', () => {
    const turbo = new TurboDecoder(module);
    expect(turbo.decode(photo, { width: 640, height: 481 }, 2, 3)).toBe(null);
    expect(turbo.decode(photo, { width: 64, height: 48 }, 2, 3)).toBe(null);
    expect(turbo.decode(photo, full, 2, 3)?.width).toBe(320);
  });

  it('many files that are cut short cost no memory of their own: the library is made once', () => {
    const { Instance } = WebAssembly;
    onTestFinished(() => {
      WebAssembly.Instance = Instance;
    });
    let made = 0;
    WebAssembly.Instance = class extends Instance {
      constructor(one: object, imports: object) {
        super(one, imports);
        made++;
      }
    };
    const turbo = new TurboDecoder(module);
    for (let i = 0; i < 5; i++) {
      expect(turbo.decode(photo.slice(0, 9000 + 100 * i), full, 2, 3)).toBe(null);
      expect(turbo.decode(photo, full, 2, 3)?.width).toBe(320);
    }
    expect(made).toBe(1);
  });

  it('a file cut short, empty or of chance: nothing, and the next picture is as ever', () => {
    const turbo = new TurboDecoder(module);
    const fresh = new TurboDecoder(module).decode(photo, full, 2, 3)?.data.slice();
    let seed = 11;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    expect(turbo.decode(new Uint8Array(), full, 2, 3)).toBe(null);
    for (let i = 0; i < 300; i++) {
      const bytes = photo.slice(0, i % 3 === 0 ? random(photo.length - 100) : photo.length);
      const places = i % 3 === 0 ? 0 : 1 + random(20);
      for (let n = 0; n < places; n++) bytes[random(i % 3 === 1 ? 700 : bytes.length)] = random(256);
      const found = turbo.decode(bytes, full, 2, 3);
      if (i % 3 === 0) expect([i, found]).toEqual([i, null]);
      // What is decoded in spite of a wrong byte has its size.
      else if (found !== null) expect(found.data.length).toBe(320 * 240 * 3);
    }
    expect(turbo.decode(photo, full, 2, 3)?.data.slice()).toEqual(fresh);
  });
});
