import { describe, expect, it } from 'vitest';
import { concat } from '../../../nodes/tensor/concat.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, infer, tensorType } from './wires.ts';

testNode(concat);
checkTensorReference(concat, 13);

describe('tensor.concat at its edges', () => {
  const row = tensorType('float32', [1, 'n']);
  it('carries symbols through', () => {
    const { types, problems } = infer(concat, { a: row, b: tensorType(null, [1, 'n']) }, { axis: 0 });
    expect(problems).toEqual([]);
    expect(types.tensor).toMatchObject({ dtype: 'float32', shape: [2, 'n'] });
    expect(infer(concat, { a: row, b: tensorType('float32', null) }, { axis: 0 }).problems).toEqual([]);
  });
  it('names the port that does not fit, and what would mend it', () => {
    const dtype = infer(concat, { a: row, b: tensorType('int64', [1, 'n']) }).problems[0];
    expect(dtype).toMatchObject({
      code: 'wire-dtype',
      where: { port: 'b' },
      mend: { insert: { type: 'tensor.cast' } },
    });
    const rank = infer(concat, { a: row, b: tensorType('float32', ['n']) }).problems[0];
    expect(rank).toMatchObject({
      code: 'wire-shape',
      where: { port: 'b' },
      mend: { insert: { type: 'tensor.unsqueeze' } },
    });
    const size = infer(concat, { a: tensorType('float32', [2, 3]), b: tensorType('float32', [4, 5]) }).problems[0];
    expect(size).toMatchObject({ code: 'wire-shape' });
    expect(infer(concat, { a: row, b: row }, { axis: 5 }).problems[0]).toMatchObject({ code: 'wire-shape' });
  });
  it('refuses values that do not fit', async () => {
    const a = f32([2, 1], 1, 2);
    await rejects(
      () => callNode(concat, { params: { axis: 1 }, inputs: { a, b: f32([3, 1], 1, 2, 3) } }),
      'value-shape',
    );
    const b = { kind: 'tensor', dtype: 'int32', shape: [2, 1], data: Int32Array.of(1, 2) } as const;
    await rejects(() => callNode(concat, { inputs: { a, b } }), 'value-invalid');
  });
});
