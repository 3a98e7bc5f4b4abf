import { expect, it } from 'vitest';
import { max } from '../../../nodes/fusion/max.ts';
import { callNode, testNode } from '../../test-node.ts';
import { maxDifference, modalities, names, reference, scores, scoresOf } from './cases.ts';
import { testLateFusion } from './lateRule.ts';

testNode(max);
testLateFusion(max, { keepsOne: true });

it('takes the maximum as numpy does', async () => {
  for (const { rows, max: want } of reference.late) {
    const got = await callNode(max, {
      params: { modalities: names(rows.length) },
      inputs: modalities(rows.map((r) => scores(r))),
    });
    expect(maxDifference(scoresOf(got).data, want)).toBeLessThan(1e-7);
  }
});

it('leaves logits unscaled', async () => {
  const got = await callNode(max, {
    params: { modalities: names(2) },
    inputs: modalities([scores([-3, 2], null, 'logits'), scores([-1, 1], null, 'logits')]),
  });
  expect(scoresOf(got)).toEqual(scores([-1, 2], null, 'logits'));
});
