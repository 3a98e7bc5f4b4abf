import { expect, it } from 'vitest';
import { audio } from '../../../nodes/output/audio.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(audio);

it('publishes one value of its kind', () => {
  expect(audio.publishes).toBe(true);
  expect(Object.keys(audio.inputs({}, {}))).toEqual(['value']);
  expect(audio.inputs({}, {})['value'].kinds).toEqual(['audio']);
  expect(audio.outputs({}, {})).toEqual({});
});

it('fails on NaN and infinity with a count, unless they are allowed', async () => {
  const value = {
    kind: 'audio',
    sampleRateHz: 8000,
    channels: [Float32Array.of(0, Number.NaN), Float32Array.of(0, 0)],
  } as const;
  const problem = await rejects(() => callNode(audio, { inputs: { value } }), 'value-nonfinite');
  expect(problem.message).toContain('1 NaN or infinite numbers of 4');
  expect(problem.where.port).toBe('value');
  expect(await callNode(audio, { params: { nonFinite: 'allow' }, inputs: { value } })).toEqual({});
});
