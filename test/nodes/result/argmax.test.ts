import { expect, it } from 'vitest';
import { argmax } from '../../../nodes/result/argmax.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, scores } from './cases.ts';

testNode(argmax);

it('takes the first of equals and numbers classes without labels', async () => {
  const got = await callNode(argmax, { inputs: { scores: scores([0.2, 0.4, 0.4]) } });
  expect(as(got['label'], 'text').text).toBe('1');
  expect(as(got['result'], 'json').json).toMatchObject({ index: 1, label: '1' });
});

it('says that nothing is left when the scores are empty', async () => {
  const problem = await rejects(() => callNode(argmax, { inputs: { scores: scores([], []) } }), 'value-invalid');
  expect(problem.where.port).toBe('scores');
});
