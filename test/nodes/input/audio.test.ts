import { expect, it } from 'vitest';
import type { MediaSource } from '../../../core/kinds/value.ts';
import { audio } from '../../../nodes/input/audio.ts';
import { pureHost } from '../../pure-host.ts';
import { audioOf, soundOf } from '../../reference/audioCases.ts';
import { callNode, testNode } from '../../test-node.ts';
import { runInput } from './given.ts';

testNode(audio);

const opened: MediaSource[] = [];
const host = pureHost({
  audio: {
    decode: async (source) => {
      opened.push(source);
      return soundOf([[0.5]], 44100);
    },
  },
});

it('decodes what was given rather than the sample', async () => {
  opened.length = 0;
  const given = { kind: 'media' as const, path: '/somewhere/call.mp3', name: 'call.mp3' };
  const { audio: out } = await runInput(audio, given, { file: 'sample.wav' }, host);
  expect(audioOf(out).sampleRateHz).toBe(44100);
  expect(opened).toEqual([given]);
});

it('takes the sample by its relative path when nothing was given', async () => {
  opened.length = 0;
  await callNode(audio, { params: { file: 'media/sample.wav' }, host });
  expect(opened).toEqual([{ kind: 'media', path: 'media/sample.wav', name: 'media/sample.wav' }]);
});

it('says when there is neither, and when another kind was given', async () => {
  await expect(callNode(audio, { host })).rejects.toMatchObject({ data: { code: 'input-missing' } });
  const text = { kind: 'text' as const, text: 'x' };
  await expect(callNode(audio, { inputs: { $external: text }, host })).rejects.toMatchObject({
    data: { code: 'input-kind' },
  });
});
