import { expect, it } from 'vitest';
import { majorityVote } from '../../../nodes/fusion/majorityVote.ts';
import { indexOfMax } from '../../../nodes/kernels/softmax.ts';
import { callNode, testNode } from '../../test-node.ts';
import { jsonOf, modalities, names, reference, scores, scoresOf } from './cases.ts';
import { testLateFusion } from './lateRule.ts';

testNode(majorityVote);
testLateFusion(majorityVote, { keepsOne: false });

it('elects the class that votes and then summed scores elect', async () => {
  for (const { rows, voteWinner } of reference.late) {
    const got = await callNode(majorityVote, {
      params: { modalities: names(rows.length) },
      inputs: modalities(rows.map((r) => scores(r))),
    });
    expect(indexOfMax(scoresOf(got).data)).toBe(voteWinner);
  }
});

it('lets two weak votes beat one that is certain', async () => {
  const got = await callNode(majorityVote, {
    params: { modalities: names(3) },
    inputs: modalities([
      scores([1, 0], ['x', 'y']),
      scores([0.49, 0.51], ['x', 'y']),
      scores([0.49, 0.51], ['x', 'y']),
    ]),
  });
  expect(indexOfMax(scoresOf(got).data)).toBe(1);
  expect(jsonOf(got)['agreement']).toBeCloseTo(2 / 3);
  expect(jsonOf(got)['used']).toMatchObject([{ vote: 'x' }, { vote: 'y' }, { vote: 'y' }]);
});
