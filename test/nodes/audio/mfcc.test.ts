import { expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { mfcc } from '../../../nodes/audio/mfcc.ts';
import { expectThin, floatsOf, recordedAudio, soundOf, speech, tensorOf } from '../../reference/audioCases.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';

testNode(mfcc);

it('is librosa.feature.mfcc on speech', async () => {
  for (const { options, mfcc: want } of recordedAudio().mfcc) {
    const params = {
      coefficients: Number(options['n_mfcc']),
      lifter: Number(options['lifter'] ?? 0),
      fftLength: Number(options['n_fft'] ?? 2048),
      hop: Number(options['hop_length'] ?? 512),
      mels: Number(options['n_mels'] ?? 128),
      minHz: Number(options['fmin'] ?? 0),
      maxHz: options['fmax'] === undefined ? null : Number(options['fmax']),
      scale: options['htk'] ? 'htk' : 'slaney',
    };
    const { mfcc: out } = await callNode(mfcc, { params, inputs: { audio: speech() } });
    expect(tensorOf(out).shape).toEqual([1, ...want.shape]);
    expectThin(floatsOf(out), want, 1e-3);
  }
});

it('gives each channel its own coefficients', async () => {
  const x = speech().channels[0].subarray(0, 8000);
  const { mfcc: out } = await callNode(mfcc, { inputs: { audio: soundOf([new Float32Array(8000), x]) } });
  const { mfcc: alone } = await callNode(mfcc, { inputs: { audio: soundOf([x]) } });
  expect(floatsOf(out).subarray(20 * 16)).toEqual(floatsOf(alone));
  expect(floatsOf(out)[0]).toBeCloseTo(-100 * Math.sqrt(128), 2);
});

it('reports more coefficients than bands', () => {
  const codes: string[] = [];
  mfcc.infer({
    inputs: { audio: anyType.audio },
    params: defaultParams(mfcc, { coefficients: 41, mels: 40 }),
    files: {},
    dims: {},
    report: (code, init) => codes.push(`${code} ${init.where?.param}`),
  });
  expect(codes).toEqual(['param-invalid coefficients']);
});
