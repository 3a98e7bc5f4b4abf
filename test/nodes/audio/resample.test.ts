import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { resample } from '../../../nodes/audio/resample.ts';
import { resample as resampled, resampledLength } from '../../../nodes/kernels/resample.ts';
import { expectThin, recordedFiles, speech } from '../../reference/audioCases.ts';
import { testNode } from '../../test-node.ts';

testNode(resample);

describe('against recorded resamplers', () => {
  const cases = recordedFiles().resample;
  const inputOf = (from: number, input: string | undefined) => {
    if (input === undefined) return speech().channels[0].subarray(0, 2 * from);
    const bytes = Buffer.from(input, 'base64');
    return Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) / 32768);
  };

  it('scipy is scipy.signal.resample_poly', () => {
    let seen = 0;
    for (const { from, to, input, resample_poly: want } of cases) {
      if (want === undefined) continue;
      seen++;
      expectThin(resampled(inputOf(from, input), from, to, 'scipy'), want, 1e-6);
    }
    expect(seen).toBe(4);
  });

  it('high is soxr_hq, the resampler of librosa.load, to 5e-4 on speech', () => {
    expect(cases.length).toBe(5);
    for (const { from, to, input, soxr_hq: want } of cases) {
      expectThin(resampled(inputOf(from, input), from, to, 'high'), want, 5e-4);
    }
  });
});

describe('a tone', () => {
  const tone = (hz: number, rate: number, n: number) =>
    Float32Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));
  /** Largest magnitude away from the ends. */
  const middle = (x: Float32Array) => x.subarray(600, x.length - 600).reduce((m, v) => Math.max(m, Math.abs(v)), 0);

  it('inside both bands is the same tone at the new rate', () => {
    for (const [from, to] of [
      [44100, 16000],
      [16000, 44100],
      [48000, 16000],
      [8000, 22050],
      // No small ratio: 16000 phases of 1900 taps, so the table is read between its points.
      [47999, 16000],
    ]) {
      const got = resampled(tone(1000, from, from), from, to, 'high');
      const want = tone(1000, to, to);
      let worst = 0;
      for (let i = 600; i < to - 600; i++) worst = Math.max(worst, Math.abs(got[i] - want[i]));
      expect(worst, `${from} to ${to}`).toBeLessThan(2e-5);
    }
  });

  it('above the new band is gone: below -100 dB for high, -60 dB for fast', () => {
    const high = tone(10000, 44100, 44100);
    expect(middle(resampled(high, 44100, 16000, 'high'))).toBeLessThan(1e-5);
    expect(middle(resampled(high, 44100, 16000, 'fast'))).toBeLessThan(1e-3);
  });
});

it('gives the length that it says, for a sample and for rates that share nothing', () => {
  for (const [n, from, to] of [
    [1, 44100, 16000],
    [441, 44100, 16000],
    [442, 44100, 16000],
    [1000, 8000, 7999],
    [100, 1, 768000 / 1000],
  ]) {
    expect(resampled(new Float32Array(n), from, to, 'fast').length).toBe(resampledLength(n, from, to));
  }
  expect(resampledLength(442, 44100, 16000)).toBe(161);
});

it('offers itself for a wrong rate, and only for that', () => {
  const at44k = { ...anyType.audio, sampleRateHz: 44100 };
  const wanted = port.audio({ sampleRateHz: 16000, doc: 'x' });
  expect(resample.mend?.(at44k, wanted)).toEqual({ sampleRateHz: 16000 });
  expect(resample.mend?.(at44k, port.audio({ doc: 'x' }))).toBeNull();
  expect(resample.mend?.(anyType.image, wanted)).toBeNull();
});
