import { describe, expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { cosineSimilarity } from '../../../nodes/tensor/cosineSimilarity.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, infer, tensorType } from './wires.ts';

testNode(cosineSimilarity);
checkTensorReference(cosineSimilarity, 2);

describe('tensor.cosineSimilarity at its edges', () => {
  it('knows the shape', () => {
    const { types } = infer(cosineSimilarity, {
      a: tensorType('float32', ['n', 8]),
      b: { ...anyType.embedding, length: 8 },
    });
    expect(types.tensor).toMatchObject({ dtype: 'float32', shape: ['n', 1] });
  });
  it('refuses vectors of two lengths and tensors of three axes', async () => {
    const wired = { a: tensorType('float32', [7]), b: { ...anyType.embedding, length: 8 } };
    expect(infer(cosineSimilarity, wired).problems[0]).toMatchObject({ code: 'wire-shape' });
    const [a, b] = [f32([2], 1, 2), f32([3], 1, 2, 3)];
    await rejects(() => callNode(cosineSimilarity, { inputs: { a, b } }), 'value-shape');
    await rejects(() => callNode(cosineSimilarity, { inputs: { a, b: f32([1, 1, 2], 1, 2) } }), 'value-shape');
    const whole = { kind: 'tensor', dtype: 'int8', shape: [2], data: Int8Array.of(1, 2) } as const;
    await rejects(() => callNode(cosineSimilarity, { inputs: { a, b: whole } }), 'value-invalid');
  });
});
