import { expect, it } from 'vitest';
import { frame } from '../../../nodes/audio/frame.ts';
import { floatsOf, soundOf, speech, tensorOf } from '../../reference/audioCases.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(frame);

it('centres frames on multiples of the hop when padded', async () => {
  const audio = soundOf([Float32Array.of(1, 2, 3, 4, 5)]);
  const params = { frameLength: 4, hop: 2, window: 'rectangular' };
  const zero = await callNode(frame, { params: { ...params, pad: 'zero' }, inputs: { audio } });
  expect([...floatsOf(zero['frames'])]).toEqual([0, 0, 1, 2, 1, 2, 3, 4, 3, 4, 5, 0]);
  const mirrored = await callNode(frame, { params: { ...params, pad: 'reflect' }, inputs: { audio } });
  expect([...floatsOf(mirrored['frames'])]).toEqual([3, 2, 1, 2, 1, 2, 3, 4, 3, 4, 5, 4]);
});

it('multiplies by the window: overlapping Hann frames add up to the sound', async () => {
  const audio = speech();
  const params = { frameLength: 400, hop: 200, window: 'hann' };
  const { frames } = await callNode(frame, { params, inputs: { audio } });
  const [count] = tensorOf(frames).shape;
  const sum = new Float64Array(audio.channels[0].length);
  floatsOf(frames).forEach((v, i) => {
    sum[Math.floor(i / 400) * 200 + (i % 400)] += v;
  });
  for (let i = 200; i < (count - 1) * 200; i++) expect(Math.abs(sum[i] - audio.channels[0][i])).toBeLessThan(1e-6);
});

it('refuses stereo, with the mend, and sound shorter than a frame', async () => {
  const two = soundOf([new Float32Array(400), new Float32Array(400)]);
  await expect(callNode(frame, { inputs: { audio: two } })).rejects.toMatchObject({
    data: { code: 'value-shape', mend: { insert: { type: 'audio.mono' } } },
  });
  await expect(callNode(frame, { inputs: { audio: soundOf([new Float32Array(399)]) } })).rejects.toMatchObject({
    data: { code: 'value-shape' },
  });
});
