import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AudioValue } from '../../../core/kinds/value.ts';
import { speech } from '../../reference/audioCases.ts';
import { audioHost, codeOf, makeMedia, media, mediaFolder, never, script, sine } from '../ffmpeg/media.ts';

const folder = mediaFolder();
const at = (name: string) => path.join(folder, name);
const host = audioHost();
const noTools = audioHost({}, { PATH: '' });
const speechFile = fileURLToPath(new URL('../../reference/speech.wav', import.meta.url));
const words = speech();

/** Byte by byte: comparing arrays as objects takes a second for each of these. */
function expectSame(got: AudioValue, want: AudioValue): void {
  expect({ ...got, channels: got.channels.length }).toEqual({ ...want, channels: want.channels.length });
  got.channels.forEach((x, c) => {
    expect(Buffer.from(x.buffer).equals(Buffer.from(want.channels[c].buffer)), `channel ${c}`).toBe(true);
  });
}

/** Largest difference from a sine of 440 Hz and half of full scale, away from the ends. */
function sineError(x: Float32Array, rate: number, skip: number): number {
  let worst = 0;
  for (let i = skip; i < x.length - skip; i++) {
    worst = Math.max(worst, Math.abs(x[i] - 0.5 * Math.sin((2 * Math.PI * 440 * i) / rate)));
  }
  return worst;
}

describe('WAV needs no program', () => {
  it('from a path and from bytes', async () => {
    expectSame(await noTools.decode(media(speechFile), never), words);
    const bytes = Uint8Array.from(readFileSync(speechFile));
    expectSame(await noTools.decode({ kind: 'media', bytes, name: 'call' }, never), words);
  });

  it('even with a large chunk before its samples, and whatever it is called', async () => {
    const plain = readFileSync(speechFile);
    const list = Buffer.alloc(8 + 300_000);
    list.write('LIST');
    list.writeUInt32LE(300_000, 4);
    const file = at('speech.mp4');
    writeFileSync(file, Buffer.concat([plain.subarray(0, 12), list, plain.subarray(12)]));
    expectSame(await noTools.decode(media(file), never), words);
  });

  it('is refused by its header when it is too long: the samples are not read', async () => {
    const header = Buffer.from(readFileSync(speechFile).subarray(0, 44));
    header.writeUInt32LE(0xfffffff0, 40);
    writeFileSync(at('long.wav'), header);
    execFileSync('truncate', ['-s', '1500M', at('long.wav')]);
    const before = process.memoryUsage().rss;
    expect(await codeOf(noTools.decode(media(at('long.wav')), never))).toBe('media-too-large');
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  });
});

describe('other formats by ffmpeg', () => {
  it('FLAC gives the very samples, from a path and from bytes', async () => {
    makeMedia(at('speech.flac'), ['-i', speechFile]);
    expectSame(await host.decode(media(at('speech.flac')), never), words);
    const bytes = Uint8Array.from(readFileSync(at('speech.flac')));
    expectSame(await host.decode({ kind: 'media', bytes, name: 'call' }, never), words);
  });

  it('keeps rate and channels, and which is which', async () => {
    const one = "aevalsrc='0.5*sin(2*PI*440*t)|0.25|-0.25':s=44100:d=0.5";
    makeMedia(at('three.flac'), ['-f', 'lavfi', '-i', one]);
    const sound = await host.decode(media(at('three.flac')), never);
    expect([sound.sampleRateHz, sound.channels.length, sound.channels[0].length]).toEqual([44100, 3, 22050]);
    expect(sineError(sound.channels[0], 44100, 0)).toBeLessThan(1e-4);
    expect([sound.channels[1][100], sound.channels[2][100]]).toEqual([0.25, -0.25]);
  });

  // A shift of one sample would be a difference of 0.086 at 16 kHz, 0.029 at 48 kHz.
  for (const [name, args, length, skip, tolerance] of [
    ['sine.mp3', ['-b:a', '160k'], 16000, 2000, 0.05],
    ['sine.opus', ['-c:a', 'libopus', '-b:a', '96k'], 48000, 3000, 0.02],
    ['sine.m4a', ['-c:a', 'aac', '-b:a', '128k'], 16000, 2000, 0.02],
    ['sine.mkv', ['-c:a', 'pcm_s24le'], 16000, 0, 1e-4],
    ['sine.ogg', ['-c:a', 'libvorbis', '-q:a', '6'], 16000, 2000, 0.05],
    ['mulaw.wav', ['-c:a', 'pcm_mulaw'], 16000, 0, 0.02],
  ] as const) {
    it(`${name}, in time, from a path and from bytes`, async () => {
      makeMedia(at(name), [...sine(1), ...args]);
      const sound = await host.decode(media(at(name)), never);
      expect(sound.channels.length).toBe(1);
      expect(Math.abs(sound.channels[0].length - length)).toBeLessThan(sound.sampleRateHz * 0.08);
      expect(sineError(sound.channels[0].subarray(0, length), sound.sampleRateHz, skip)).toBeLessThan(tolerance);
      const bytes = Uint8Array.from(readFileSync(at(name)));
      expectSame(await host.decode({ kind: 'media', bytes, name }, never), sound);
    });
  }

  it('leaves nothing behind in the temporary folder', () => {
    expect(readdirSync(os.tmpdir()).filter((name) => name.startsWith('tributary-media-'))).toEqual([]);
  });

  it('says so when there is no ffmpeg, and WAV still works', async () => {
    expect(await codeOf(noTools.decode(media(at('speech.flac')), never))).toBe('tool-missing');
    expect(await codeOf(noTools.decode(media(speechFile), never))).toBe('no problem');
  });
});

describe('faults: each a problem, and the next file is decoded', () => {
  async function refused(promise: Promise<unknown>, code: string): Promise<void> {
    expect(await codeOf(promise)).toBe(code);
    expect((await host.decode(media(speechFile), never)).sampleRateHz).toBe(16000);
  }

  it('row 28: Opus of three hours stops at 600 s', async () => {
    makeMedia(at('ten.opus'), [...sine(10, 8000), '-c:a', 'libopus', '-b:a', '6k']);
    makeMedia(at('long.opus'), ['-stream_loop', '1100', '-i', at('ten.opus'), '-c', 'copy']);
    const before = process.memoryUsage().rss;
    await refused(host.decode(media(at('long.opus')), never), 'media-too-large');
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });

  it('row 29: FLAC of 8 channels at 655340 Hz, the most that ffmpeg writes, stops at its bytes', async () => {
    const source = ['-f', 'lavfi', '-i', 'anullsrc=r=655340:cl=7.1', '-t', '2'];
    makeMedia(at('wide.flac'), [...source, '-strict', '-2']);
    const small = audioHost({ audioBytes: 16 << 20 });
    await refused(small.decode(media(at('wide.flac')), never), 'media-too-large');
    const enough = await audioHost({ audioBytes: 64 << 20 }).decode(media(at('wide.flac')), never);
    expect([enough.sampleRateHz, enough.channels.length]).toEqual([655340, 8]);
  });

  it('row 30: no samples, and NaN in float samples of a file that ffmpeg reads', async () => {
    makeMedia(at('none.flac'), [...sine(1), '-t', '0']);
    await refused(host.decode(media(at('none.flac')), never), 'media-empty');
    makeMedia(at('nan.mkv'), ['-f', 'lavfi', '-i', "aevalsrc='if(gt(t,0.5),0/0,0)':s=8000:d=1", '-c:a', 'pcm_f32le']);
    await refused(host.decode(media(at('nan.mkv')), never), 'media-nonfinite');
  });

  it('files that are cut off, or not what they begin as', async () => {
    const flac = readFileSync(at('speech.flac'));
    writeFileSync(at('cut.flac'), flac.subarray(0, flac.length / 2));
    const half = await host.decode(media(at('cut.flac')), never);
    expect(half.channels[0].length).toBeGreaterThan(20_000);
    expect(half.channels[0].length).toBeLessThan(60_000);
    writeFileSync(at('false.flac'), Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(5000, 0x55)]));
    await refused(host.decode(media(at('false.flac')), never), 'media-corrupt');
    writeFileSync(
      at('false.mp4'),
      Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(999)]),
    );
    await refused(host.decode(media(at('false.mp4')), never), 'media-corrupt');
    writeFileSync(at('empty.mp3'), '');
    await refused(host.decode(media(at('empty.mp3')), never), 'media-empty');
  });

  it('a video without sound has no sound', async () => {
    makeMedia(at('silent.mp4'), ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=5:d=1']);
    await refused(host.decode(media(at('silent.mp4')), never), 'media-empty');
  });

  it('row 34: a file name is a name: -i, |, newline, protocols and patterns', async () => {
    const short = await host.decode(media(makeMedia(at('short.flac'), sine(0.1))), never);
    for (const name of ['-i', 'a|b', 'new\nline', '%d.flac', 'concat:x|y', 'file:x', 'http:', "it's", 'pipe:0', ' ']) {
      writeFileSync(at(name), readFileSync(at('short.flac')));
      expectSame(await host.decode(media(at(name)), never), short);
    }
  });

  it('a named pipe, a folder, a missing file', async () => {
    execFileSync('mkfifo', [at('pipe.wav')]);
    await refused(host.decode(media(at('pipe.wav')), never), 'file-unreadable');
    await refused(host.decode(media(folder), never), 'file-unreadable');
    await refused(host.decode(media(at('nothing.wav')), never), 'file-missing');
    await refused(audioHost({ mediaFileBytes: 1000 }).decode(media(speechFile), never), 'media-too-large');
  });

  it('a decoder that is no decoder', async () => {
    const env = { TRIBUTARY_FFMPEG: script(at('noise'), 'head -c 100000 /dev/zero') };
    await refused(audioHost({}, env).decode(media(at('speech.flac')), never), 'media-corrupt');
  });
});
