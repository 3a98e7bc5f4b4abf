import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mendsFor } from '../../../core/check/mend.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { softmax } from '../../../nodes/result/softmax.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, inferred, labelFile, maxDifference, reference, scores, tensor } from './cases.ts';

testNode(softmax);

it('is torch.softmax, for large logits and any temperature', async () => {
  for (const { x, temperature, softmax: want } of reference.softmax) {
    const got = await callNode(softmax, { params: { temperature }, inputs: { logits: tensor([1, x.length], x) } });
    expect(maxDifference(as(got['scores'], 'scores').data, want)).toBeLessThan(1e-7);
  }
});

it('sums to 1, keeps the order, and does not change when all logits move', async () => {
  const logits = fc.array(
    fc.integer({ min: -500, max: 500 }).map((n) => n / 8),
    { minLength: 1, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(logits, fc.integer({ min: -100, max: 100 }), async (x, shift) => {
      const run = async (row: number[]) =>
        as((await callNode(softmax, { inputs: { logits: tensor([row.length], row) } }))['scores'], 'scores').data;
      const a = await run(x);
      expect(a.reduce((s, p) => s + p, 0)).toBeCloseTo(1, 5);
      for (let i = 1; i < x.length; i++) if (x[i] > x[i - 1]) expect(a[i]).toBeGreaterThanOrEqual(a[i - 1]);
      expect(maxDifference(a, await run(x.map((v) => v + shift)))).toBeLessThan(1e-6);
    }),
    { numRuns: 60 },
  );
});

it('takes float16 and scores, and labels from a file or from the scores', async () => {
  const half = { kind: 'tensor', dtype: 'float16', shape: [2], data: Uint16Array.of(0x0000, 0x0000) } as const;
  const got = await callNode(softmax, { inputs: { logits: half }, files: labelFile(['a', 'b']) });
  expect(got['scores']).toEqual(scores([0.5, 0.5], ['a', 'b']));
  const kept = await callNode(softmax, { inputs: { logits: scores([1, 1], ['x', 'y'], 'logits') } });
  expect(kept['scores']).toEqual(scores([0.5, 0.5], ['x', 'y']));
});

it('refuses NaN, more than one row, no class and a label file of another length', async () => {
  const bad = await rejects(
    () => callNode(softmax, { inputs: { logits: tensor([2], [1, Number.NaN]) } }),
    'value-nonfinite',
  );
  expect(bad.message).toContain('1 NaN or infinite numbers of 2');
  await rejects(() => callNode(softmax, { inputs: { logits: tensor([2, 2], [1, 2, 3, 4]) } }), 'value-shape');
  await rejects(() => callNode(softmax, { inputs: { logits: tensor([0], []) } }), 'value-shape');
  await rejects(
    () => callNode(softmax, { inputs: { logits: tensor([2], [1, 2]) }, files: labelFile(['a']) }),
    'value-shape',
  );
});

it('infers classes and labels, and reports what cannot be', () => {
  const logits = (shape: (number | string | null)[]) => ({
    logits: { ...anyType.tensor, dtype: 'float32' as const, shape },
  });
  const probabilities = { ...anyType.scores, form: 'probabilities' };
  expect(inferred(softmax, logits(['batch', 3])).types['scores']).toEqual({ ...probabilities, classes: 3 });
  const named = inferred(softmax, logits([1, 2]), {}, labelFile(['a', 'b']));
  expect(named.types['scores']).toEqual({ ...probabilities, classes: 2, labels: ['a', 'b'] });
  expect(inferred(softmax, logits([1, 3]), {}, labelFile(['a', 'b'])).codes).toEqual(['asset-invalid']);
  expect(inferred(softmax, logits([1, 3, 3])).codes).toEqual(['wire-shape']);
  expect(inferred(softmax, { logits: { ...anyType.tensor, dtype: 'string', shape: [3] } }).codes).toEqual([
    'wire-dtype',
  ]);
});

it('offers itself where scores are wanted of a tensor', () => {
  const wanted = port.scores({ doc: 'Scores.' });
  const logits = { ...anyType.tensor, dtype: 'float32' as const, shape: [1, 3] };
  expect(mendsFor(logits, wanted, makeRegistry([softmax])).map((m) => m.type)).toEqual(['result.softmax']);
  expect(mendsFor({ ...logits, shape: [4, 3, 2] }, wanted, makeRegistry([softmax]))).toEqual([]);
});
