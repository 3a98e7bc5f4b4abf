import { expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { threshold } from '../../../nodes/result/threshold.ts';
import { callNode, testNode } from '../../test-node.ts';
import { boxes, inferred, scores } from './cases.ts';

testNode(threshold);

it('keeps boxes that reach the threshold, with all that belongs to them', async () => {
  const found = boxes([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5], [0.9, 0.4, 0.5], [2, 1, 0], ['a', 'b', 'c']);
  const got = await callNode(threshold, { inputs: { value: found } });
  expect(got['value']).toEqual(boxes([0, 0, 1, 1, 4, 4, 5, 5], [0.9, 0.5], [2, 0], ['a', 'b', 'c']));
});

it('gives an empty value when nothing reaches it', async () => {
  const none = await callNode(threshold, {
    params: { threshold: 2 },
    inputs: { value: scores([0.5, 0.1], ['x', 'y']) },
  });
  expect(none['value']).toEqual(scores([], []));
  const noBoxes = await callNode(threshold, { inputs: { value: boxes([], [], []) } });
  expect(noBoxes['value']).toEqual(boxes([], [], []));
});

it('names classes without labels by their number, and infers an open count', async () => {
  const got = await callNode(threshold, { inputs: { value: scores([0.1, 0.8]) } });
  expect(got['value']).toEqual(scores([0.8], ['1']));
  const many = { ...anyType.scores, classes: 4, labels: ['a', 'b', 'c', 'd'], sequence: { count: 'many' as const } };
  expect(inferred(threshold, { value: many }).types['value']).toEqual({
    ...anyType.scores,
    sequence: { count: 'many' },
  });
});
