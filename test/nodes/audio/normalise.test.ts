import { expect, it } from 'vitest';
import { normalise } from '../../../nodes/audio/normalise.ts';
import { rmsOf } from '../../../nodes/kernels/level.ts';
import { audioOf, recordedAudio, soundOf, speech } from '../../reference/audioCases.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(normalise);

it('variance is what Wav2Vec2FeatureExtractor does', async () => {
  const { preEmphasis, wav2vec2 } = recordedAudio();
  const inputs = { audio: soundOf([preEmphasis.input]) };
  const { audio } = await callNode(normalise, { params: { measure: 'variance' }, inputs });
  const worst = wav2vec2.reduce((m, v, i) => Math.max(m, Math.abs(v - audioOf(audio).channels[0][i])), 0);
  expect(worst).toBeLessThan(2e-6);
});

it('rms brings speech to -20 dB of full scale, the same gain for all channels', async () => {
  const x = speech().channels[0];
  const half = x.map((v) => v / 2);
  const params = { measure: 'rms', levelDb: -20 };
  const { audio } = await callNode(normalise, { params, inputs: { audio: soundOf([x, half]) } });
  const { channels } = audioOf(audio);
  expect(rmsOf(channels)).toBeCloseTo(0.1, 6);
  expect(rmsOf([channels[0]]) / rmsOf([channels[1]])).toBeCloseTo(2, 5);
});

it('leaves silence alone and the input as it was', async () => {
  const audio = soundOf([
    [0, 0],
    [0, 0],
  ]);
  for (const measure of ['peak', 'rms', 'variance', 'gain']) {
    const { audio: out } = await callNode(normalise, { params: { measure }, inputs: { audio } });
    expect(audioOf(out).channels.map((x) => [...x])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  }
  const loud = soundOf([[0.5]]);
  await callNode(normalise, { inputs: { audio: loud } });
  expect(loud.channels[0][0]).toBe(0.5);
});
