import { expect, it } from 'vitest';
import { tensor } from '../../../nodes/output/tensor.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(tensor);

it('publishes one value of its kind', () => {
  expect(tensor.publishes).toBe(true);
  expect(Object.keys(tensor.inputs({}, {}))).toEqual(['value']);
  expect(tensor.inputs({}, {})['value'].kinds).toEqual(['tensor']);
  expect(tensor.outputs({}, {})).toEqual({});
});

it('fails on NaN and infinity with a count, unless they are allowed', async () => {
  const value = { kind: 'tensor', dtype: 'float16', shape: [4], data: Uint16Array.of(0x3c00, 0x7c00, 0, 0) } as const;
  const problem = await rejects(() => callNode(tensor, { inputs: { value } }), 'value-nonfinite');
  expect(problem.message).toContain('1 NaN or infinite numbers of 4');
  expect(problem.where.port).toBe('value');
  expect(await callNode(tensor, { params: { nonFinite: 'allow' }, inputs: { value } })).toEqual({});
});
