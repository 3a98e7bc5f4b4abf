import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ImageHost } from '../../../../core/define/host.ts';
import type { ResizeFilter } from '../../../../core/define/image-step.ts';
import { type Limits, makeLimits } from '../../../../core/define/limits.ts';
import type { JpegAnswer, JpegAsk } from '../../../../host/image/jpeg/messages.ts';
import { type JpegThreads, shrinkJpeg } from '../../../../host/image/jpeg/shrinkJpeg.ts';
import { type OpenPicture, openPicture } from '../../../../host/image/open.ts';
import { Threads } from '../../../../host/process/threads.ts';
import reference from '../../../reference/image-jpeg.json' with { type: 'json' };
import { rejects } from '../../../rejects.ts';
import { root } from '../../../rules/sources.ts';
import { media, memoryHost, never } from '../pictures.ts';

const samples = path.join(root, 'samples/picture-classifier/media');
const jpegs: Readonly<Record<string, string>> = reference.jpegs;
const limits = makeLimits({});
const noThread: () => Promise<JpegThreads> = async () => ({ ask: async () => expect.fail('a thread was asked') });

/** Threads of another program than the decoder's. */
function threadsOf(program: string): JpegThreads {
  return new Threads<JpegAsk, JpegAnswer>(() => {
    const worker = new Worker(program, { eval: true });
    onTestFinished(async () => void (await worker.terminate()));
    return worker;
  }, 1);
}

type Case = (typeof reference.cases)[number] & { readonly sample?: string; readonly jpeg?: string };

function bytesOf({ sample, jpeg }: Case): Uint8Array {
  if (sample !== undefined) return new Uint8Array(readFileSync(path.join(samples, sample)));
  return new Uint8Array(Buffer.from(jpegs[jpeg ?? ''], 'base64'));
}

function open(bytes: Uint8Array, within: Limits = limits): Promise<OpenPicture> {
  const source = media(bytes, 'photo.jpg');
  return openPicture(source, { limits: within, sourceBytes: async () => bytes }, never());
}

const photo = new Uint8Array(readFileSync(path.join(samples, 'reef.jpg')));
const small = { width: 149, height: 112, filter: 'bilinear' } as const;

describe(`small JPEGs, shrunk, against Pillow ${reference.library.pillow} with libjpeg-turbo ${reference.library.libjpeg_turbo}`, () => {
  for (const one of reference.cases as readonly Case[]) {
    it(`${one.name}: the same bytes`, async () => {
      const [width, height] = one.size;
      const filter = one.filter as Exclude<ResizeFilter, 'nearest'>;
      const found = await shrinkJpeg(await open(bytesOf(one)), { width, height, filter }, limits, never());
      expect(found && { ...found, data: createHash('sha256').update(found.data).digest('hex') }).toEqual({
        width,
        height,
        channels: one.name.startsWith('grey') ? 1 : 3,
        data: one.sha256,
      });
    });
  }

  it('many at once are each its own', async () => {
    const own = reference.cases.filter((one) => 'sample' in one);
    const found = await Promise.all(
      [...own, ...own, ...own].map(async (one) => {
        const [width, height] = one.size;
        const shrunk = await shrinkJpeg(
          await open(bytesOf(one)),
          { width, height, filter: 'bilinear' },
          limits,
          never(),
        );
        return createHash('sha256')
          .update(shrunk?.data ?? '')
          .digest('hex');
      }),
    );
    expect(found).toEqual([...own, ...own, ...own].map(({ sha256 }) => sha256));
  });

  it('leaves the bytes alone that it was given, and what lies around them', async () => {
    const around = Buffer.concat([Buffer.alloc(100, 7), photo, Buffer.alloc(100, 9)]);
    const before = Buffer.from(around);
    const picture = await open(around.subarray(100, 100 + photo.length));
    expect(await shrinkJpeg(picture, small, limits, never())).not.toBe(null);
    expect(around.equals(before)).toBe(true);
  });
});

describe('what goes to libvips', () => {
  let host: ImageHost;
  beforeAll(() => {
    host = memoryHost();
  });

  const drawn = sharp({ create: { width: 700, height: 500, channels: 3, background: '#3a7' } });
  const others: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
    ['a progressive JPEG', () => drawn.clone().jpeg({ progressive: true }).toBuffer()],
    ['a PNG', () => drawn.clone().png().toBuffer()],
    ['CMYK', () => drawn.clone().toColourspace('cmyk').jpeg().toBuffer()],
    ['more than 160 KiB', async () => Buffer.concat([photo, Buffer.alloc(160 << 10)])],
  ];
  for (const [what, make] of others) {
    it(`${what}: no thread is asked`, async () => {
      expect(await shrinkJpeg(await open(await make()), small, limits, never(), noThread)).toBe(null);
    });
  }

  it('a picture of more than half a million pixels at the scale at which it is decoded', async () => {
    const large = await open(
      await sharp({ create: { width: 1024, height: 520, channels: 3, background: '#3a7' } })
        .jpeg()
        .toBuffer(),
    );
    const asked: JpegAsk[] = [];
    const threads = async (): Promise<JpegThreads> => ({
      ask: async ({ ask }) => {
        asked.push(ask);
        return { pixels: null, bytes: ask.bytes };
      },
    });
    for (const [width, height] of [
      [512, 260],
      [256, 130],
      [100, 50],
    ])
      await shrinkJpeg(large, { width, height, filter: 'bilinear' }, limits, never(), threads);
    expect(asked.map(({ width, scale }) => [width, scale])).toEqual([
      [256, 2],
      [100, 4],
    ]);
  });

  it('whatever libjpeg-turbo has to say against a file: libvips has the word, and a cut file is an error', async () => {
    const cut = photo.slice(0, photo.length - 2000);
    expect(await shrinkJpeg(await open(cut), small, limits, never())).toBe(null);
    const steps = [
      { op: 'decode' },
      { op: 'resize', width: 149, height: 112, filter: 'bilinear', antialias: true },
    ] as const;
    const { message } = await rejects(() => host.pass(media(cut, 'cut.jpg'), steps, never()), 'media-corrupt');
    expect(message).toContain('cut.jpg');
    // And the next picture comes through.
    expect((await host.pass(media(photo), steps, never())).value.width).toBe(149);
  });

  it('a thread that ends: the picture comes from libvips', async () => {
    const ending = async () => threadsOf('process.exit(3)');
    expect(await shrinkJpeg(await open(photo), small, limits, never(), ending)).toBe(null);
    const absent = (): Promise<JpegThreads> => Promise.reject(new Error('ENOENT: jpeg-turbo.wasm'));
    expect(await shrinkJpeg(await open(photo), small, limits, never(), absent)).toBe(null);
  });
});

describe('a decoding that does not end', () => {
  const forEver = () => threadsOf("require('node:worker_threads').parentPort.on('message', () => { for (;;); })");
  it('ends with media-timeout after the limit', async () => {
    const within = makeLimits({ decodeMs: 20 });
    const picture = await open(photo);
    const { message } = await rejects(
      () => shrinkJpeg(picture, small, within, never(), async () => forEver()),
      'media-timeout',
    );
    expect(message).toBe('Decoding "photo.jpg" took longer than 20 ms.');
  });
  it("ends with the signal's reason", async () => {
    const stop = new AbortController();
    const waiting = shrinkJpeg(await open(photo), small, limits, stop.signal, async () => forEver());
    const reason = new Error('enough');
    setTimeout(() => stop.abort(reason), 5);
    await expect(waiting).rejects.toBe(reason);
  });
});
