import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import { anyType } from '../../../core/kinds/type.ts';
import type { Item, Json, TensorValue } from '../../../core/kinds/value.ts';
import { greyPixel as pixel } from '../../../nodes/kernels/exampleClip.ts';
import { stack } from '../../../nodes/video/stack.ts';
import { pureHost } from '../../pure-host.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';

testNode(stack);

async function stacks(levels: readonly number[], params: Record<string, Json>): Promise<string[]> {
  const items = levels.map((level, i) => ({ t: i, durationSeconds: 1, value: pixel(level) }));
  const call = { params: { dtype: 'uint8', layout: 'TCHW', ...params }, inputs: { frames: items } };
  const { stack: out = [] } = await callNode(stack, call);
  return (out as readonly Item<TensorValue>[]).map(({ t, durationSeconds, value }) => {
    const first = Array.from({ length: value.shape[0] }, (_, i) => value.data[3 * i]);
    return `${t}+${durationSeconds}: ${first.join(' ')}`;
  });
}

describe('which frames a stack has', () => {
  const seven = [0, 1, 2, 3, 4, 5, 6];
  it('one after the other, the last filled up or dropped', async () => {
    expect(await stacks(seven, { frames: 3 })).toEqual(['0+3: 0 1 2', '3+3: 3 4 5', '6+1: 6 6 6']);
    expect(await stacks(seven, { frames: 3, tail: 'drop' })).toEqual(['0+3: 0 1 2', '3+3: 3 4 5']);
    expect(await stacks(seven.slice(0, 6), { frames: 3 })).toEqual(['0+3: 0 1 2', '3+3: 3 4 5']);
  });
  it('with a stride, which also spaces the stacks', async () => {
    expect(await stacks(seven, { frames: 2, stride: 2 })).toEqual(['0+3: 0 2', '4+3: 4 6']);
  });
  it('overlapping, or with a gap between them', async () => {
    expect(await stacks(seven.slice(0, 4), { frames: 2, hop: 1 })).toEqual(['0+2: 0 1', '1+2: 1 2', '2+2: 2 3']);
    expect(await stacks(seven, { frames: 2, hop: 5 })).toEqual(['0+2: 0 1', '5+2: 5 6']);
  });
  it('none of nothing', async () => {
    expect(await stacks([], { frames: 2 })).toEqual([]);
  });
});

describe('the tensor', () => {
  // Two frames of 1 x 2 pixels: channel c of pixel x of frame t is 100 t + 10 x + c.
  const frames = [0, 1].map((t) => ({
    t,
    value: {
      kind: 'image' as const,
      width: 2,
      height: 1,
      colour: 'rgb' as const,
      data: Uint8Array.from([0, 1, 2, 10, 11, 12].map((v) => v + 100 * t)),
      geometry: originalGeometry(2, 1),
    },
  }));
  const made = async (params: Record<string, Json>) => {
    const { stack: out } = await callNode(stack, { params: { frames: 2, ...params }, inputs: { frames } });
    const [{ value }] = out as readonly Item<TensorValue>[];
    return { shape: value.shape, data: [...value.data] };
  };
  it('has its axes as the layout says', async () => {
    const flat = [0, 10, 1, 11, 2, 12, 100, 110, 101, 111, 102, 112];
    expect(await made({ dtype: 'uint8', layout: 'NTCHW' })).toEqual({ shape: [1, 2, 3, 1, 2], data: flat });
    expect(await made({ dtype: 'uint8', layout: 'TCHW' })).toEqual({ shape: [2, 3, 1, 2], data: flat });
    expect(await made({ dtype: 'uint8', layout: 'NCTHW' })).toEqual({
      shape: [1, 3, 2, 1, 2],
      data: [0, 10, 100, 110, 1, 11, 101, 111, 2, 12, 102, 112],
    });
    expect(await made({ dtype: 'uint8', layout: 'NTHWC' })).toEqual({
      shape: [1, 2, 1, 2, 3],
      data: [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112],
    });
  });
  it('is scaled, then normalised channel by channel', async () => {
    const { data } = await made({ scale: 0.5, mean: [0, 0.5, 1], std: [1, 1, 2] });
    expect(data.slice(0, 6)).toEqual([0, 5, 0, 5, 0, 2.5]);
    const same = await made({ scale: 1, mean: [1], std: [2] });
    expect(same.data.slice(0, 2)).toEqual([-0.5, 4.5]);
  });
});

describe('refused', () => {
  it('frames of two sizes', async () => {
    const wide = { ...pixel(0), width: 2, data: new Uint8Array(6) };
    const items = [pixel(1), wide].map((value, t) => ({ t, value }));
    await expect(callNode(stack, { params: { frames: 2 }, inputs: { frames: items } })).rejects.toMatchObject({
      data: { code: 'value-shape' },
    });
  });
  it('means that are not one a channel, before and during a run', async () => {
    const codes: string[] = [];
    const params = { frames: 1, mean: [0, 0] };
    stack.infer({
      inputs: { frames: { ...anyType.image, colour: 'rgb' } },
      params: defaultParams(stack, params),
      files: {},
      dims: {},
      report: (code) => codes.push(code),
    });
    expect(codes).toEqual(['param-invalid']);
    await expect(callNode(stack, { params, inputs: { frames: [{ t: 0, value: pixel(1) }] } })).rejects.toMatchObject({
      data: { code: 'value-shape' },
    });
  });
  it('more frames at once than may be held, and a stack that is too large', async () => {
    const items = [1, 2, 3].map((t) => ({ t, value: pixel(t) }));
    const call = (limits: Record<string, number>) =>
      callNode(stack, {
        params: { frames: 3 },
        inputs: { frames: items },
        host: pureHost({ limits: makeLimits(limits) }),
      });
    await expect(call({ sequenceBytes: 8 })).rejects.toMatchObject({ data: { code: 'sequence-too-large' } });
    await expect(call({ tensorBytes: 35 })).rejects.toMatchObject({ data: { code: 'tensor-too-large' } });
  });
});
