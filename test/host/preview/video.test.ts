import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeMedia, media, mediaFolder, never, sine } from '../ffmpeg/media.ts';
import { decoded, host, previewAs } from './kept.ts';

const folder = mediaFolder();
const at = (name: string) => path.join(folder, name);
/** Frame n of the source has grey level 8 n. */
const greys = (frames: number, rate: number, size = '64x48') => [
  '-f',
  'lavfi',
  '-i',
  `color=black:s=${size}:r=${rate}:d=${frames / rate},format=gray,geq=lum='8*N',format=yuv420p`,
];
const exact = ['-c:v', 'libx264', '-qp', '0'];

async function levelAt(file: string, t: number | undefined): Promise<number> {
  const video = await host.video.probe(media(file), never);
  const { preview, blobs } = await previewAs('video', video, { t });
  const frame = await decoded(blobs, preview.blob);
  return Math.round(frame.pixel(32, 24)[0] / 8);
}

describe('videos', () => {
  const clip = makeMedia(at('clip.mp4'), [...greys(30, 10), ...sine(3, 44100), '-g', '12', ...exact, '-c:a', 'aac']);

  it('tell what they are', async () => {
    const video = await host.video.probe(media(clip), never);
    const { preview } = await previewAs('video', video);
    expect(preview).toMatchObject({
      type: 'video 64x48',
      width: 64,
      height: 48,
      frameRateHz: 10,
      seconds: video.durationSeconds,
      audio: { sampleRateHz: 44100, channels: 1 },
    });
  });

  it.each([
    [undefined, 0],
    [0, 0],
    [0.04, 0],
    [0.06, 1],
    [1.2, 12],
    [1.71, 17],
    [2.9, 29],
    [2.99, 29],
    [50, 29],
    [-1, 0],
  ])('show the frame nearest to %s s', async (t, wanted) => {
    expect(await levelAt(clip, t)).toBe(wanted);
  });

  it('whose last picture stands for seconds show it', async () => {
    const slides = makeMedia(at('slides.mkv'), [...greys(2, 1), ...sine(6), ...exact]);
    expect(await levelAt(slides, 5.5)).toBe(1);
  });

  it('are decoded at the size shown', async () => {
    const wide = makeMedia(at('wide.mp4'), [...greys(3, 10, '640x360'), ...exact]);
    const video = await host.video.probe(media(wide), never);
    const { preview, blobs } = await previewAs('video', video, { width: 160, height: 160 });
    const frame = await decoded(blobs, preview.blob);
    expect([preview.width, preview.height, frame.width, frame.height]).toEqual([640, 360, 160, 90]);
  });
});
