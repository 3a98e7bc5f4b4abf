import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { toEmbedding } from '../../../nodes/tensor/toEmbedding.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, infer, tensorType } from './wires.ts';

testNode(toEmbedding);

describe('tensor.toEmbedding at its edges', () => {
  it('takes [n], [1, n] and [1, 1, n], and reads float16', async () => {
    const half = { kind: 'tensor', dtype: 'float16', shape: [1, 1, 2], data: Uint16Array.of(0x3c00, 0xc000) } as const;
    const got = await callNode(toEmbedding, { inputs: { tensor: half } });
    expect(got.embedding).toEqual({ kind: 'embedding', data: Float32Array.of(1, -2), unit: false });
    expect(infer(toEmbedding, { tensor: tensorType('float32', ['batch', 512]) })).toMatchObject({
      problems: [],
      types: { embedding: { length: 512 } },
    });
  });
  it('does not call a vector of zeros one of length one', async () => {
    const got = await callNode(toEmbedding, { params: { normalise: true }, inputs: { tensor: f32([2], 0, 0) } });
    expect(got.embedding).toMatchObject({ unit: false, data: Float32Array.of(0, 0) });
  });
  it('refuses several vectors, and a scalar', async () => {
    expect(infer(toEmbedding, { tensor: tensorType('float32', [2, 3]) }).problems[0].code).toBe('wire-shape');
    expect(infer(toEmbedding, { tensor: tensorType('int64', [3]) }).problems[0].code).toBe('wire-dtype');
    await rejects(() => callNode(toEmbedding, { inputs: { tensor: f32([2, 1], 1, 2) } }), 'value-shape');
    await rejects(() => callNode(toEmbedding, { inputs: { tensor: f32([], 1) } }), 'value-shape');
  });
  it('offers itself on a wire to an embedding', () => {
    expect(toEmbedding.mend?.(tensorType('float32', [1, 3]), port.embedding({ doc: 'a vector' }))).toEqual({});
  });
});
