import { expect, it } from 'vitest';
import { video } from '../../../nodes/output/video.ts';
import { testNode } from '../../test-node.ts';

testNode(video);

it('publishes one value of its kind', () => {
  expect(video.publishes).toBe(true);
  expect(Object.keys(video.inputs({}, {}))).toEqual(['value']);
  expect(video.inputs({}, {})['value'].kinds).toEqual(['video']);
  expect(video.outputs({}, {})).toEqual({});
});
