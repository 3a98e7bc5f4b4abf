import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePcm } from '../../../core/serve/pcm.ts';
import { PieceBuffer } from '../../../core/serve/pieceBuffer.ts';
import { SoundWindows } from '../../../core/serve/soundWindows.ts';
import { rejects } from '../../rejects.ts';

const ramp = (from: number, to: number) => Float32Array.from({ length: to - from }, (_, i) => from + i);

describe('decodePcm', () => {
  it('reads 16-bit samples, two channels interleaved', () => {
    const bytes = new Uint8Array(Int16Array.of(0, 16384, -32768, 32767).buffer);
    const [left, right] = decodePcm(bytes, { encoding: 'pcm16', sampleRateHz: 8000, channels: 2 });
    expect([left, right]).toEqual([Float32Array.of(0, -1), Float32Array.of(0.5, 32767 / 32768)]);
  });

  it('refuses half a frame, and what is no number', async () => {
    const format = { encoding: 'float32', sampleRateHz: 8000, channels: 1 } as const;
    await rejects(async () => decodePcm(new Uint8Array(6), format), 'media-corrupt');
    await rejects(
      async () => decodePcm(new Uint8Array(Float32Array.of(0, Number.NaN).buffer), format),
      'media-nonfinite',
    );
  });
});

describe('SoundWindows', () => {
  it('windows lie the same however the sound is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 17 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 25 }),
        (cuts, length, hop) => {
          const total = cuts.reduce((sum, size) => sum + size, 0);
          const windows = new SoundWindows(10, { seconds: length / 10, hopSeconds: hop / 10 });
          const found: { t: number; data: number[] }[] = [];
          let at = 0;
          for (const size of cuts) {
            for (const { t, channels } of windows.push([ramp(at, at + size)]))
              found.push({ t, data: [...channels[0]] });
            at += size;
          }
          const whole: typeof found = [];
          for (let from = 0; from + length <= total; from += hop)
            whole.push({ t: from / 10, data: [...ramp(from, from + length)] });
          expect(found.map(({ data }) => data)).toEqual(whole.map(({ data }) => data));
          for (const [i, { t }] of found.entries()) expect(t).toBeCloseTo(whole[i].t, 9);
          // What no window held comes last, once, and to the end.
          const covered = whole.length === 0 ? 0 : (whole.length - 1) * hop + length;
          const next = whole.length * hop;
          const rest = windows.end();
          if (total > covered && total > next)
            expect(rest.map(({ channels }) => [...channels[0]])).toEqual([[...ramp(next, total)]]);
          else expect(rest).toEqual([]);
        },
      ),
    );
  });

  it('a gap starts it anew, at the time that is told', () => {
    const windows = new SoundWindows(10, { seconds: 0.4, hopSeconds: 0.2 });
    expect(windows.push([ramp(0, 3)], 5)).toEqual([]);
    const found = windows.push([ramp(3, 7)], 9);
    expect(found).toEqual([
      { t: 5, durationSeconds: 0.3, channels: [ramp(0, 3)] },
      { t: 9, durationSeconds: 0.4, channels: [ramp(3, 7)] },
    ]);
    expect(windows.nextSeconds()).toBeCloseTo(9.4);
  });
});

describe('PieceBuffer', () => {
  it('lets the oldest go, past its pieces or its bytes', async () => {
    const buffer = new PieceBuffer<string>({ pieces: 2, bytes: 10 });
    expect(buffer.push('a', 1)).toEqual([]);
    expect([buffer.push('b', 1), buffer.full()]).toEqual([[], true]);
    expect(buffer.push('c', 1)).toEqual(['a']);
    expect(buffer.push('d', 10)).toEqual(['b', 'c']);
    buffer.end();
    expect([await buffer.next(), await buffer.next(), await buffer.next()]).toEqual(['d', null, null]);
  });

  it('wakes whoever waits', async () => {
    const buffer = new PieceBuffer<string>({ pieces: 2, bytes: 10 });
    const next = buffer.next();
    buffer.push('a', 1);
    expect(await next).toBe('a');
    const last = buffer.next();
    buffer.end();
    expect(await last).toBe(null);
  });
});
