import { expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { sigmoid } from '../../../nodes/result/sigmoid.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, inferred, labelFile, maxDifference, reference, tensor } from './cases.ts';

testNode(sigmoid);

it('is torch.sigmoid', async () => {
  for (const { x, temperature, sigmoid: want } of reference.softmax) {
    const got = await callNode(sigmoid, { params: { temperature }, inputs: { logits: tensor([1, x.length], x) } });
    const value = as(got['scores'], 'scores');
    expect(value.form).toBe('independent');
    expect(maxDifference(value.data, want)).toBeLessThan(1e-7);
  }
});

it('attaches labels, refuses infinity and a label file of another length', async () => {
  const got = await callNode(sigmoid, { inputs: { logits: tensor([2], [0, 0]) }, files: labelFile(['a', 'b']) });
  expect(as(got['scores'], 'scores').labels).toEqual(['a', 'b']);
  await rejects(
    () => callNode(sigmoid, { inputs: { logits: tensor([1], [Number.POSITIVE_INFINITY]) } }),
    'value-nonfinite',
  );
  const logits = { logits: { ...anyType.tensor, dtype: 'float32' as const, shape: [1, 3] } };
  expect(inferred(sigmoid, logits, {}, labelFile(['a'])).codes).toEqual(['asset-invalid']);
});
