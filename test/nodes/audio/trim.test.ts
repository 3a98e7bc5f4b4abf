import { expect, it } from 'vitest';
import { trim } from '../../../nodes/audio/trim.ts';
import { soundingSpan } from '../../../nodes/kernels/level.ts';
import { audioOf, recordedAudio, soundOf, speech } from '../../reference/audioCases.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(trim);

const y = speech().channels[0];
const hum = Float32Array.from({ length: 9000 }, (_, i) => 1e-4 * Math.sin(i));
const padded = new Float32Array(56000);
padded.set(y.subarray(0, 40000), 7000);
padded.set(hum, 47000);
const late = new Float32Array(56000);
y.subarray(0, 26000).forEach((v, i) => {
  late[30000 + i] = 0.1 * v;
});

it('finds silence where librosa.effects.trim does', async () => {
  const recorded = recordedAudio().trim;
  for (const { topDb, span } of recorded.mono) expect(soundingSpan([padded], topDb)).toEqual(span);
  for (const { topDb, span } of recorded.stereo) expect(soundingSpan([padded, late], topDb)).toEqual(span);
  const { topDb, span } = recorded.mono[1];
  const { audio } = await callNode(trim, { params: { silenceDb: topDb }, inputs: { audio: soundOf([padded]) } });
  expect(audioOf(audio).channels[0]).toEqual(padded.slice(span[0], span[1]));
});

it('keeps all of a silent sound, as librosa does: nothing in it is softer than the rest', async () => {
  const { audio } = await callNode(trim, {
    params: { silenceDb: 60 },
    inputs: { audio: soundOf([new Float32Array(5000)]) },
  });
  expect(audioOf(audio).channels[0].length).toBe(5000);
});

it('gives what there is of a piece that runs over the end, and refuses one that starts behind it', async () => {
  const audio = soundOf([[0, 1, 2, 3]], 4);
  const { audio: rest } = await callNode(trim, {
    params: { startSeconds: 0.5, durationSeconds: 9 },
    inputs: { audio },
  });
  expect([...audioOf(rest).channels[0]]).toEqual([2, 3]);
  await expect(callNode(trim, { params: { startSeconds: 1 }, inputs: { audio } })).rejects.toMatchObject({
    data: { code: 'value-invalid' },
  });
});
