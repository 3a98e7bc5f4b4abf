import { expect, it } from 'vitest';
import { image } from '../../../nodes/output/image.ts';
import { testNode } from '../../test-node.ts';

testNode(image);

it('publishes one value of its kind', () => {
  expect(image.publishes).toBe(true);
  expect(Object.keys(image.inputs({}, {}))).toEqual(['value']);
  expect(image.inputs({}, {})['value'].kinds).toEqual(['image']);
  expect(image.outputs({}, {})).toEqual({});
});
