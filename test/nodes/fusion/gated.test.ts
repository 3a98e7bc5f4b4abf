import { expect, it } from 'vitest';
import { gated } from '../../../nodes/fusion/gated.ts';
import { confidenceOf } from '../../../nodes/kernels/fuseScores.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { jsonOf, maxDifference, modalities, names, reference, scores, scoresOf } from './cases.ts';
import { testLateFusion } from './lateRule.ts';

testNode(gated);
testLateFusion(gated, { keepsOne: true });

it('measures confidence as numpy does', () => {
  for (const { rows, confidence } of reference.late) {
    for (const measure of ['max', 'margin', 'entropy'] as const) {
      const got = rows.map((row) => confidenceOf(row, measure));
      expect(maxDifference(got, confidence[measure])).toBeLessThan(1e-9);
    }
  }
});

it('takes the first that is sure in the declared order, else the weighted average', async () => {
  const sureTwice = modalities([scores([0.5, 0.5]), scores([0.9, 0.1]), scores([0.05, 0.95])]);
  const got = await callNode(gated, { params: { modalities: names(3) }, inputs: sureTwice });
  expect(scoresOf(got)).toEqual(scores([0.9, 0.1]));
  const turned = await callNode(gated, { params: { modalities: ['m2', 'm1', 'm0'] }, inputs: sureTwice });
  expect(scoresOf(turned)).toEqual(scores([0.05, 0.95]));
  for (const { rows, weights, weightedAverage } of reference.late) {
    const none = await callNode(gated, {
      params: { modalities: names(rows.length), weights, threshold: 1 },
      inputs: modalities(rows.map((r) => scores(r))),
    });
    expect(maxDifference(scoresOf(none).data, weightedAverage)).toBeLessThan(1e-7);
  }
});

it('never opens for a stand-in', async () => {
  const got = await callNode(gated, {
    params: { modalities: ['a', 'b'], whenMissing: 'default', defaultValues: { a: [1, 0] }, threshold: 0.9 },
    inputs: { b: scores([0, 1]) },
  });
  expect(scoresOf(got)).toEqual(scores([0, 1]));
  expect(jsonOf(got)['used']).toMatchObject([{ standIn: true, weight: 0 }, { weight: 1 }]);
});

it('refuses a confidence that has no meaning', async () => {
  const logits = modalities([scores([3, -1], null, 'logits')]);
  const problem = await rejects(
    () => callNode(gated, { params: { modalities: names(1) }, inputs: logits }),
    'value-invalid',
  );
  expect(problem.fix).toContain('result.softmax');
  const independent = modalities([scores([0.9, 0.8], null, 'independent')]);
  await rejects(
    () => callNode(gated, { params: { modalities: names(1), measure: 'entropy' }, inputs: independent }),
    'value-invalid',
  );
  const kept = await callNode(gated, { params: { modalities: names(1) }, inputs: independent });
  expect(scoresOf(kept).data[1]).toBeCloseTo(0.8);
});
