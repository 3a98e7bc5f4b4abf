import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { squeeze } from '../../../nodes/tensor/squeeze.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, inferredShape, tensorType } from './wires.ts';

testNode(squeeze);
checkTensorReference(squeeze, 13);

describe('tensor.squeeze at its edges', () => {
  it('knows what it knows', () => {
    expect(inferredShape(squeeze, [1, 'n', 1], { axes: [0, -1] })).toEqual(['n']);
    expect(inferredShape(squeeze, [1, 'n'])).toBeNull();
    expect(inferredShape(squeeze, [1, 3, 1])).toEqual([3]);
    expect(inferredShape(squeeze, ['n', 3], { axes: [0] })).toEqual([3]);
  });
  it('refuses an axis of another size', async () => {
    expect(inferredShape(squeeze, [2, 3], { axes: [0] })).toBe('wire-shape');
    expect(inferredShape(squeeze, [1, 1], { axes: [0, -2] })).toBe('wire-shape');
    await rejects(
      () => callNode(squeeze, { params: { axes: [0] }, inputs: { tensor: f32([2], 1, 2) } }),
      'value-shape',
    );
  });
  it('offers itself where a batch of one is in the way', () => {
    const to = port.tensor({ shape: ['n'], doc: 'one axis' });
    expect(squeeze.mend?.(tensorType('float32', [1, 5]), to)).toEqual({ axes: [0] });
    expect(squeeze.mend?.(tensorType('float32', [2, 5]), to)).toBeNull();
  });
});
