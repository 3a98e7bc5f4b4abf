import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { unary } from '../../../nodes/tensor/unary.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, infer, tensorType } from './wires.ts';

testNode(unary);
checkTensorReference(unary, 30);

describe('tensor.unary at its edges', () => {
  it('says before a run which dtypes do not fit', () => {
    expect(infer(unary, { tensor: tensorType('int32', [1]) }, { operation: 'exp' }).problems[0]).toMatchObject({
      code: 'wire-dtype',
      mend: { insert: { type: 'tensor.cast' } },
    });
    expect(infer(unary, { tensor: tensorType('uint8', [1]) }, { operation: 'negate' }).problems).toHaveLength(1);
    expect(infer(unary, { tensor: tensorType('int8', [1]) }, { operation: 'negate' }).problems).toEqual([]);
    const crossed = infer(unary, { tensor: tensorType('float32', [1]) }, { operation: 'clip', min: 2, max: 1 });
    expect(crossed.problems[0]).toMatchObject({ code: 'param-invalid' });
  });
  it('refuses values that do not fit', async () => {
    const text: TensorValue = { kind: 'tensor', dtype: 'string', shape: [1], data: ['1'] };
    await rejects(() => callNode(unary, { inputs: { tensor: text } }), 'value-invalid');
    const params = { operation: 'clip', min: 2, max: 1 };
    await rejects(() => callNode(unary, { params, inputs: { tensor: f32([1], 1) } }), 'value-invalid');
  });
});
