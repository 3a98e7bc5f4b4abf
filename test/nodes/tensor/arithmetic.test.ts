import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { arithmetic } from '../../../nodes/tensor/arithmetic.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, infer, tensorType } from './wires.ts';

testNode(arithmetic);
checkTensorReference(arithmetic, 80);

function i64(...data: bigint[]): TensorValue {
  return { kind: 'tensor', dtype: 'int64', shape: [data.length], data: BigInt64Array.from(data) };
}
describe('tensor.arithmetic at its edges', () => {
  it('broadcasts symbols', () => {
    const shapeOf = (a: readonly (string | number | null)[], b: readonly (string | number | null)[]) => {
      const { types, problems } = infer(arithmetic, { a: tensorType('float32', a), b: tensorType('float32', b) });
      return problems.length > 0 ? problems[0].code : types.tensor.kind === 'tensor' && types.tensor.shape;
    };
    expect(shapeOf(['n', 3], [3])).toEqual(['n', 3]);
    expect(shapeOf(['n', 1], ['m'])).toEqual(['n', 'm']);
    expect(shapeOf(['n'], ['m'])).toEqual([null]);
    expect(shapeOf(['n'], [4])).toEqual([4]);
    expect(shapeOf([null, 2], [1, 2])).toEqual([null, 2]);
    expect(shapeOf([2, 3], [2])).toBe('wire-shape');
  });
  it('says before a run what cannot be, and what would mend it', () => {
    const mixed = infer(arithmetic, { a: tensorType('float32', [1]), b: tensorType('int64', [1]) }).problems;
    expect(mixed[0]).toMatchObject({
      code: 'wire-dtype',
      where: { port: 'b' },
      mend: { insert: { type: 'tensor.cast', params: { dtype: 'float32' } } },
    });
    expect(infer(arithmetic, { a: tensorType('bool', [1]) }).problems[0]).toMatchObject({ code: 'wire-dtype' });
    const fraction = infer(arithmetic, { a: tensorType('int8', [1]) }, { value: 0.5 }).problems;
    expect(fraction[0]).toMatchObject({ code: 'param-invalid' });
  });
  it('keeps 64-bit integers exact', async () => {
    const got = await callNode(arithmetic, { inputs: { a: i64(2n ** 62n + 1n), b: i64(2n) } });
    expect((got.tensor as TensorValue).data[0]).toBe(2n ** 62n + 3n);
  });
  it('refuses values that do not fit', async () => {
    const run = (operation: string, a: TensorValue, b: TensorValue) =>
      callNode(arithmetic, { params: { operation }, inputs: { a, b } });
    await rejects(() => run('divide', i64(1n), i64(0n)), 'value-invalid');
    await rejects(() => run('power', i64(2n), i64(-1n)), 'value-invalid');
    await rejects(() => run('add', f32([2], 1, 2), f32([3], 1, 2, 3)), 'value-shape');
    await rejects(() => run('add', f32([1], 1), i64(1n)), 'value-invalid');
    const text: TensorValue = { kind: 'tensor', dtype: 'string', shape: [1], data: ['1'] };
    await rejects(() => run('add', text, text), 'value-invalid');
    await rejects(() => callNode(arithmetic, { params: { value: 0.5 }, inputs: { a: i64(1n) } }), 'value-invalid');
  });
  it('does not hang on a huge power', async () => {
    const huge = { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(2n ** 62n) } as const;
    const got = await callNode(arithmetic, { params: { operation: 'power' }, inputs: { a: i64(3n), b: huge } });
    // The order of 3 modulo 2^64 is 2^62.
    expect((got.tensor as TensorValue).data[0]).toBe(1n);
  });
});
