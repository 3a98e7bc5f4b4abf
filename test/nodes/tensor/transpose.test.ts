import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { anyType, type Dim } from '../../../core/kinds/type.ts';
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
  it('offers the order that a port wants, and none where none is', () => {
    const offer = (shape: readonly Dim[], wanted: readonly Dim[]) =>
      transpose.mend?.({ ...anyType.tensor, dtype: 'float32', shape }, port.tensor({ shape: wanted, doc: '' }));
    expect(offer([1, 224, 224, 3], ['batch', 3, 224, 224])).toEqual({ axes: [0, 3, 1, 2] });
    expect(offer([1, 3, 224, 224], ['batch', null, null, 3])).toEqual({ axes: [0, 2, 3, 1] });
    expect(offer([96, null, 3], [3, 'h', 'w'])).toEqual({ axes: [2, 0, 1] });
    expect(offer([null, null, 3], [3, 'h', 'w'])).toBeNull();
    expect(offer([80, 3000], [3000, 80])).toEqual({ axes: [1, 0] });
    expect(offer([5, 7, 9], [9, 'n', 5])).toEqual({ axes: [2, 1, 0] });
    expect(offer([1, 3, 224, 224], ['batch', 3, 224, 224])).toBeNull();
    expect(offer([1, 3, 224, 224], ['batch', 3, 256, 256])).toBeNull();
    expect(offer([3, 224, 224], ['batch', 3, 224, 224])).toBeNull();
    expect(transpose.mend?.(anyType.tensor, port.tensor({ doc: '' }))).toBeNull();
    expect(transpose.mend?.(anyType.image, port.tensor({ doc: '' }))).toBeNull();
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
