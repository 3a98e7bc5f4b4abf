import { expect, it } from 'vitest';
import { toTensor } from '../../../nodes/audio/toTensor.ts';
import { floatsOf, soundOf, tensorOf } from '../../reference/audioCases.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';

testNode(toTensor);

it('asks for one channel only where the tensor has no axis for them', async () => {
  const want = (layout: string) => toTensor.inputs(defaultParams(toTensor, { layout }), {})['audio'].want.channels;
  expect([want('[1, samples]'), want('[channels, samples]')]).toEqual([1, undefined]);
  const audio = soundOf([[1], [2]]);
  await expect(callNode(toTensor, { inputs: { audio } })).rejects.toMatchObject({ data: { code: 'value-shape' } });
  const { samples } = await callNode(toTensor, { params: { layout: '[channels, samples]' }, inputs: { audio } });
  expect(tensorOf(samples).shape).toEqual([2, 1]);
});

it('copies: the tensor may be moved away, the sound stays', async () => {
  const audio = soundOf([[1, 2]]);
  const { samples } = await callNode(toTensor, { inputs: { audio } });
  floatsOf(samples)[0] = 9;
  expect(audio.channels[0][0]).toBe(1);
});
