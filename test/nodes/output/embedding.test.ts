import { expect, it } from 'vitest';
import { embedding } from '../../../nodes/output/embedding.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(embedding);

it('publishes one value of its kind', () => {
  expect(embedding.publishes).toBe(true);
  expect(Object.keys(embedding.inputs({}, {}))).toEqual(['value']);
  expect(embedding.inputs({}, {})['value'].kinds).toEqual(['embedding']);
  expect(embedding.outputs({}, {})).toEqual({});
});

it('fails on NaN and infinity with a count, unless they are allowed', async () => {
  const value = { kind: 'embedding', data: Float32Array.of(0, Number.NaN, 1, 2), unit: false } as const;
  const problem = await rejects(() => callNode(embedding, { inputs: { value } }), 'value-nonfinite');
  expect(problem.message).toContain('1 NaN or infinite numbers of 4');
  expect(problem.where.port).toBe('value');
  expect(await callNode(embedding, { params: { nonFinite: 'allow' }, inputs: { value } })).toEqual({});
});
