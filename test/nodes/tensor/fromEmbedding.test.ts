import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { anyType } from '../../../core/kinds/type.ts';
import type { Value } from '../../../core/kinds/value.ts';
import { fromEmbedding } from '../../../nodes/tensor/fromEmbedding.ts';
import { callNode, testNode } from '../../test-node.ts';
import { infer } from './wires.ts';

testNode(fromEmbedding);

describe('tensor.fromEmbedding at its edges', () => {
  it('copies memory that it does not own', async () => {
    const value: Value = { kind: 'embedding', data: Float32Array.of(1, 2), unit: false };
    const got = await callNode(fromEmbedding, { inputs: { embedding: value } });
    value.data[0] = 9;
    expect(got.tensor).toMatchObject({ data: Float32Array.of(1, 2) });
  });
  it('carries the length through, and offers itself to a tensor port', () => {
    const type = { ...anyType.embedding, length: 'd' };
    expect(infer(fromEmbedding, { embedding: type }).types.tensor).toMatchObject({ dtype: 'float32', shape: [1, 'd'] });
    expect(fromEmbedding.mend?.(type, port.tensor({ doc: 'features' }))).toEqual({});
  });
});
