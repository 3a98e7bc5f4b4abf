import { expect, it } from 'vitest';
import { mel } from '../../../nodes/audio/mel.ts';
import { hzToMel, melToHz } from '../../../nodes/kernels/mel.ts';
import { expectThin, floatsOf, recordedAudio, soundOf, speech, tensorOf } from '../../reference/audioCases.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(mel);

it('is librosa.feature.melspectrogram', async () => {
  for (const { options, mel: want } of recordedAudio().librosa) {
    const params = {
      fftLength: options['n_fft'],
      hop: options['hop_length'],
      mels: options['n_mels'],
      minHz: options['fmin'] ?? 0,
      maxHz: options['fmax'] ?? null,
      scale: options['htk'] ? 'htk' : 'slaney',
      norm: options['norm'] === 'none' ? 'none' : 'slaney',
      pad: options['center'] === false ? 'none' : options['pad_mode'] === 'reflect' ? 'reflect' : 'zero',
    };
    const { mel: out } = await callNode(mel, { params, inputs: { audio: speech() } });
    expect(tensorOf(out).shape).toEqual([1, ...want.shape]);
    expectThin(floatsOf(out), want, 1e-5 * Math.max(1, ...want.values));
  }
});

it('keeps channels apart', async () => {
  const x = speech().channels[0].subarray(0, 8000);
  const silent = new Float32Array(8000);
  const { mel: out } = await callNode(mel, { inputs: { audio: soundOf([silent, x]) } });
  const { mel: alone } = await callNode(mel, { inputs: { audio: soundOf([x]) } });
  const size = floatsOf(alone).length;
  expect(tensorOf(out).shape).toEqual([2, 128, 16]);
  expect(
    floatsOf(out)
      .subarray(0, size)
      .every((v) => v === 0),
  ).toBe(true);
  expect(floatsOf(out).subarray(size)).toEqual(floatsOf(alone));
});

it('sums magnitudes where asked to: a tone of one bin gives its amplitude', async () => {
  // 1 kHz sits on bin 8 of 64 at 8 kHz; with a rectangular window all of it, 32 times the amplitude, is there.
  const tone = Float32Array.from({ length: 64 }, (_, n) => 0.5 * Math.cos((2 * Math.PI * 8 * n) / 64));
  const params = { fftLength: 64, hop: 64, window: 'rectangular', pad: 'none', mels: 4, norm: 'none', scale: 'htk' };
  const sums = async (power: string) =>
    floatsOf((await callNode(mel, { params: { ...params, power }, inputs: { audio: soundOf([tone], 8000) } }))['mel']);
  const one = await sums('1');
  const two = await sums('2');
  // Both are weighed by the same triangles: energies are 16 times magnitudes of 16.
  expect(Math.max(...one)).toBeGreaterThan(4);
  two.forEach((v, i) => {
    expect(v).toBeCloseTo(16 * one[i], 3);
  });
});

it('the scales go through their fixed points and back', () => {
  expect(hzToMel(1000, 'slaney')).toBeCloseTo(15, 12);
  expect(hzToMel(6400, 'slaney')).toBeCloseTo(42, 12);
  expect(hzToMel(700, 'htk')).toBeCloseTo(2595 * Math.log10(2), 12);
  for (const scale of ['slaney', 'htk'] as const) {
    for (const hz of [0, 50, 999, 1000, 5000, 20000]) expect(melToHz(hzToMel(hz, scale), scale)).toBeCloseTo(hz, 8);
  }
});
