import { describe, expect, it } from 'vitest';
import { reshape } from '../../../nodes/tensor/reshape.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, inferredShape } from './wires.ts';

testNode(reshape);
checkTensorReference(reshape, 13);

describe('tensor.reshape at its edges', () => {
  it('carries symbols through', () => {
    expect(inferredShape(reshape, ['batch', 3, 4], { shape: [0, -1] })).toEqual(['batch', 12]);
    expect(inferredShape(reshape, ['batch', 1], { shape: [-1] })).toEqual(['batch']);
    expect(inferredShape(reshape, ['batch', 4], { shape: [-1] })).toEqual([null]);
    expect(inferredShape(reshape, [null, 4], { shape: [0, 2, -1] })).toEqual([null, 2, null]);
    expect(inferredShape(reshape, null, { shape: [0, -1, 5] })).toEqual([null, null, 5]);
    expect(inferredShape(reshape, [0, 4], { shape: [0, 2, 2] })).toEqual([0, 2, 2]);
  });
  it('says before a run what cannot be', () => {
    expect(inferredShape(reshape, [2, 3], { shape: [4, -1] })).toBe('wire-shape');
    expect(inferredShape(reshape, [2, 3], { shape: [-1, -1] })).toBe('wire-shape');
    expect(inferredShape(reshape, [2], { shape: [2, 0] })).toBe('wire-shape');
    expect(inferredShape(reshape, [2, 3], { shape: [5] })).toBe('wire-shape');
  });
  it('says the same when values come', async () => {
    const tensor = f32([2, 3], 1, 2, 3, 4, 5, 6);
    const problem = await rejects(
      () => callNode(reshape, { params: { shape: [4] }, inputs: { tensor } }),
      'value-shape',
    );
    expect(problem.message).toContain('[2, 3]');
  });
  it('does not share memory that it does not own', async () => {
    const tensor = f32([2], 1, 2);
    const got = await callNode(reshape, { inputs: { tensor } });
    expect((got.tensor as typeof tensor).data).not.toBe(tensor.data);
  });
});
