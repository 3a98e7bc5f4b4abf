import { expect, it } from 'vitest';
import { productOfExperts } from '../../../nodes/fusion/productOfExperts.ts';
import { callNode, testNode } from '../../test-node.ts';
import { maxDifference, modalities, names, reference, scores, scoresOf } from './cases.ts';
import { testLateFusion } from './lateRule.ts';

testNode(productOfExperts);
testLateFusion(productOfExperts, { keepsOne: true });

it('multiplies as numpy does, with either sum of exponents', async () => {
  for (const { rows, weights, productSum, productMean } of reference.late) {
    for (const [exponents, want] of [
      ['sum', productSum],
      ['mean', productMean],
    ] as const) {
      const got = await callNode(productOfExperts, {
        params: { modalities: names(rows.length), weights, exponents },
        inputs: modalities(rows.map((r) => scores(r))),
      });
      expect(maxDifference(scoresOf(got).data, want)).toBeLessThan(1e-7);
    }
  }
});

it('gives the same distribution from logits as from probabilities', async () => {
  const logits = [
    [2, -1, 0.5],
    [0.25, 1, -3],
  ];
  const soft = logits.map((row) => {
    const e = row.map(Math.exp);
    return e.map((x) => x / e.reduce((a, b) => a + b, 0));
  });
  const inLogs = scoresOf(
    await callNode(productOfExperts, {
      params: { modalities: names(2) },
      inputs: modalities(logits.map((r) => scores(r, null, 'logits'))),
    }),
  );
  const plain = scoresOf(
    await callNode(productOfExperts, {
      params: { modalities: names(2) },
      inputs: modalities(soft.map((r) => scores(r))),
    }),
  );
  expect(inLogs.form).toBe('logits');
  const e = [...inLogs.data].map(Math.exp);
  const back = e.map((x) => x / e.reduce((a, b) => a + b, 0));
  expect(maxDifference(back, plain.data)).toBeLessThan(1e-6);
});

it('multiplies independent scores against their complements', async () => {
  const got = await callNode(productOfExperts, {
    params: { modalities: names(2) },
    inputs: modalities([scores([0.75, 0.5], null, 'independent'), scores([0.75, 0.2], null, 'independent')]),
  });
  expect(maxDifference(scoresOf(got).data, [0.9, 0.2])).toBeLessThan(1e-6);
});

it('stays finite when one expert rules everything out', async () => {
  const got = scoresOf(
    await callNode(productOfExperts, {
      params: { modalities: names(2) },
      inputs: modalities([scores([1, 0]), scores([0, 1])]),
    }),
  );
  expect([...got.data]).toEqual([0.5, 0.5]);
});
