import { describe, expect, it } from 'vitest';
import { slice } from '../../../nodes/tensor/slice.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, inferredShape } from './wires.ts';

testNode(slice);
checkTensorReference(slice, 19);

describe('tensor.slice at its edges', () => {
  it('knows the size where the axis is known', () => {
    expect(inferredShape(slice, ['n', 10], { axes: [1], starts: [2], ends: [-1], steps: [3] })).toEqual(['n', 3]);
    expect(inferredShape(slice, ['n', 10], { starts: [1] })).toEqual([null, 10]);
    expect(inferredShape(slice, [4], { starts: [3], ends: [1] })).toEqual([0]);
  });
  it('refuses what makes no sense', async () => {
    expect(inferredShape(slice, [4], { axes: [1] })).toBe('wire-shape');
    expect(inferredShape(slice, [4], { steps: [0] })).toBe('wire-shape');
    expect(inferredShape(slice, [4], { starts: [0, 1] })).toBe('wire-shape');
    expect(inferredShape(slice, [4], { axes: [0, -1] })).toBe('wire-shape');
    await rejects(() => callNode(slice, { params: { axes: [3] }, inputs: { tensor: f32([1], 1) } }), 'value-shape');
  });
});
