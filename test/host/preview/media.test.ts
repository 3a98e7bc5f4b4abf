import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { NodeHost } from '../../../core/define/host.ts';
import { makeLimits } from '../../../core/define/limits.ts';
import type { MediaAnswer } from '../../../host/engine/messages.ts';
import { makeFileHost } from '../../../host/files/host.ts';
import { openWorkspace } from '../../../host/files/workspace.ts';
import { makeImageHost } from '../../../host/image/host.ts';
import { lookAtMedia } from '../../../host/preview/media.ts';
import { pureHost } from '../../pure-host.ts';
import { audioHost, makeMedia, mediaFolder, sine, videoHost } from '../ffmpeg/media.ts';
import { makeGif, makePng } from '../image/pictures.ts';
import { decoded, furthest } from './kept.ts';

const folder = mediaFolder();

async function hostWith(overrides: Readonly<Record<string, number>> = {}): Promise<NodeHost> {
  const limits = makeLimits(overrides);
  const workspace = await openWorkspace(folder);
  const files = makeFileHost({ workspace, limits });
  const { resolveSource } = workspace;
  return pureHost({
    image: makeImageHost({ limits, sourceBytes: files.sourceBytes, resolveSource }),
    audio: audioHost(overrides),
    video: videoHost(overrides),
    files,
    limits,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  });
}
async function look(name: string, bytes: Uint8Array | string | null, host?: NodeHost): Promise<MediaAnswer> {
  const file = path.join(folder, name);
  if (bytes !== null) writeFileSync(file, bytes);
  return lookAtMedia({ path: file, folder, width: 96, height: 64 }, host ?? (await hostWith()));
}

describe('the library looks at', () => {
  it('a picture, upright, whatever its name says', async () => {
    // Stored 400 wide; EXIF says turn by 90 degrees: red on top afterwards.
    const left = await sharp({ create: { width: 200, height: 300, channels: 3, background: '#d02010' } })
      .png()
      .toBuffer();
    const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#1020d0' } })
      .composite([{ input: left, left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const answer = await look('picture.txt', bytes);
    expect(answer).toMatchObject({ kind: 'image', facts: { bytes: bytes.length, width: 300, height: 400 } });
    expect(answer.problem).toBeUndefined();
    const shown = await decoded(answer.blobs, answer.blob);
    expect([shown.width, shown.height]).toEqual([48, 64]);
    expect(furthest(shown.pixel(24, 10), [0xd0, 0x20, 0x10, 255])).toBeLessThanOrEqual(6);
    expect(furthest(shown.pixel(24, 54), [0x10, 0x20, 0xd0, 255])).toBeLessThanOrEqual(6);
  });

  it('a picture that is small, has alpha, or moves', async () => {
    const small = await look('small.png', makePng({ width: 2, height: 1, rows: Uint8Array.of(9, 8, 7, 6, 5, 4) }));
    const shown = await decoded(small.blobs, small.blob);
    expect([shown.width, shown.height, shown.pixel(1, 0)]).toEqual([2, 1, [6, 5, 4, 255]]);
    const clear = await sharp({
      create: { width: 300, height: 200, channels: 4, background: { r: 0, g: 200, b: 0, alpha: 0.2 } },
    })
      .png()
      .toBuffer();
    const see = await look('clear.png', clear);
    expect(furthest((await decoded(see.blobs, see.blob)).pixel(48, 32), [0, 200, 0, 51])).toBeLessThanOrEqual(1);
    expect((await look('moving.gif', makeGif([5, 5, 5]))).facts).toMatchObject({ width: 1, height: 1, frames: 3 });
  });

  it('a sound', async () => {
    makeMedia(path.join(folder, 'tone.flac'), sine(2, 22050, 2));
    const answer = await look('tone.flac', null);
    expect(answer).toMatchObject({ kind: 'audio', facts: { seconds: 2, sampleRateHz: 22050, channels: 2 } });
    expect(answer.peaks).toHaveLength(192);
    for (const [i, peak] of (answer.peaks ?? []).entries()) expect(peak).toBeCloseTo(i % 2 === 0 ? -0.5 : 0.5, 2);
  });

  it('a sound in a container of moving pictures', async () => {
    makeMedia(path.join(folder, 'sound.mp4'), [...sine(1, 48000), '-c:a', 'aac']);
    makeMedia(path.join(folder, 'sound.ogg'), [...sine(1, 48000), '-c:a', 'libvorbis']);
    for (const name of ['sound.mp4', 'sound.ogg']) {
      const answer = await look(name, null);
      expect(answer).toMatchObject({ kind: 'audio', facts: { sampleRateHz: 48000, channels: 1 } });
      expect(answer.problem).toBeUndefined();
    }
  });

  it('a video', async () => {
    const source = "color=black:s=192x108:r=10:d=2,format=gray,geq=lum='8*N',format=yuv420p";
    const args = ['-f', 'lavfi', '-i', source, ...sine(2), '-c:v', 'libx264', '-qp', '0'];
    makeMedia(path.join(folder, 'video.bin.mp4'), args);
    const answer = await look('video.bin.mp4', null);
    expect(answer).toMatchObject({
      kind: 'video',
      facts: { width: 192, height: 108, seconds: 2, frameRateHz: 10, frames: 20, sampleRateHz: 16000, channels: 1 },
    });
    const shown = await decoded(answer.blobs, answer.blob);
    expect([shown.width, shown.height]).toEqual([96, 54]);
    // A tenth into it: frame 2, level 16.
    expect(Math.abs(shown.pixel(40, 20)[0] - 16)).toBeLessThanOrEqual(4);
  });

  it('a text, cut after 2,000 characters', async () => {
    const text = `${'€'.repeat(1999)}😀\nend`;
    const answer = await look('notes', text);
    expect(answer).toMatchObject({ kind: 'text', facts: { characters: text.length, lines: 2 } });
    expect(answer.text).toBe('€'.repeat(1999));
    const long = await look('long.txt', '€'.repeat(30_000), await hostWith({ textCharacters: 1000 }));
    expect([long.kind, long.text, long.problem]).toEqual(['text', '€'.repeat(2000), undefined]);
  });

  it('anything else by its size alone', async () => {
    const answer = await look('model.onnx', Uint8Array.of(8, 7, 18, 3, 0, 1, 2, 255, 254));
    expect(answer).toEqual({ kind: 'other', facts: { bytes: 9 }, blobs: {} });
  });
});

describe('what is wrong with a file stands in the answer', () => {
  it('cut short', async () => {
    const whole = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#abc' } })
      .jpeg()
      .toBuffer();
    const picture = await look('cut.jpg', whole.subarray(0, whole.length / 2));
    expect(picture).toMatchObject({ kind: 'image', problem: { code: 'media-corrupt', where: { file: 'cut.jpg' } } });
    const sound = await look('cut.flac', 'fLaC and then nothing that is sound');
    expect(sound).toMatchObject({ kind: 'audio', problem: { severity: 'error' } });
    const video = await look('cut.mp4', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42 and then nothing', 'latin1'));
    expect(video).toMatchObject({ kind: 'video', problem: { severity: 'error' } });
  });

  it('of a kind that is not taken', async () => {
    const tiff = await look('scan.tif', Buffer.from('II*\0 and so on', 'latin1'));
    expect(tiff).toMatchObject({ kind: 'image', problem: { code: 'media-format' } });
    const drawing = await look('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"></svg>');
    expect(drawing).toMatchObject({ kind: 'image', problem: { code: 'media-format' } });
    const wide = await look('wide.txt', Buffer.from('\ufeffwide', 'utf16le'));
    expect(wide).toMatchObject({ kind: 'text', problem: { code: 'text-encoding' } });
  });

  it('empty, missing, not a file', async () => {
    expect(await look('empty.png', '')).toMatchObject({ kind: 'other', problem: { code: 'media-empty' } });
    expect(await look('missing.png', null)).toMatchObject({ kind: 'other', problem: { code: 'file-missing' } });
    mkdirSync(path.join(folder, 'inner'));
    expect(await look('inner', null)).toMatchObject({ kind: 'other', problem: { code: 'file-unreadable' } });
    expect(spawnSync('mkfifo', [path.join(folder, 'pipe')]).status).toBe(0);
    expect(await look('pipe', null)).toMatchObject({ kind: 'other', problem: { code: 'file-unreadable' } });
  });

  it('over the limits of a run', async () => {
    const host = await hostWith({ imagePixels: 100, audioSeconds: 1, videoSeconds: 1 });
    const png = makePng({ width: 20, height: 20 });
    expect(await look('big.png', png, host)).toMatchObject({ kind: 'image', problem: { code: 'media-too-large' } });
    expect(await look('tone.flac', null, host)).toMatchObject({ kind: 'audio', problem: { code: 'media-too-large' } });
    expect(await look('video.bin.mp4', null, host)).toMatchObject({
      kind: 'video',
      problem: { code: 'media-too-large' },
    });
    expect((await look('small.png', null)).problem).toBeUndefined();
  });

  it('but a look that is cancelled throws', async () => {
    const ended = AbortSignal.abort(new Error('gone'));
    const request = { path: path.join(folder, 'small.png'), folder, width: 9, height: 9 };
    await expect(lookAtMedia(request, await hostWith(), ended)).rejects.toThrow('gone');
  });
});
