import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { unsqueeze } from '../../../nodes/tensor/unsqueeze.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { testNode } from '../../test-node.ts';
import { inferredShape, tensorType } from './wires.ts';

testNode(unsqueeze);
checkTensorReference(unsqueeze, 13);

describe('tensor.unsqueeze at its edges', () => {
  it('puts the axes where the result has them', () => {
    expect(inferredShape(unsqueeze, ['n', 3], { axes: [0, 3] })).toEqual([1, 'n', 3, 1]);
    expect(inferredShape(unsqueeze, ['n', 3], { axes: [-2] })).toEqual(['n', 1, 3]);
  });
  it('refuses places that are not there or come twice', () => {
    expect(inferredShape(unsqueeze, [3], { axes: [2] })).toBe('wire-shape');
    expect(inferredShape(unsqueeze, [3], { axes: [0, -3] })).toBe('wire-shape');
  });
  it('offers itself where a batch axis is missing', () => {
    const to = port.tensor({ shape: ['batch', 3, null, null], doc: 'NCHW' });
    expect(unsqueeze.mend?.(tensorType('float32', [3, 8, 8]), to)).toEqual({ axes: [0] });
    expect(unsqueeze.mend?.(tensorType('float32', [3, 8]), to)).toBeNull();
  });
});
