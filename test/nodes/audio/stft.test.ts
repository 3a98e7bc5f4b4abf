import { expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { stft } from '../../../nodes/audio/stft.ts';
import { expectThin, floatsOf, recordedAudio, soundOf, speech, tensorOf } from '../../reference/audioCases.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';

testNode(stft);

const audio = speech();

it('is librosa.stft (and torch.stft), for lengths of many kinds', async () => {
  for (const { complex, power, ...given } of recordedAudio().stft) {
    const params = {
      ...given,
      window: given.window === 'boxcar' ? 'rectangular' : given.window,
      pad: given.pad === 'constant' ? 'zero' : given.pad,
    };
    const { spectrum } = await callNode(stft, { params: { ...params, form: 'complex' }, inputs: { audio } });
    expect(tensorOf(spectrum).shape).toEqual([1, ...complex.shape]);
    expectThin(floatsOf(spectrum), complex, 1e-5);
    const { spectrum: energy } = await callNode(stft, { params: { ...params, form: 'power' }, inputs: { audio } });
    expectThin(floatsOf(energy), power, 1e-5 * Math.max(1, ...power.values));
    const { spectrum: size } = await callNode(stft, { params, inputs: { audio } });
    floatsOf(size).forEach((v, i) => {
      if (i % 997 === 0) expect(v).toBeCloseTo(Math.sqrt(floatsOf(energy)[i]), 4);
    });
  }
});

it('takes frames inside the sound only, when asked to', async () => {
  const params = { fftLength: 8, hop: 4, windowLength: null, pad: 'none', window: 'rectangular' };
  const sound = soundOf([Float32Array.from({ length: 21 }, () => 1)]);
  const { spectrum } = await callNode(stft, { params, inputs: { audio: sound } });
  expect(tensorOf(spectrum).shape).toEqual([1, 5, 4]);
  expect([...floatsOf(spectrum).subarray(0, 4)]).toEqual([8, 8, 8, 8]);
});

it('says what is wrong with the window and with short sounds', async () => {
  const codes: string[] = [];
  stft.infer({
    inputs: { audio: anyType.audio },
    params: defaultParams(stft, { windowLength: 401 }),
    files: {},
    dims: {},
    report: (code, init) => codes.push(`${code} ${init.where?.param}`),
  });
  expect(codes).toEqual(['param-invalid windowLength']);
  const short = (samples: number, pad: string) =>
    callNode(stft, { params: { pad }, inputs: { audio: soundOf([new Float32Array(samples)]) } });
  for (const [samples, pad] of [
    [200, 'reflect'],
    [399, 'none'],
    [0, 'zero'],
  ] as const) {
    await expect(short(samples, pad)).rejects.toMatchObject({ data: { code: 'value-shape' } });
  }
  expect(tensorOf((await short(1, 'zero'))['spectrum']).shape).toEqual([1, 201, 1]);
});
