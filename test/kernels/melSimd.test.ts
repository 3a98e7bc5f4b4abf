import { expect, it } from 'vitest';
import { logMelSpectrogram, makeMelFilters, melSpectrogram, plainMelSpectrogram } from '../../nodes/kernels/mel.ts';
import { hasMelSimd } from '../../nodes/kernels/melSimd.ts';
import { instantiate, SimdFunction, simdModule } from '../../nodes/kernels/simdCode.ts';
import type { FrameLayout } from '../../nodes/kernels/spectrogram.ts';
import { speech } from '../reference/audioCases.ts';

const x = speech().channels[0];
const filters = (mels: number, scale: 'slaney' | 'htk', norm: 'slaney' | 'none') =>
  makeMelFilters({ sampleRateHz: 16000, fftLength: 400, mels, minHz: 0, maxHz: 8000, scale, norm });

it('SIMD gives what the plain loop gives, for hops, windows, bands and lengths', () => {
  const cases: readonly (readonly [Partial<FrameLayout>, number, number])[] = [
    [{}, 80, x.length],
    [{ hop: 100, window: 'hamming', pad: 'zero' }, 128, 20_000],
    [{ hop: 400, pad: 'none' }, 40, x.length],
    [{ hop: 399, windowLength: 320, pad: 'none' }, 256, x.length],
    [{ hop: 1 }, 23, 1400],
    // 1, 7, 8, 9 and 513 frames: a block is 512, a step 8.
    [{ pad: 'none' }, 80, 400],
    [{ pad: 'none' }, 80, 400 + 6 * 160],
    [{ pad: 'none' }, 80, 400 + 7 * 160 + 159],
    [{ pad: 'none' }, 80, 400 + 8 * 160],
    [{ pad: 'none', hop: 20 }, 80, 400 + 512 * 20],
  ];
  for (const [over, mels, samples] of cases) {
    const layout: FrameLayout = {
      fftLength: 400,
      hop: 160,
      windowLength: 400,
      window: 'hann',
      pad: 'reflect',
      ...over,
    };
    for (const [scale, norm] of [
      ['slaney', 'slaney'],
      ['htk', 'none'],
    ] as const) {
      expect(hasMelSimd(layout.hop, mels)).toBe(true);
      const sound = x.subarray(0, samples);
      const got = melSpectrogram(sound, layout, filters(mels, scale, norm), 2);
      const want = plainMelSpectrogram(sound, layout, filters(mels, scale, norm), 2);
      expect(got.length).toBe(want.length);
      // float32 rounds at the size of the loudest band of a frame, not of each.
      const loudest = want.reduce((a, b) => Math.max(a, b), 0);
      let worst = 0;
      for (let i = 0; i < want.length; i++) {
        worst = Math.max(worst, Math.abs(got[i] - want[i]) / (want[i] + 1e-6 * loudest));
      }
      expect(worst, JSON.stringify([layout, mels, samples])).toBeLessThan(5e-5);
    }
  }
});

it('its logarithm is Math.log10, floor included', () => {
  const layout: FrameLayout = { fftLength: 400, hop: 160, windowLength: 400, window: 'hann', pad: 'reflect' };
  const bands = filters(80, 'slaney', 'slaney');
  // From loud to silent: energies of 40 orders of magnitude.
  const fading = x.map((v, n) => v * 1000 * 10 ** (-n / 4000));
  const energies = melSpectrogram(fading, layout, bands, 2);
  for (const floor of [1e-10, 1e-30]) {
    const logs = logMelSpectrogram(fading, layout, bands, floor);
    let worst = 0;
    energies.forEach((energy, i) => {
      worst = Math.max(worst, Math.abs(logs[i] - Math.log10(Math.max(Math.fround(floor), energy))));
    });
    // One step of float32 at 32 is 3.8e-6.
    expect(worst).toBeLessThan(4e-6);
    expect(Math.abs(logs.reduce((a, b) => Math.min(a, b), 0) - Math.log10(floor))).toBeLessThan(4e-6);
  }
});

it('a loud tone leaves the bands beside it as quiet as they are', () => {
  const tone = Float32Array.from({ length: 16000 }, (_, n) => Math.cos((2 * Math.PI * 1000 * n) / 16000));
  const layout: FrameLayout = { fftLength: 400, hop: 160, windowLength: 400, window: 'hann', pad: 'none' };
  const got = melSpectrogram(tone, layout, filters(80, 'slaney', 'slaney'), 2);
  const want = plainMelSpectrogram(tone, layout, filters(80, 'slaney', 'slaney'), 2);
  const loudest = want.reduce((a, b) => Math.max(a, b), 0);
  for (let i = 0; i < want.length; i++)
    expect(Math.abs(got[i] - want[i])).toBeLessThan(2e-6 * want[i] + 1e-11 * loudest);
});

it('what is too wide for it goes the plain way', () => {
  expect(hasMelSimd(401, 80)).toBe(false);
  expect(hasMelSimd(160, 257)).toBe(false);
});

it('modules that a machine does not take give null', () => {
  expect(instantiate(Uint8Array.of(0, 1, 2, 3))).toBeNull();
  const f = new SimdFunction(2);
  f.store(1, 0, f.add(f.load(0, 0), f.constant(0.5)));
  const made = instantiate(simdModule({ half: f }, 1));
  if (made === null) throw new Error('no SIMD here');
  new Float32Array(made.memory, 64, 4).set([1, 2, 3, 4]);
  made.functions['half'](64, 128);
  expect([...new Float32Array(made.memory, 128, 4)]).toEqual([1.5, 2.5, 3.5, 4.5]);
});
