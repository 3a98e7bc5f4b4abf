import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { pad } from '../../../nodes/tensor/pad.ts';
import { pureHost } from '../../pure-host.ts';
import { checkTensorReference } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { f32, inferredShape } from './wires.ts';

testNode(pad);
checkTensorReference(pad, 36);

describe('tensor.pad at its edges', () => {
  it('knows the size where the axis is known', () => {
    expect(inferredShape(pad, ['n', 10], { before: [1], after: [2] })).toEqual(['n', 13]);
    expect(inferredShape(pad, ['n', 10], { axes: [0], before: [0], after: [0] })).toEqual(['n', 10]);
    expect(inferredShape(pad, ['n', 10], { axes: [0], before: [1] })).toEqual([null, 10]);
  });
  it('refuses what makes no sense', () => {
    expect(inferredShape(pad, [3], { before: [3], mode: 'reflect' })).toBe('wire-shape');
    expect(inferredShape(pad, [0], { before: [1], mode: 'edge' })).toBe('wire-shape');
    expect(inferredShape(pad, [3], { axes: [2] })).toBe('wire-shape');
    expect(inferredShape(pad, [3], { before: [1, 1] })).toBe('wire-shape');
  });
  it('refuses a result over the limit before it makes one', async () => {
    const host = pureHost({ limits: makeLimits({ tensorBytes: 1000 }) });
    const call = { host, inputs: { tensor: f32([1], 1) }, params: { after: [250] } };
    const problem = await rejects(() => callNode(pad, call), 'tensor-too-large');
    expect(problem.message).toContain('1004');
    await expect(callNode(pad, { ...call, params: { after: [249] } })).resolves.toBeDefined();
  });
});
