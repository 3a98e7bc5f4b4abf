import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import type { Json, TensorValue } from '../../../core/kinds/value.ts';
import { cast } from '../../../nodes/tensor/cast.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, tensorType } from './wires.ts';

testNode(cast);
checkTensorReference(cast, 110);

async function castTo(tensor: TensorValue, params: Readonly<Record<string, Json>>): Promise<readonly unknown[]> {
  const got = await callNode(cast, { params, inputs: { tensor } });
  return Array.from((got.tensor as TensorValue).data as ArrayLike<unknown>);
}
describe('tensor.cast at its edges', () => {
  const wild = f32([5], NaN, Infinity, -Infinity, 3e9, -1);
  it('saturates floats that do not fit; NaN becomes 0', async () => {
    expect(await castTo(wild, { dtype: 'uint8' })).toEqual([0, 255, 0, 255, 0]);
    expect(await castTo(wild, { dtype: 'int32' })).toEqual([0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -1]);
    const big = f32([4], 2 ** 63, -(2 ** 63), 2 ** 64, -1);
    expect(await castTo(big, { dtype: 'int64' })).toEqual([2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n - 1n, -1n]);
    expect(await castTo(big, { dtype: 'uint64' })).toEqual([2n ** 63n, 0n, 2n ** 64n - 1n, 0n]);
  });
  it('saturates whole numbers when asked', async () => {
    const tensor: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [2], data: BigInt64Array.of(300n, -1n) };
    expect(await castTo(tensor, { dtype: 'uint8', overflow: 'saturate' })).toEqual([255, 0]);
    expect(await castTo(tensor, { dtype: 'uint8' })).toEqual([44, 255]);
  });
  it('refuses what does not fit when asked', async () => {
    for (const x of [NaN, Infinity, 256, -1])
      await rejects(() => castTo(f32([1], x), { dtype: 'uint8', overflow: 'fail' }), 'value-invalid');
    expect(await castTo(f32([1], 255.9), { dtype: 'uint8', overflow: 'fail' })).toEqual([255]);
  });
  it('writes numbers as text that reads back', async () => {
    expect(await castTo(f32([5], 0.1, 1e-40, -Infinity, NaN, 16777216), { dtype: 'string' })).toEqual([
      '0.1',
      '1e-40',
      '-INF',
      'NaN',
      '16777216',
    ]);
    const half: TensorValue = { kind: 'tensor', dtype: 'float16', shape: [1], data: Uint16Array.of(0x2e66) };
    expect(await castTo(half, { dtype: 'string' })).toEqual(['0.1']);
  });
  it('reads text exactly, and refuses text that is no number', async () => {
    const text = (...data: string[]): TensorValue => ({ kind: 'tensor', dtype: 'string', shape: [data.length], data });
    expect(await castTo(text('9007199254740993', '-5'), { dtype: 'int64' })).toEqual([9007199254740993n, -5n]);
    expect(await castTo(text('18446744073709551615'), { dtype: 'uint64' })).toEqual([2n ** 64n - 1n]);
    expect(await castTo(text(' 1e3 ', 'INF', 'nan'), { dtype: 'float64' })).toEqual([1000, Infinity, NaN]);
    for (const bad of ['', 'x', '1,5', '0x10', '1e', '--1'])
      await rejects(() => castTo(text(bad), { dtype: 'float32' }), 'value-invalid');
    await rejects(() => castTo(text('99999999999999999999'), { dtype: 'int64' }), 'value-invalid');
  });
  it('offers itself on a wire of another dtype', () => {
    const to = port.tensor({ dtype: ['int64'], doc: 'ids' });
    expect(cast.mend?.(tensorType('int32', [1]), to)).toEqual({ dtype: 'int64' });
    expect(cast.mend?.(tensorType('int64', [1]), to)).toBeNull();
  });
});
