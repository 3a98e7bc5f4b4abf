import { expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { labels } from '../../../nodes/result/labels.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { boxes, inferred, labelFile, scores } from './cases.ts';

const files = labelFile(['cat', 'dog']);
testNode(labels, { files });

it('names boxes and masks', async () => {
  const call = { params: { labels: 'labels.txt' }, files };
  const found = boxes([0, 0, 1, 1], [0.5], [1]);
  expect((await callNode(labels, { ...call, inputs: { value: found } }))['value']).toEqual({
    ...found,
    labels: ['cat', 'dog'],
  });
  const mask = { kind: 'mask', width: 2, height: 1, data: Uint8Array.of(0, 1), labels: null } as const;
  expect((await callNode(labels, { ...call, inputs: { value: mask } }))['value']).toEqual({
    ...mask,
    labels: ['cat', 'dog'],
  });
});

it('refuses too few labels, at check time where it can', async () => {
  const call = { params: { labels: 'labels.txt' }, files };
  await rejects(() => callNode(labels, { ...call, inputs: { value: boxes([0, 0, 1, 1], [0.5], [2]) } }), 'value-shape');
  await rejects(() => callNode(labels, { ...call, inputs: { value: scores([1, 2, 3]) } }), 'value-shape');
  const three = { value: { ...anyType.scores, classes: 3 } };
  expect(inferred(labels, three, { labels: 'labels.txt' }, files).codes).toEqual(['asset-invalid']);
});
