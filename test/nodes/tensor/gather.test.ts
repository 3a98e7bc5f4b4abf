import { describe, expect, it } from 'vitest';
import { gather } from '../../../nodes/tensor/gather.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, infer, inferredShape, tensorType } from './wires.ts';

testNode(gather);
checkTensorReference(gather, 13);

describe('tensor.gather at its edges', () => {
  it('knows the shape', () => {
    expect(inferredShape(gather, ['n', 7, 3], { axis: 1, indices: [0, 6] })).toEqual(['n', 2, 3]);
    const wired = { tensor: tensorType('int8', ['n', 7]), indices: tensorType('int64', ['k', 1]) };
    expect(infer(gather, wired, { axis: 1 }).types.tensor).toMatchObject({ dtype: 'int8', shape: ['n', 'k', 1] });
  });
  it('refuses a position that is not there', async () => {
    expect(inferredShape(gather, [3], { indices: [3] })).toBe('wire-shape');
    expect(inferredShape(gather, [3], { indices: [-4] })).toBe('wire-shape');
    expect(inferredShape(gather, [3], { axis: 1 })).toBe('wire-shape');
    const indices = { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(2n ** 40n) } as const;
    await rejects(() => callNode(gather, { inputs: { tensor: f32([2], 1, 2), indices } }), 'value-invalid');
  });
});
