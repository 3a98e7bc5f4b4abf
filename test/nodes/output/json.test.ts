import { expect, it } from 'vitest';
import { json } from '../../../nodes/output/json.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(json);

it('publishes one value of its kind', () => {
  expect(json.publishes).toBe(true);
  expect(Object.keys(json.inputs({}, {}))).toEqual(['value']);
  expect(json.inputs({}, {})['value'].kinds).toEqual(['json']);
  expect(json.outputs({}, {})).toEqual({});
});

it('names the place of a number that JSON cannot say', async () => {
  const value = { kind: 'json', json: { a: [1, { b: Number.NaN }] } } as const;
  const problem = await rejects(() => callNode(json, { inputs: { value } }), 'value-nonfinite');
  expect(problem.where.at).toBe('a[1].b');
});
