import { describe, expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { anyType } from '../../../core/kinds/type.ts';
import type { Value } from '../../../core/kinds/value.ts';
import { fromScores } from '../../../nodes/tensor/fromScores.ts';
import { callNode, testNode } from '../../test-node.ts';
import { infer } from './wires.ts';

testNode(fromScores);

describe('tensor.fromScores at its edges', () => {
  it('copies memory that it does not own', async () => {
    const value: Value = { kind: 'scores', data: Float32Array.of(1, 2), labels: null, form: 'logits' };
    const got = await callNode(fromScores, { inputs: { scores: value } });
    value.data[0] = 9;
    expect(got.tensor).toMatchObject({ data: Float32Array.of(1, 2) });
  });
  it('carries the length through, and offers itself to a tensor port', () => {
    const type = { ...anyType.scores, classes: 'd' };
    expect(infer(fromScores, { scores: type }).types.tensor).toMatchObject({ dtype: 'float32', shape: [1, 'd'] });
    expect(fromScores.mend?.(type, port.tensor({ doc: 'features' }))).toEqual({});
  });
});
