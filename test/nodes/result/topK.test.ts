import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { topK } from '../../../nodes/result/topK.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, inferred, scores } from './cases.ts';

testNode(topK);

it('keeps the best k, each with its own label, best first', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.integer({ min: 0, max: 10 }).map((n) => n / 10),
        { maxLength: 20 },
      ),
      fc.integer({ min: 1, max: 25 }),
      async (data, k) => {
        const all = scores(
          data,
          data.map((_, i) => `c${i}`),
        );
        const got = as((await callNode(topK, { params: { k }, inputs: { scores: all } }))['scores'], 'scores');
        expect(got.data.length).toBe(Math.min(k, data.length));
        const sorted = [...all.data].sort((a, b) => b - a).slice(0, k);
        expect([...got.data]).toEqual(sorted);
        expect(got.labels?.map((label) => all.data[Number(label.slice(1))])).toEqual([...got.data]);
        expect(new Set(got.labels).size).toBe(got.data.length);
      },
    ),
    { numRuns: 100 },
  );
});

it('leaves equal scores in class order, and calls classes without labels by number', async () => {
  const got = await callNode(topK, { params: { k: 2 }, inputs: { scores: scores([0.1, 0.4, 0.4, 0.1]) } });
  expect(got['scores']).toEqual(scores([0.4, 0.4], ['1', '2']));
});

it('infers how many are kept', () => {
  const kept = (classes: number | null) => inferred(topK, { scores: { ...anyType.scores, classes } }).types['scores'];
  expect(kept(3)).toMatchObject({ classes: 3, labels: null });
  expect(kept(1000)).toMatchObject({ classes: 5 });
  expect(kept(null)).toMatchObject({ classes: null });
});
