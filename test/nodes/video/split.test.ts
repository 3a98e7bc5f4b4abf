import { expect, it } from 'vitest';
import type { VideoOpenOptions } from '../../../core/define/host.ts';
import { anyType } from '../../../core/kinds/type.ts';
import type { Item, Value } from '../../../core/kinds/value.ts';
import { split } from '../../../nodes/video/split.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';
import { clip, clipHost } from './clips.ts';

testNode(split, { host: clipHost() });

async function parts(params: Record<string, number>, overrides = {}, opened: VideoOpenOptions[] = []) {
  const inputs = { video: [{ t: 0, value: clip(overrides) }] };
  const out = await callNode(split, { params, inputs, host: clipHost(opened) });
  const text = (items: Value | readonly Item[] | undefined) =>
    ((items ?? []) as readonly Item[]).map(
      ({ t, durationSeconds, value }) =>
        `${t}${durationSeconds === undefined ? '' : `+${durationSeconds}`}:${value.kind === 'image' ? value.data[0] : value.kind === 'audio' ? value.channels[0].length : '?'}`,
    );
  return { frames: text(out['frames']), sound: text(out['sound']) };
}

it('gives both tracks with their times, opening the video once', async () => {
  const opened: VideoOpenOptions[] = [];
  const { frames, sound } = await parts({ soundChunkSeconds: 0.75 }, {}, opened);
  expect(frames).toEqual(['0:0', '0.25:1', '0.5:2', '0.75:3', '1:4', '1.25:5', '1.5:6', '1.75:7']);
  expect(sound).toEqual(['0+0.75:6', '0.75+0.75:6', '1.5+0.5:4']);
  expect(opened.length).toBe(1);
});

it('gives all the sound as one, and fewer frames', async () => {
  expect(await parts({ soundChunkSeconds: 0, framesPerSecond: 1 })).toEqual({
    frames: ['0:0', '1:4'],
    sound: ['0+2:16'],
  });
});

it('gives no sound where there is none: an empty sequence', async () => {
  const { frames, sound } = await parts({ framesPerSecond: 1 }, { audio: null });
  expect(frames.length).toBe(2);
  expect(sound).toEqual([]);
});

it('says how many items and how often', () => {
  const sequences = (params: Record<string, number>) => {
    const types = split.infer({
      inputs: { video: anyType.video },
      params: defaultParams(split, params),
      files: {},
      dims: {},
      report: () => undefined,
    });
    return [types['frames'].sequence, types['sound'].sequence];
  };
  expect(sequences({ framesPerSecond: 5, soundChunkSeconds: 0.5 })).toEqual([
    { count: 'many', rateHz: 5 },
    { count: 'many', rateHz: 2 },
  ]);
  expect(sequences({ soundChunkSeconds: 0 })).toEqual([{ count: 'many' }, { count: 'one' }]);
});
