import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { Problem } from '../../core/problems/problem.ts';
import { mixed } from '../kernels/level.ts';
import { loweredMono, soundOf } from '../kernels/loweredSound.ts';

export const mono = defineNode({
  type: 'audio.mono',
  version: 1,
  title: 'Mix to mono',
  summary: 'Makes one channel of a sound: the mean of all, or one of them.',
  keywords: ['stereo', 'downmix', 'channel', 'left', 'right'],
  inputs: { audio: port.audio({ doc: 'Sound of any number of channels.' }) },
  outputs: { audio: port.audio({ doc: 'One channel, as long as before.' }) },
  params: {
    channel: p.int({
      default: 0,
      min: 0,
      max: 255,
      doc: '0 takes the mean of all channels; 1 takes the first (left) alone, 2 the second, and so on.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    const { channels } = inputs.audio;
    if (typeof channels === 'number' && params.channel > channels) {
      report('param-invalid', {
        message: `channel is ${params.channel}, but the sound has ${channels}.`,
        fix: `Choose a channel from 1 to ${channels}, or 0 for the mean.`,
        where: { param: 'channel' },
        mend: { setParam: { name: 'channel', value: 0 } },
      });
    }
    return { audio: { ...inputs.audio, channels: 1 } };
  },
  run: ({ inputs, params }) => {
    const { channels, sampleRateHz } = inputs.audio;
    if (params.channel > channels.length) {
      throw new Problem('value-shape', {
        message: `Channel ${params.channel} was asked for; the sound has ${channels.length}.`,
        fix: 'Choose a channel that there is, or 0 for the mean of all.',
      });
    }
    const x = params.channel === 0 ? mixed(channels) : channels[params.channel - 1];
    return { audio: { kind: 'audio', sampleRateHz, channels: [x] } };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => ({
    audio: soundOf(audio, loweredMono(onnx, audio, params.channel, types.audio.channels)),
  }),
  lowerTolerance: 2e-7,
  mend: (from, to) => (from.kind === 'audio' && to.want.channels === 1 && from.channels !== 1 ? {} : null),
  examples: [
    {
      title: 'The mean of left and right',
      inputs: {
        audio: {
          kind: 'audio',
          sampleRateHz: 8000,
          channels: [Float32Array.of(1, 0.5, 0), Float32Array.of(0, 0.5, -1)],
        },
      },
      outputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(0.5, 0.5, -0.5)] } },
    },
    {
      title: 'The right channel alone',
      params: { channel: 2 },
      inputs: {
        audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, 0.5), Float32Array.of(0, -1)] },
      },
      outputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(0, -1)] } },
    },
  ],
});
