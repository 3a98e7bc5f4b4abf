import { expect, it } from 'vitest';
import { mask } from '../../../nodes/output/mask.ts';
import { testNode } from '../../test-node.ts';

testNode(mask);

it('publishes one value of its kind', () => {
  expect(mask.publishes).toBe(true);
  expect(Object.keys(mask.inputs({}, {}))).toEqual(['value']);
  expect(mask.inputs({}, {})['value'].kinds).toEqual(['mask']);
  expect(mask.outputs({}, {})).toEqual({});
});
