import { expect, it } from 'vitest';
import { preEmphasis } from '../../../nodes/audio/preEmphasis.ts';
import { audioOf, recordedAudio, soundOf } from '../../reference/audioCases.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(preEmphasis);

async function emphasised(samples: readonly number[], params: Record<string, string | number>): Promise<number[]> {
  const { audio } = await callNode(preEmphasis, { params, inputs: { audio: soundOf([samples]) } });
  return [...audioOf(audio).channels[0]];
}

it('extrapolate is librosa.effects.preemphasis', async () => {
  const { input, librosa } = recordedAudio().preEmphasis;
  const got = await emphasised(input, { coefficient: 0.97, start: 'extrapolate' });
  const worst = librosa.reduce((m, v, i) => Math.max(m, Math.abs(v - got[i])), 0);
  expect(worst).toBeLessThan(1e-7);
});

it('repeat keeps 1 - coefficient of the first sample, as transformers.audio_utils.spectrogram does', async () => {
  expect(await emphasised([1, 1, 3], { coefficient: 0.5, start: 'repeat' })).toEqual([0.5, 0.5, 2.5]);
});

it('does with a single sample, with none, and with no emphasis', async () => {
  expect(await emphasised([1], { coefficient: 0.5, start: 'extrapolate' })).toEqual([0.5]);
  expect(await emphasised([], { start: 'extrapolate' })).toEqual([]);
  expect(await emphasised([1, 2], { coefficient: 0, start: 'zero' })).toEqual([1, 2]);
});
