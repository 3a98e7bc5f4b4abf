import { expect, it } from 'vitest';
import type { MediaSource, VideoValue } from '../../../core/kinds/value.ts';
import { video } from '../../../nodes/input/video.ts';
import { pureHost } from '../../pure-host.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(video);

const opened: string[] = [];
const host = pureHost({
  video: {
    probe: async (source: MediaSource): Promise<VideoValue> => {
      opened.push(source.path ?? source.name);
      return { kind: 'video', source, width: 4, height: 2, frameRateHz: 25, durationSeconds: 1, audio: null };
    },
    open: () => {
      throw new Error('an input decodes nothing');
    },
  },
});

it('looks at what was given, or at the sample, and decodes nothing', async () => {
  const found = await callNode(video, { params: { file: 'media/clip.mp4' }, host });
  expect(found['video']).toMatchObject({ kind: 'video', width: 4, source: { path: 'media/clip.mp4' } });
  expect(opened).toEqual(['media/clip.mp4']);
});

it('says when there is neither, and when another kind was given', async () => {
  await expect(callNode(video, { host })).rejects.toMatchObject({ data: { code: 'input-missing' } });
  const text = { kind: 'text' as const, text: 'x' };
  await expect(callNode(video, { inputs: { $external: text }, host })).rejects.toMatchObject({
    data: { code: 'input-kind' },
  });
});
