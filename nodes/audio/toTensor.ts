import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { monoChannel } from '../kernels/soundPorts.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';

export const toTensor = defineNode({
  type: 'audio.toTensor',
  version: 1,
  title: 'Sound to tensor',
  summary: 'Gives the samples of a sound as a float tensor.',
  keywords: ['waveform', 'samples', 'raw', 'wav2vec', 'array'],
  inputs: (params: { readonly layout: '[1, samples]' | '[channels, samples]' | '[1, channels, samples]' }) => ({
    audio: port.audio({
      ...(params.layout === '[1, samples]' ? { channels: 1 } : {}),
      doc: 'Sound; for [1, samples] of one channel.',
    }),
  }),
  outputs: { samples: port.tensor({ doc: 'float32, the samples in the nominal range -1 to 1.' }) },
  params: {
    layout: p.choice(['[1, samples]', '[channels, samples]', '[1, channels, samples]'], {
      default: '[1, samples]',
      doc: 'Axes of the tensor.',
      choiceDocs: ['one sound of one channel', 'channels as the first axis', 'a batch of one, then channels'],
    }),
  },
  infer: ({ inputs, params }) => {
    const { channels, samples, sequence } = inputs.audio;
    const axes = { '[1, samples]': [1], '[channels, samples]': [channels], '[1, channels, samples]': [1, channels] };
    return { samples: { kind: 'tensor', sequence, dtype: 'float32', shape: [...axes[params.layout], samples] } };
  },
  run: ({ inputs, params, host }) => {
    const { channels } = inputs.audio;
    if (params.layout === '[1, samples]') monoChannel(inputs.audio, 'A tensor of [1, samples]');
    const count = channels[0]?.length ?? 0;
    const shape = params.layout === '[1, channels, samples]' ? [1, channels.length, count] : [channels.length, count];
    requireTensorRoom('float32', shape, host.limits);
    // A copy: the tensor may be moved away to a model, the sound may have other readers.
    const data = new Float32Array(channels.length * count);
    for (const [c, x] of channels.entries()) data.set(x, c * count);
    return { samples: { kind: 'tensor', dtype: 'float32', shape, data } };
  },
  lower: ({ onnx, inputs: { audio }, params }) => {
    const raised = params.layout === '[1, channels, samples]';
    const samples = raised ? onnx.op('Unsqueeze', [audio.samples, onnx.integers([1])]) : audio.samples;
    return { samples: tensorResult(samples) };
  },
  examples: [
    {
      title: 'Three samples of one channel',
      inputs: { audio: { kind: 'audio', sampleRateHz: 16000, channels: [Float32Array.of(0, 0.5, -0.5)] } },
      outputs: { samples: { kind: 'tensor', dtype: 'float32', shape: [1, 3], data: Float32Array.of(0, 0.5, -0.5) } },
    },
    {
      title: 'Stereo as a batch of one',
      params: { layout: '[1, channels, samples]' },
      inputs: {
        audio: { kind: 'audio', sampleRateHz: 16000, channels: [Float32Array.of(1, 2), Float32Array.of(3, 4)] },
      },
      outputs: { samples: { kind: 'tensor', dtype: 'float32', shape: [1, 2, 2], data: Float32Array.of(1, 2, 3, 4) } },
    },
  ],
});
