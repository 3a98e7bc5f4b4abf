import { describe, expect, it } from 'vitest';
import { transpose } from '../../../nodes/tensor/transpose.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, inferredShape } from './wires.ts';

testNode(transpose);
checkTensorReference(transpose, 14);

describe('tensor.transpose at its edges', () => {
  it('carries symbols through', () => {
    expect(inferredShape(transpose, ['n', 3, null], { axes: [0, 2, 1] })).toEqual(['n', null, 3]);
    expect(inferredShape(transpose, ['n', 3])).toEqual([3, 'n']);
    expect(inferredShape(transpose, null, { axes: [1, 0] })).toEqual([null, null]);
    expect(inferredShape(transpose, null)).toBeNull();
  });
  it('refuses axes that are no order', async () => {
    expect(inferredShape(transpose, [2, 3], { axes: [0, 0] })).toBe('wire-shape');
    expect(inferredShape(transpose, [2, 3], { axes: [0] })).toBe('wire-shape');
    expect(inferredShape(transpose, [2, 3], { axes: [0, 2] })).toBe('wire-shape');
    await rejects(
      () => callNode(transpose, { params: { axes: [1] }, inputs: { tensor: f32([1, 1], 5) } }),
      'value-shape',
    );
  });
});
