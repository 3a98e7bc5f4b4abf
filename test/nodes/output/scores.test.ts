import { expect, it } from 'vitest';
import { scores } from '../../../nodes/output/scores.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(scores);

it('publishes one value of its kind', () => {
  expect(scores.publishes).toBe(true);
  expect(Object.keys(scores.inputs({}, {}))).toEqual(['value']);
  expect(scores.inputs({}, {})['value'].kinds).toEqual(['scores']);
  expect(scores.outputs({}, {})).toEqual({});
});

it('fails on NaN and infinity with a count, unless they are allowed', async () => {
  const value = {
    kind: 'scores',
    data: Float32Array.of(0, Number.NEGATIVE_INFINITY, 1, 2),
    labels: null,
    form: 'logits',
  } as const;
  const problem = await rejects(() => callNode(scores, { inputs: { value } }), 'value-nonfinite');
  expect(problem.message).toContain('1 NaN or infinite numbers of 4');
  expect(problem.where.port).toBe('value');
  expect(await callNode(scores, { params: { nonFinite: 'allow' }, inputs: { value } })).toEqual({});
});
