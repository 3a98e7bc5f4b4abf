import { expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { fixLength } from '../../../nodes/audio/fixLength.ts';
import { pureHost } from '../../pure-host.ts';
import { audioOf, soundOf } from '../../reference/audioCases.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(fixLength);

async function fixed(samples: readonly number[], length: number, where: string): Promise<number[]> {
  const params = { length, unit: 'samples', where };
  const { audio } = await callNode(fixLength, { params, inputs: { audio: soundOf([samples]) } });
  return [...audioOf(audio).channels[0]];
}

it('pads and cuts at the end or at both', async () => {
  expect(await fixed([1, 2, 3], 6, 'both')).toEqual([0, 1, 2, 3, 0, 0]);
  expect(await fixed([1, 2, 3, 4, 5, 6], 3, 'both')).toEqual([2, 3, 4]);
  expect(await fixed([1, 2, 3, 4], 2, 'end')).toEqual([1, 2]);
  expect(await fixed([1, 2], 2, 'both')).toEqual([1, 2]);
  expect(await fixed([], 2, 'both')).toEqual([0, 0]);
});

it('rounds seconds to the nearest sample, and never to none', async () => {
  const audio = soundOf([[1, 2, 3]], 3);
  const at = async (length: number) =>
    audioOf((await callNode(fixLength, { params: { length }, inputs: { audio } }))['audio']).channels[0].length;
  expect(await at(0.5)).toBe(2);
  expect(await at(0.001)).toBe(1);
});

it('refuses to make more than a tensor may hold', async () => {
  const host = pureHost({ limits: makeLimits({ tensorBytes: 1000 }) });
  const call = { params: { length: 251, unit: 'samples' }, inputs: { audio: soundOf([[1]]) }, host };
  await expect(callNode(fixLength, call)).rejects.toMatchObject({ data: { code: 'tensor-too-large' } });
});
