import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { VideoOpenOptions, VideoPart } from '../../../core/define/host.ts';
import type { ImageValue, MediaSource } from '../../../core/kinds/value.ts';
import { audioHost, codeOf, makeMedia, media, mediaFolder, never, script, sine, videoHost } from '../ffmpeg/media.ts';

const folder = mediaFolder();
const at = (name: string) => path.join(folder, name);
const host = videoHost();
const all: VideoOpenOptions = { frames: true, sound: true, frameRateHz: null, soundChunkSeconds: 0.5 };

/** Pictures of one grey level each: frame n of the source has level 8 n. */
const greys = (frames: number, rate: number) => [
  '-f',
  'lavfi',
  '-i',
  `color=black:s=64x48:r=${rate}:d=${frames / rate},format=gray,geq=lum='8*N',format=yuv420p`,
];
const exact = ['-c:v', 'libx264', '-qp', '0'];
const sourceFrame = (image: ImageValue) => Math.round(image.data[3 * (24 * 64 + 32)] / 8);

async function parts(source: MediaSource, options: Partial<VideoOpenOptions> = {}, from = host): Promise<VideoPart[]> {
  const found: VideoPart[] = [];
  const video = await from.probe(source, never);
  for await (const part of from.open(video, { ...all, ...options }, never)) found.push(part);
  return found;
}
const framesOf = (found: readonly VideoPart[]) => found.flatMap((p) => (p.part === 'frame' ? [p] : []));
const soundOf = (found: readonly VideoPart[]) => found.flatMap((p) => (p.part === 'sound' ? [p] : []));
const round = (t: number) => Math.round(t * 1000) / 1000;

const clip = makeMedia(at('clip.mp4'), [...greys(20, 10), ...sine(2, 44100), ...exact, '-c:a', 'aac', '-b:a', '160k']);

describe('a video with sound', () => {
  it('is looked at without decoding it', async () => {
    expect(await host.probe(media(clip), never)).toEqual({
      kind: 'video',
      source: media(clip),
      width: 64,
      height: 48,
      frameRateHz: 10,
      durationSeconds: 2,
      audio: { sampleRateHz: 44100, channels: 1 },
    });
  });

  it('gives each frame with its time, and sound in pieces that are in time', async () => {
    const found = await parts(media(clip));
    const seen = framesOf(found).map(({ t, image }) => [round(t), sourceFrame(image)]);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => [n / 10, n]));
    const sound = soundOf(found);
    expect(sound.slice(0, 4).map(({ t, audio }) => [t, audio.channels[0].length])).toEqual(
      [0, 0.5, 1, 1.5].map((t) => [t, 22050]),
    );
    let worst = 0;
    for (const { t, audio } of sound.slice(1, 4)) {
      audio.channels[0].forEach((v, i) => {
        worst = Math.max(worst, Math.abs(v - 0.5 * Math.sin(2 * Math.PI * 440 * (t + i / 44100))));
      });
    }
    // A shift by one sample would be 0.031.
    expect(worst).toBeLessThan(0.02);
  });

  it('starts one process for both, and none for what is not wanted', async () => {
    const count = at('count');
    const env = {
      ...process.env,
      TRIBUTARY_FFMPEG: script(at('counting'), `echo "$1 $*" >> ${count}; exec ffmpeg "$@"`),
    };
    const counted = videoHost({}, env);
    await parts(media(clip), {}, counted);
    const runs = () =>
      readFileSync(count, 'utf8')
        .split('\n')
        .filter((line) => line.includes('-i '));
    expect(runs().length).toBe(1);
    expect(await parts(media(clip), { frames: false, sound: false }, counted)).toEqual([]);
    expect(runs().length).toBe(1);
  });

  it('gives one track alone, all sound in one piece, each n-th frame, frames of a rate', async () => {
    const whole = await parts(media(clip), { frames: false, soundChunkSeconds: 0 });
    expect(whole.map((p) => [p.part, p.t])).toEqual([['sound', 0]]);
    const direct = await audioHost().decode(media(clip), never);
    expect(soundOf(whole)[0].audio.channels[0].length).toBe(direct.channels[0].length);
    const third = await parts(media(clip), { sound: false, every: 7 });
    expect(framesOf(third).map(({ t, image }) => [round(t), sourceFrame(image)])).toEqual([
      [0, 0],
      [0.7, 7],
      [1.4, 14],
    ]);
    const slow = framesOf(await parts(media(clip), { sound: false, frameRateHz: 4 }));
    expect(slow.map(({ t }) => t)).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]);
    // 0.25 s: frame 2 (0.2 s) is on the screen; 0.75 s: frame 7.
    expect(slow.map(({ image }) => sourceFrame(image))).toEqual([0, 2, 5, 7, 10, 12, 15, 17]);
    const fast = framesOf(await parts(media(clip), { sound: false, frameRateHz: 20 }));
    expect(fast.slice(10, 16).map(({ image }) => sourceFrame(image))).toEqual([5, 5, 6, 6, 7, 7]);
  });

  it('comes from bytes as from a file, and leaves nothing in the temporary folder', async () => {
    const bytes = Uint8Array.from(readFileSync(clip));
    const a = await parts({ kind: 'media', bytes, name: 'upload' });
    const b = await parts(media(clip));
    expect(a.length).toBe(b.length);
    const data = (found: VideoPart[]) => framesOf(found).map(({ image }) => Buffer.from(image.data).toString('base64'));
    expect(data(a)).toEqual(data(b));
    expect(readdirSync(os.tmpdir()).filter((name) => name.startsWith('tributary-media-'))).toEqual([]);
  });
});

describe('row 37: golden times', () => {
  for (const kind of ['mp4', 'mkv']) {
    it(`variable rate in ${kind}: each frame has the time that the file says`, async () => {
      const pick = "select='eq(n,2)+eq(n,5)+eq(n,6)+eq(n,17)+eq(n,29)'";
      const file = makeMedia(at(`vfr.${kind}`), [...greys(30, 10), '-vf', pick, '-vsync', 'vfr', ...exact]);
      const found = framesOf(await parts(media(file)));
      expect(found.map(({ t, image }) => [round(t), sourceFrame(image)])).toEqual([
        [0.2, 2],
        [0.5, 5],
        [0.6, 6],
        [1.7, 17],
        [2.9, 29],
      ]);
      // What is on the screen every half second; before the first frame, the first.
      const held = framesOf(await parts(media(file), { frameRateHz: 2 }));
      expect(held.slice(0, 6).map(({ t, image }) => [t, sourceFrame(image)])).toEqual([
        [0, 2],
        [0.5, 5],
        [1, 6],
        [1.5, 6],
        [2, 17],
        [2.5, 17],
      ]);
    });
  }

  it('the clock of a transport stream, which starts anywhere, is brought to zero', async () => {
    const slow = [...greys(10, 10), '-c:v', 'mpeg2video', '-q:v', '1', '-muxdelay', '5', '-output_ts_offset', '3600'];
    const file = makeMedia(at('late.ts'), slow);
    const found = framesOf(await parts(media(file)));
    expect(found[0].t).toBeLessThan(0.2);
    expect(round(found[9].t - found[0].t)).toBe(0.9);
  });

  it('30000/1001 a second, kept to the microsecond', async () => {
    const file = makeMedia(at('ntsc.mp4'), ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=30000/1001:d=1', ...exact]);
    const found = framesOf(await parts(media(file)));
    expect(found.length).toBe(30);
    found.forEach(({ t }, n) => {
      expect(Math.abs(t - (n * 1001) / 30000)).toBeLessThan(1e-6);
    });
  });

  it('B-frames come in the order of time', async () => {
    const file = makeMedia(at('b.mp4'), [...greys(20, 10), '-c:v', 'libx264', '-bf', '3', '-crf', '5']);
    const found = framesOf(await parts(media(file)));
    expect(found.map(({ image }) => sourceFrame(image))).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('rotation is applied, to the size and to the picture', async () => {
    // A picture that is red above and blue below, turned by what its header says.
    const flag = 'color=red:s=64x24:r=5:d=0.4[a];color=blue:s=64x24:r=5:d=0.4[b];[a][b]vstack,format=yuv444p';
    const flat = makeMedia(at('flag.mp4'), ['-f', 'lavfi', '-i', flag, ...exact]);
    const corners = async (file: string) => {
      const [{ image }] = framesOf(await parts(media(file)));
      const { width, height, data } = image;
      const at = (x: number, y: number) => (data[3 * (y * width + x)] > 128 ? 'red' : 'blue');
      return [width, height, at(2, 2), at(width - 3, 2), at(2, height - 3), at(width - 3, height - 3)];
    };
    expect(await corners(flat)).toEqual([64, 48, 'red', 'red', 'blue', 'blue']);
    // The display matrix of rotate=90 is a turn by 90 degrees to the left (av_display_rotation_get): above goes left.
    const turned = makeMedia(at('turned.mp4'), ['-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90']);
    const video = await host.probe(media(turned), never);
    expect([video.width, video.height]).toEqual([48, 64]);
    expect(await corners(turned)).toEqual([48, 64, 'red', 'blue', 'red', 'blue']);
    const over = makeMedia(at('over.mp4'), ['-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=180']);
    expect(await corners(over)).toEqual([64, 48, 'blue', 'blue', 'red', 'red']);
  });

  it('no sound: frames alone, and no piece of sound', async () => {
    const file = makeMedia(at('mute.webm'), [...greys(10, 10), '-c:v', 'libvpx']);
    const video = await host.probe(media(file), never);
    expect(video.audio).toBeNull();
    const found = await parts(media(file), { soundChunkSeconds: 0 });
    expect([framesOf(found).length, soundOf(found).length]).toEqual([10, 0]);
  });

  it('sound that starts late is in time', async () => {
    const late = ['-itsoffset', '0.5', ...sine(1, 8000)];
    const file = makeMedia(at('late.mkv'), [...greys(20, 10), ...late, ...exact, '-c:a', 'pcm_s16le']);
    const [{ audio }] = soundOf(await parts(media(file), { soundChunkSeconds: 0 }));
    const first = audio.channels[0].findIndex((v) => Math.abs(v) > 0.01);
    expect(Math.abs(first / 8000 - 0.5)).toBeLessThan(0.002);
  });

  it('a length that the file does not say is found by its packets', async () => {
    const file = makeMedia(at('live.webm'), [...greys(20, 10), '-c:v', 'libvpx', '-f', 'webm', '-live', '1']);
    const piped = at('piped.webm');
    const { spawnSync } = await import('node:child_process');
    const made = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', file, '-c', 'copy', '-f', 'webm', 'pipe:1']);
    writeFileSync(piped, made.stdout);
    expect((await host.probe(media(piped), never)).durationSeconds).toBeCloseTo(2, 1);
  });
});

describe('faults: each a problem, and the next video works', () => {
  async function refused(promise: Promise<unknown>, code: string): Promise<void> {
    expect(await codeOf(promise)).toBe(code);
    expect((await host.probe(media(clip), never)).width).toBe(64);
  }

  it('size and length over a limit', async () => {
    await refused(videoHost({ videoWidth: 63 }).probe(media(clip), never), 'media-too-large');
    await refused(videoHost({ videoHeight: 47 }).probe(media(clip), never), 'media-too-large');
    await refused(videoHost({ videoSeconds: 1.9 }).probe(media(clip), never), 'media-too-large');
  });

  it('a header that lies about the length is found while decoding', async () => {
    const video = { ...(await host.probe(media(clip), never)), durationSeconds: 0.1 };
    const pull = async (from: ReturnType<typeof videoHost>) => {
      for await (const part of from.open(video, { ...all, sound: false }, never)) expect(part.t).toBeLessThanOrEqual(1);
    };
    await refused(pull(videoHost({ videoSeconds: 1 })), 'media-too-large');
  });

  it('row 36: the sound of a video is held to the limits of sound', async () => {
    await refused(parts(media(clip), {}, videoHost({ audioSeconds: 1 })), 'media-too-large');
    await refused(parts(media(clip), { frames: false }, videoHost({ audioBytes: 100_000 })), 'media-too-large');
  });

  it('no pictures, no video', async () => {
    await refused(host.probe(media(makeMedia(at('sound.m4a'), sine(0.2))), never), 'media-empty');
    writeFileSync(at('cut.mp4'), readFileSync(clip).subarray(0, 3000));
    await refused(host.probe(media(at('cut.mp4')), never), 'media-corrupt');
  });

  it('a probe that hangs, a decoder that hangs', async () => {
    const hung = script(at('hung'), 'case "$*" in *-version*) echo ffmpeg version 5.1;; *) sleep 1000;; esac');
    const probing = videoHost({ decodeMs: 200 }, { ...process.env, TRIBUTARY_FFPROBE: hung });
    await refused(probing.probe(media(clip), never), 'media-timeout');
    const decoding = videoHost({ decodeMs: 200 }, { ...process.env, TRIBUTARY_FFMPEG: hung });
    const video = await host.probe(media(clip), never);
    await refused(decoding.open(video, all, never)[Symbol.asyncIterator]().next(), 'media-timeout');
  });
});

describe('pulling', () => {
  const long = makeMedia(at('long.mp4'), [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=640x360:r=25:d=40',
    ...sine(40, 8000),
    '-preset',
    'ultrafast',
  ]);

  it('holds the decoder back: memory stays flat while nobody takes frames', async () => {
    const video = await host.probe(media(long), never);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let frames = 0;
    for await (const part of host.open(video, all, never)) {
      if (part.part === 'frame' && ++frames > 5) break;
      await sleep(200);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    // All of it is 690 MB; 32 MiB of frames may wait.
    expect(most).toBeLessThan(80e6);
  });

  it('may be slower than decodeMs: waiting for the consumer is not hanging', async () => {
    const patient = videoHost({ decodeMs: 1500 });
    const video = await patient.probe(media(clip), never);
    let frames = 0;
    for await (const part of patient.open(video, { ...all, sound: false }, never)) {
      if (part.part === 'frame' && frames++ < 1) await sleep(3000);
    }
    expect(frames).toBe(20);
  });

  it('stops when the consumer leaves or the signal says so', async () => {
    const video = await host.probe(media(long), never);
    const controller = new AbortController();
    const reason = new Error('enough');
    let frames = 0;
    const pull = async () => {
      for await (const part of host.open(video, all, controller.signal)) {
        if (part.part === 'frame' && ++frames === 3) controller.abort(reason);
      }
    };
    await expect(pull()).rejects.toBe(reason);
    expect(frames).toBeLessThan(200);
    for await (const part of host.open(video, all, never)) {
      expect(part.t).toBeGreaterThanOrEqual(0);
      break;
    }
    const { spawnSync } = await import('node:child_process');
    const left = spawnSync('ps', ['-eo', 'stat=,args=']).stdout.toString();
    expect(left.split('\n').filter((line) => line.includes(at('long.mp4')) && !line.startsWith('Z'))).toEqual([]);
  });
});

describe('frames from a time on', () => {
  const source = ['-g', '10', ...exact];
  const files = {
    mp4: ['-bf', '2', ...source],
    mkv: source,
    avi: ['-bf', '0', ...source],
    ts: source,
  };
  for (const [ending, args] of Object.entries(files)) {
    it(`are the same ones with the same times as without (${ending})`, async () => {
      const file = media(makeMedia(at(`seek.${ending}`), [...greys(30, 10), ...args]));
      const whole = framesOf(await parts(file, { sound: false }));
      const later = framesOf(await parts(file, { sound: false, fromSeconds: 1.45 }));
      const seen = (found: typeof whole) => found.map(({ t, image }) => [round(t), sourceFrame(image)]);
      expect(seen(whole)).toHaveLength(30);
      expect(seen(later)).toEqual(seen(whole).filter(([t]) => t >= 1.45));
      expect(seen(later)[0][1]).toBe(15);
    });
  }
});
