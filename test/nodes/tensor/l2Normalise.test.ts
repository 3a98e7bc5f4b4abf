import { describe, expect, it } from 'vitest';
import { l2Normalise } from '../../../nodes/tensor/l2Normalise.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, infer, inferredShape, tensorType } from './wires.ts';

testNode(l2Normalise);
checkTensorReference(l2Normalise, 9);

describe('tensor.l2Normalise at its edges', () => {
  it('refuses what makes no sense', async () => {
    expect(inferredShape(l2Normalise, [3], { axis: 1 })).toBe('wire-shape');
    expect(infer(l2Normalise, { tensor: tensorType('int8', [3]) }).problems[0]).toMatchObject({ code: 'wire-dtype' });
    await rejects(() => callNode(l2Normalise, { params: { axis: 4 }, inputs: { tensor: f32([1], 1) } }), 'value-shape');
  });
});
