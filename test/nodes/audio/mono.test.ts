import { expect, it } from 'vitest';
import { port } from '../../../core/define/port.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { mono } from '../../../nodes/audio/mono.ts';
import { soundOf } from '../../reference/audioCases.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';

testNode(mono);

it('says so when the channel is not there, before and during a run', async () => {
  const audio = soundOf([[1], [2]]);
  await expect(callNode(mono, { params: { channel: 3 }, inputs: { audio } })).rejects.toMatchObject({
    data: { code: 'value-shape' },
  });
  const codes: string[] = [];
  mono.infer({
    inputs: { audio: { ...anyType.audio, channels: 2 } },
    params: defaultParams(mono, { channel: 3 }),
    files: {},
    dims: {},
    report: (code) => codes.push(code),
  });
  expect(codes).toEqual(['param-invalid']);
});

it('offers itself where one channel is wanted', () => {
  const stereo = { ...anyType.audio, channels: 2 };
  expect(mono.mend?.(stereo, port.audio({ channels: 1, doc: 'x' }))).toEqual({});
  expect(mono.mend?.(stereo, port.audio({ doc: 'x' }))).toBeNull();
});
