import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { MediaSource } from '../../../core/kinds/value.ts';
import type { ProblemData } from '../../../core/problems/problem.ts';
import type { ProblemCode } from '../../../core/problems/table.ts';
import { readWhole } from '../../../host/files/host.ts';
import { makeImageHost } from '../../../host/image/host.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { makeGif, makePng, media, memoryHost, never, nextAnswer, nextRequest } from './pictures.ts';

const host = memoryHost();

/** The picture is refused by decoding, by a pass and by frames alike, and the next valid request works. */
async function refused(source: MediaSource, code: ProblemCode, pick = host): Promise<ProblemData> {
  const problem = await rejects(() => pick.decode(source, never()), code);
  expect(problem.message).toContain(source.name);
  await rejects(
    () =>
      pick.pass(
        source,
        [{ op: 'decode' }, { op: 'resizeShorter', size: 40, filter: 'bilinear', antialias: true }],
        never(),
      ),
    code,
  );
  await rejects(async () => {
    for await (const _ of pick.decodeFrames(source, never()));
  }, code);
  expect(await nextRequest(pick)).toEqual(nextAnswer);
  return problem;
}

async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  await work();
  return process.memoryUsage().rss - before;
}

const MiB = 1024 * 1024;

describe('pictures over a limit', () => {
  it('a 16384x16384 PNG of one colour is refused by its header, before anything is allocated', async () => {
    const bomb = makePng({ width: 16384, height: 16384, depth: 1, colourType: 0 });
    expect(bomb.length).toBeLessThan(MiB);
    const grown = await growth(async () => {
      const problem = await refused(media(bomb, 'bomb.png'), 'media-too-large');
      expect(problem.message).toContain('16384x16384');
      expect(problem.message).toContain('100000000');
    });
    expect(grown).toBeLessThan(64 * MiB);
  });
  it('a GIF of 10,000 frames is refused by the count', async () => {
    const many = makeGif(new Array<number>(10_000).fill(1));
    const grown = await growth(async () => {
      expect((await refused(media(many, 'many.gif'), 'media-too-large')).message).toContain('10000 frames');
    });
    expect(grown).toBeLessThan(64 * MiB);
  });
  it('an animated WebP is held to the same count', async () => {
    const frames = await sharp(makeGif([1, 1, 1, 1, 1]), { animated: true })
      .webp({ lossless: true })
      .toBuffer();
    expect(frames.toString('latin1', 8, 12)).toBe('WEBP');
    expect((await refused(media(frames, 'five.webp'), 'media-too-large', memoryHost({ imageFrames: 4 }))).code).toBe(
      'media-too-large',
    );
  });
  it('limits that are set are the ones that hold, to the pixel', async () => {
    const small = memoryHost({ imagePixels: 6 });
    expect((await small.decode(media(makePng({ width: 3, height: 2 })), never())).width).toBe(3);
    await refused(media(makePng({ width: 7, height: 1 }), 'seven.png'), 'media-too-large', small);
  });
});

describe('headers that lie', () => {
  it('more rows claimed than there are', async () => {
    const forged = makePng({ width: 8, height: 8, claim: { width: 8, height: 9000 } });
    const grown = await growth(() => refused(media(forged, 'forged.png'), 'media-corrupt'));
    expect(grown).toBeLessThan(64 * MiB);
  });
  it('wider rows claimed than there are', async () => {
    await refused(
      media(makePng({ width: 8, height: 8, claim: { width: 9000, height: 9000 } }), 'wide.png'),
      'media-corrupt',
    );
  });
  it('far more claimed than the limit', async () => {
    const claim = { width: 2_000_000_000, height: 2_000_000_000 };
    const problem = await rejects(
      () => host.decode(media(makePng({ width: 8, height: 8, claim }), 'huge.png'), never()),
      'media-too-large',
    );
    expect(problem.message).toContain('huge.png');
    expect(await nextRequest(host)).toEqual(nextAnswer);
  });
  it('no width at all', async () => {
    await refused(media(makePng({ width: 8, height: 8, claim: { width: 0, height: 8 } }), 'none.png'), 'media-corrupt');
  });
  it('a wrong checksum', async () => {
    const bytes = Buffer.from(makePng({ width: 8, height: 8 }));
    bytes[23] ^= 1;
    await refused(media(bytes, 'checksum.png'), 'media-corrupt');
  });
});

describe('files cut short', () => {
  const whole: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
    ['jpeg', () => noise().jpeg().toBuffer()],
    ['progressive jpeg', () => noise().jpeg({ progressive: true }).toBuffer()],
    ['png', () => noise().png().toBuffer()],
    ['webp', () => noise().webp().toBuffer()],
    ['gif', () => noise().gif().toBuffer()],
    ['avif', () => noise().avif({ effort: 0 }).toBuffer()],
  ];
  function noise(): Sharp {
    const pixels = Uint8Array.from({ length: 96 * 80 * 3 }, (_, i) => (i * 7919) % 253);
    return sharp(pixels, { raw: { width: 96, height: 80, channels: 3 } });
  }
  for (const [name, make] of whole) {
    it(`${name}: at every twentieth of its length a problem, never half a picture`, async () => {
      const bytes = await make();
      for (let part = 1; part < 20; part++) {
        const source = media(bytes.subarray(0, Math.floor((bytes.length * part) / 20)), `${name} ${part}/20`);
        const problem = await rejects(() => host.decode(source, never()), 'media-corrupt');
        expect(problem.message).toContain(source.name);
      }
      expect((await host.decode(media(bytes), never())).width).toBe(96);
    });
  }
});

describe('what is not an accepted picture', () => {
  const raw = { raw: { width: 4, height: 4, channels: 3 as const } };
  const tiff = (): Promise<Uint8Array> => sharp(new Uint8Array(48), raw).tiff().toBuffer();
  const text = (s: string): Uint8Array => Buffer.from(s, 'latin1');
  const cases: readonly (readonly [string, string, () => Promise<Uint8Array> | Uint8Array])[] = [
    ['a TIFF renamed', 'photo.jpg', tiff],
    ['a Photoshop document renamed', 'photo.png', () => text(`8BPS\0\x01${'\0'.repeat(40)}`)],
    ['an SVG drawing', 'icon.svg', () => text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['an SVG behind a declaration', 'icon.png', () => text('<?xml version="1.0"?>\n<!-- x --><svg/>')],
    ['a HEIC picture', 'phone.jpg', () => text('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
    ['a video', 'clip.jpg', () => text('\0\0\0\x18ftypisom\0\0\0\0isommp42')],
    ['a playlist', 'list.jpg', () => text('#EXTM3U\n/etc/passwd\n')],
    ['a bitmap', 'b.bmp', () => text(`BM${'\0'.repeat(60)}`)],
    ['random bytes', 'r.png', () => Uint8Array.of(200, 3, 7, 250, 0, 1, 99, 12)],
    ['a single byte', 'one.png', () => Uint8Array.of(255)],
  ];
  const named: Readonly<Record<string, string>> = {
    'photo.jpg': 'TIFF',
    'photo.png': 'Photoshop',
    'icon.svg': 'SVG',
    'icon.png': 'SVG',
    'phone.jpg': 'HEIC',
    'clip.jpg': 'MP4',
    'list.jpg': 'plain text',
    'b.bmp': 'bitmap',
    'r.png': 'no format',
    'one.png': 'no format',
  };
  for (const [what, name, make] of cases) {
    it(`${what} is refused, and the message says what it looks like`, async () => {
      const problem = await refused(media(await make(), name), 'media-format');
      expect(problem.message).toContain(named[name]);
    });
  }
  it('an empty file is empty', async () => {
    await refused(media(new Uint8Array(), 'nothing.png'), 'media-empty');
  });
  it('an SVG that points outside opens no file and no connection', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const svg = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>
      <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">
      <image xlink:href="http://127.0.0.1:${port}/a.png" width="64" height="64"/><text>&x;</text></svg>`;
    await refused(media(text(svg), 'evil.svg'), 'media-format');
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.close();
    expect(connections).toBe(0);
  });
  it('should something slip past the first bytes, no other decoder can start', async () => {
    await expect(sharp(await tiff()).metadata()).rejects.toThrow(/unsupported image format/);
    await expect(sharp(text('<svg width="9" height="9"/>')).metadata()).rejects.toThrow(/unsupported image format/);
  });
});

describe('damage inside', () => {
  it('2,000 damaged copies of small pictures: a picture or a Problem, no crash', async () => {
    const reference = JSON.parse(
      readFileSync(new URL('../../reference/image-decode.json', import.meta.url), 'utf8'),
    ) as { cases: readonly { name: string; file: string }[] };
    let seed = 12345;
    const random = (): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed / 2 ** 32;
    };
    const usable = reference.cases.filter((c) => c.name !== 'AVIF');
    const outcomes = new Map<string, number>();
    for (let i = 0; i < 2000; i++) {
      const bytes = Buffer.from(usable[i % usable.length].file, 'base64');
      for (let k = 0; k < 1 + random() * 4; k++)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const outcome = await host.decode(media(bytes, `copy ${i}`), never()).then(
        () => 'decoded',
        (error) => (error as { data?: ProblemData }).data?.code ?? `not a Problem: ${error}`,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const allowed = ['decoded', 'media-corrupt', 'media-format', 'media-too-large'];
    expect([...outcomes.keys()].filter((key) => !allowed.includes(key))).toEqual([]);
    expect(outcomes.get('media-corrupt')).toBeGreaterThan(50);
    expect(await nextRequest(host)).toEqual(nextAnswer);
  });
});

describe('cancelling and deadlines', () => {
  it('an aborted signal ends a decoding at once with its reason', async () => {
    const controller = new AbortController();
    const picture = media(makePng({ width: 6000, height: 6000 }), 'large.png');
    const started = performance.now();
    const decoding = host.decode(picture, controller.signal);
    setTimeout(() => controller.abort(new Error('no longer wanted')), 5);
    await expect(decoding).rejects.toThrow('no longer wanted');
    expect(performance.now() - started).toBeLessThan(2000);
    await expect(host.decode(picture, controller.signal)).rejects.toThrow('no longer wanted');
    expect(await nextRequest(host)).toEqual(nextAnswer);
  });
  it('a decoding over its time is a media-timeout', async () => {
    const slow = media(makePng({ width: 6000, height: 6000 }), 'slow.png');
    const impatient = memoryHost({ decodeMs: 20 });
    expect((await rejects(() => impatient.decode(slow, never()), 'media-timeout')).message).toContain('20 ms');
    expect(await nextRequest(impatient)).toEqual(nextAnswer);
  });
});

describe('paths that are no plain file', () => {
  function fileHost(folder: string) {
    return makeImageHost({
      limits: makeLimits(),
      sourceBytes: (source, maxBytes, signal) =>
        readWhole(source.path as string, { name: source.name, maxBytes, signal }),
      resolveSource: async (source) => path.resolve(folder, source.path as string),
    });
  }
  it('a folder, a missing file and a pipe are told as such, and none is waited for', async () => {
    const folder = tempFolder();
    const pipe = path.join(folder, 'pipe.png');
    execFileSync('mkfifo', [pipe]);
    const files = fileHost(folder);
    await rejects(() => files.decode({ kind: 'media', path: folder, name: 'folder' }, never()), 'file-unreadable');
    await rejects(() => files.decode({ kind: 'media', path: pipe, name: 'pipe.png' }, never()), 'file-unreadable');
    const none = path.join(folder, 'none.png');
    await rejects(() => files.decode({ kind: 'media', path: none, name: 'none.png' }, never()), 'file-missing');
  });
  it('a large file that is no picture is refused by its head, without being read', async () => {
    const folder = tempFolder();
    const file = path.join(folder, 'film.jpg');
    writeFileSync(file, '\0\0\0\x18ftypisom\0\0\0\0isommp42');
    truncateSync(file, 600 * MiB);
    const grown = await growth(() =>
      rejects(() => fileHost(folder).decode({ kind: 'media', path: file, name: 'film.jpg' }, never()), 'media-format'),
    );
    expect(grown).toBeLessThan(64 * MiB);
  });
});
