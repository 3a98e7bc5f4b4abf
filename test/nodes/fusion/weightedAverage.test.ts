import { expect, it } from 'vitest';
import { weightedAverage } from '../../../nodes/fusion/weightedAverage.ts';
import { callNode, testNode } from '../../test-node.ts';
import { jsonOf, maxDifference, modalities, names, reference, scores, scoresOf } from './cases.ts';
import { testLateFusion } from './lateRule.ts';

testNode(weightedAverage);
testLateFusion(weightedAverage, { keepsOne: true });

it('averages as numpy does', async () => {
  for (const { rows, weights, weightedAverage: want } of reference.late) {
    const got = await callNode(weightedAverage, {
      params: { modalities: names(rows.length), weights },
      inputs: modalities(rows.map((r) => scores(r))),
    });
    expect(maxDifference(scoresOf(got).data, want)).toBeLessThan(1e-7);
  }
});

it('renormalises the weights of the others when one is skipped', async () => {
  const got = await callNode(weightedAverage, {
    params: { modalities: ['a', 'b', 'c'], weights: [2, 5, 6], whenMissing: 'skip' },
    inputs: { a: scores([1, 0]), c: scores([0, 1]) },
  });
  expect([...scoresOf(got).data]).toEqual([0.25, 0.75]);
  expect(jsonOf(got)['used']).toMatchObject([
    { modality: 'a', weight: 0.25 },
    { modality: 'c', weight: 0.75 },
  ]);
});

it('lets modalities of weight 0 count equally when no other is left', async () => {
  const got = await callNode(weightedAverage, {
    params: { modalities: ['a', 'b', 'c'], weights: [0, 1, 0], whenMissing: 'skip' },
    inputs: { a: scores([1, 0]), c: scores([0, 1]) },
  });
  expect([...scoresOf(got).data]).toEqual([0.5, 0.5]);
});
