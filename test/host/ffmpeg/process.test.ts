import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { alive, audioHost, codeOf, makeMedia, media, mediaFolder, never, script, sine } from './media.ts';

const folder = mediaFolder();
const at = (name: string) => path.join(folder, name);
const flac = media(makeMedia(at('sine.flac'), sine(0.5)));

/** A decoder that starts a child, writes both process ids down, and then does as told. */
function decoder(name: string, then: string) {
  const pids = at(`${name}.pids`);
  const env = {
    ...process.env,
    TRIBUTARY_FFMPEG: script(at(name), `sleep 1000 &\necho $$ $! > "${pids}.new"; mv "${pids}.new" "${pids}"\n${then}`),
  };
  return {
    env,
    pids: () => readFileSync(pids, 'utf8').trim().split(' ').map(Number),
    started: async () => {
      while (!existsSync(pids)) await sleep(5);
    },
  };
}

async function allGone(pids: readonly number[]): Promise<boolean> {
  for (let i = 0; i < 100 && pids.some(alive); i++) await sleep(10);
  return !pids.some(alive);
}

describe('row 35: a decoder that hangs', () => {
  it('is killed when it gave nothing for decodeMs, with all its children', async () => {
    const { env, pids } = decoder('hung', 'wait');
    const start = performance.now();
    expect(await codeOf(audioHost({ decodeMs: 300 }, env).decode(flac, never))).toBe('media-timeout');
    expect(performance.now() - start).toBeLessThan(2500);
    expect(pids().length).toBe(2);
    expect(await allGone(pids())).toBe(true);
    // And the next one works.
    expect((await audioHost().decode(flac, never)).sampleRateHz).toBe(16000);
  });

  it('is not killed while it gives something now and then', async () => {
    makeMedia(at('slow.wav'), [...sine(0.5), '-c:a', 'pcm_f32le']);
    const pieces = `for i in 0 1 2 3 4; do tail -c +$((i * 8000 + 1)) ${at('slow.wav')} | head -c 8000; sleep 0.4; done`;
    const { env, pids } = decoder('slow', `kill $!\n${pieces}`);
    const start = performance.now();
    const sound = await audioHost({ decodeMs: 1500 }, env).decode(flac, never);
    expect(performance.now() - start).toBeGreaterThan(1900);
    expect(sound.channels[0].length).toBe(8000);
    expect(await allGone(pids())).toBe(true);
  });

  it('is killed when it ended but left a child that holds its pipe', async () => {
    const { env, pids } = decoder('left', 'exit 0');
    expect(await codeOf(audioHost({ decodeMs: 300 }, env).decode(flac, never))).toBe('media-timeout');
    expect(await allGone(pids())).toBe(true);
  });
});

describe('cancelling', () => {
  it('rejects with the reason at once and leaves no process', async () => {
    const { env, pids, started } = decoder('cancelled', 'wait');
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = audioHost({}, env).decode(flac, controller.signal);
    const outcome = running.then(
      () => null,
      (error: unknown) => error,
    );
    await started();
    const start = performance.now();
    controller.abort(reason);
    expect(await outcome).toBe(reason);
    expect(performance.now() - start).toBeLessThan(500);
    expect(await allGone(pids())).toBe(true);
  });

  it('before the start starts nothing', async () => {
    const { env, pids } = decoder('never', 'wait');
    const signal = AbortSignal.abort(new Error('no'));
    await expect(audioHost({}, env).decode(flac, signal)).rejects.toThrow('no');
    expect(() => pids()).toThrow(/ENOENT/);
  });
});

it('a limit that is passed ends the decoder too', async () => {
  const { env, pids } = decoder(
    'endless',
    'kill $!; exec ffmpeg -v error -f lavfi -i anullsrc=r=48000 -f wav -c:a pcm_f32le pipe:1',
  );
  expect(await codeOf(audioHost({ audioSeconds: 20 }, env).decode(flac, never))).toBe('media-too-large');
  expect(await allGone(pids())).toBe(true);
});
