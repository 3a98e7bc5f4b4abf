import { describe, expect, it } from 'vitest';
import { reduce } from '../../../nodes/tensor/reduce.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, infer, inferredShape, tensorType } from './wires.ts';

testNode(reduce);
checkTensorReference(reduce, 80);

describe('tensor.reduce at its edges', () => {
  const mask = f32([1, 2], 0, 0);
  const tensor = f32([1, 2, 1], 3, 4);
  it('knows the shape', () => {
    expect(inferredShape(reduce, ['n', 't', 8], { axes: [1] })).toEqual(['n', 8]);
    expect(inferredShape(reduce, ['n', 't', 8], { axes: [-1], keepAxes: true })).toEqual(['n', 't', 1]);
    expect(inferredShape(reduce, ['n', 't'])).toEqual([]);
    expect(inferredShape(reduce, [2], { axes: [1] })).toBe('wire-shape');
    expect(inferredShape(reduce, [2], { axes: [0, -1] })).toBe('wire-shape');
  });
  it('says before a run what cannot be', () => {
    expect(infer(reduce, { tensor: tensorType('int64', [2]) }).problems[0]).toMatchObject({ code: 'wire-dtype' });
    expect(infer(reduce, { tensor: tensorType('int64', [2]) }, { operation: 'sum' }).problems).toEqual([]);
    const wired = { tensor: tensorType('float32', [2, 7, 3]), mask: tensorType('int64', [2, 8]) };
    expect(infer(reduce, wired).problems[0]).toMatchObject({ code: 'wire-shape' });
  });
  it('refuses the mean of nothing; the sum of nothing is 0', async () => {
    await rejects(() => callNode(reduce, { params: { axes: [1] }, inputs: { tensor, mask } }), 'value-invalid');
    await rejects(
      () => callNode(reduce, { params: { operation: 'max' }, inputs: { tensor: f32([0]) } }),
      'value-invalid',
    );
    const sum = await callNode(reduce, { params: { operation: 'sum', axes: [1] }, inputs: { tensor, mask } });
    expect(sum.tensor).toEqual(f32([1, 1], 0));
  });
  it('refuses a mask of another shape', async () => {
    await rejects(() => callNode(reduce, { inputs: { tensor, mask: f32([2, 2], 1, 1, 1, 1) } }), 'value-shape');
  });
});
