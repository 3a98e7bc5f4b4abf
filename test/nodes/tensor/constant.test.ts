import { describe, expect, it } from 'vitest';
import { constant } from '../../../nodes/tensor/constant.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { infer } from './wires.ts';

testNode(constant);

describe('tensor.constant at its edges', () => {
  it('makes scalars, empty tensors and text', async () => {
    const made = async (params: Parameters<typeof callNode>[1]['params']) =>
      (await callNode(constant, { params })).tensor;
    expect(await made({ shape: [], values: [2] })).toMatchObject({ shape: [], data: Float32Array.of(2) });
    expect(await made({ shape: [0, 4] })).toMatchObject({ shape: [0, 4], data: new Float32Array(0) });
    expect(await made({ dtype: 'string', shape: [2], values: [7] })).toMatchObject({ data: ['7', '7'] });
    expect(await made({ dtype: 'float16', shape: [2], values: [1] })).toMatchObject({
      data: Uint16Array.of(15360, 15360),
    });
  });
  it('refuses values that do not fit the shape or the dtype', async () => {
    const params = { shape: [3], values: [1, 2] };
    expect(infer(constant, {}, params).problems[0]).toMatchObject({
      code: 'param-invalid',
      where: { param: 'values' },
    });
    await rejects(() => callNode(constant, { params }), 'value-shape');
    expect(infer(constant, {}, { dtype: 'int8', values: [0.5] }).problems[0]).toMatchObject({ code: 'param-invalid' });
    await rejects(() => callNode(constant, { params: { dtype: 'uint8', values: [256] } }), 'value-invalid');
    await rejects(() => callNode(constant, { params: { dtype: 'uint8', shape: [3], values: [-1] } }), 'value-invalid');
  });
  it('refuses a tensor over the limit before it makes one', async () => {
    await rejects(() => callNode(constant, { params: { shape: [2147483647, 2147483647] } }), 'tensor-too-large');
  });
});
