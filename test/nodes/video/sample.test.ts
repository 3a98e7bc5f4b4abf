import { expect, it } from 'vitest';
import type { VideoOpenOptions } from '../../../core/define/host.ts';
import { anyType } from '../../../core/kinds/type.ts';
import type { Item, Value } from '../../../core/kinds/value.ts';
import { sample } from '../../../nodes/video/sample.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';
import { clip, clipHost } from './clips.ts';

testNode(sample, { host: clipHost() });

async function sampled(mode: string, value: number, frames = 8, overrides = {}, start = 0): Promise<string> {
  const call = {
    params: { mode, value },
    inputs: { video: [{ t: start, value: clip(overrides) }] },
    host: clipHost([], frames),
  };
  const { frames: out = [] } = await callNode(sample, call);
  return (out as readonly Item<Value>[])
    .map(({ t, value: image }) => `${t}:${image.kind === 'image' ? image.data[0] : '?'}`)
    .join(' ');
}

it('takes every n-th frame with its own time', async () => {
  expect(await sampled('every', 3)).toBe('0:0 0.75:3 1.5:6');
  expect(await sampled('every', 100)).toBe('0:0');
});

it('takes frames a second, each the one on the screen', async () => {
  expect(await sampled('perSecond', 2)).toBe('0:0 0.5:2 1:4 1.5:6');
  expect(await sampled('perSecond', 2, 8, {}, 10)).toBe('10:0 10.5:2 11:4 11.5:6');
});

it('takes exactly n evenly spaced', async () => {
  expect(await sampled('even', 4)).toBe('0:0 0.5:2 1:4 1.5:6');
  expect(await sampled('even', 1)).toBe('0:0');
  // The pictures end after half of the file: the last stays on the screen.
  expect(await sampled('even', 4, 4)).toBe('0:0 0.5:2 1:2 1.5:2');
  // The file says less than it has.
  expect(await sampled('even', 2, 8, { durationSeconds: 1 })).toBe('0:0 0.5:2');
});

it('asks the host for no sound, and for no frame that it does not give', async () => {
  const opened: VideoOpenOptions[] = [];
  const inputs = { video: [{ t: 0, value: clip() }] };
  await callNode(sample, { params: { mode: 'every', value: 5 }, inputs, host: clipHost(opened) });
  await callNode(sample, { params: { mode: 'perSecond', value: 1 }, inputs, host: clipHost(opened) });
  expect(opened.map((o) => [o.sound, o.every ?? 1, o.frameRateHz])).toEqual([
    [false, 5, null],
    [false, 1, 1],
  ]);
});

it('says when evenly spaced cannot be: length unknown, or a fraction of a frame', async () => {
  await expect(sampled('even', 4, 8, { durationSeconds: 0 })).rejects.toMatchObject({
    data: { code: 'value-invalid' },
  });
  const mends: unknown[] = [];
  sample.infer({
    inputs: { video: anyType.video },
    params: defaultParams(sample, { mode: 'even', value: 2.4 }),
    files: {},
    dims: {},
    report: (code, init) => mends.push([code, init.mend]),
  });
  expect(mends).toEqual([['param-invalid', { setParam: { name: 'value', value: 2 } }]]);
});
