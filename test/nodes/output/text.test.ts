import { expect, it } from 'vitest';
import { text } from '../../../nodes/output/text.ts';
import { testNode } from '../../test-node.ts';

testNode(text);

it('publishes one value of its kind', () => {
  expect(text.publishes).toBe(true);
  expect(Object.keys(text.inputs({}, {}))).toEqual(['value']);
  expect(text.inputs({}, {})['value'].kinds).toEqual(['text']);
  expect(text.outputs({}, {})).toEqual({});
});
