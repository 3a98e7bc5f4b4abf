import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { momentsOf, peakOf, rmsOf, scaled } from '../kernels/level.ts';
import { loweredLevel, soundOf } from '../kernels/loweredSound.ts';

export const normalise = defineNode({
  type: 'audio.normalise',
  version: 1,
  title: 'Normalise level',
  summary: 'Brings a sound to a level: by its peak, its RMS, or to mean 0 and variance 1.',
  keywords: ['normalize', 'gain', 'loudness', 'volume', 'rms', 'peak'],
  details:
    'All channels get the same gain. Silence stays silence. `variance` is what wav2vec2 and HuBERT were trained with (transformers: do_normalize).',
  inputs: { audio: port.audio({ doc: 'Any sound.' }) },
  outputs: { audio: port.audio({ doc: 'The same sound, louder or softer.' }) },
  params: {
    measure: p.choice(['peak', 'rms', 'variance', 'gain'], {
      default: 'peak',
      doc: 'What is brought to the level.',
      choiceDocs: [
        'the largest magnitude becomes levelDb',
        'the root of the mean square becomes levelDb',
        '(x - mean) / sqrt(variance + 1e-7); levelDb is not used',
        'nothing is measured: the sound is made louder by levelDb',
      ],
    }),
    levelDb: p.number({
      default: 0,
      min: -120,
      max: 120,
      unit: 'dB',
      doc: 'Level in dB of full scale (0 is magnitude 1); for `gain`, how much louder.',
    }),
  },
  infer: ({ inputs }) => ({ audio: inputs.audio }),
  run: ({ inputs, params }) => {
    const { channels, sampleRateHz } = inputs.audio;
    const target = 10 ** (params.levelDb / 20);
    if (params.measure === 'variance') {
      const { mean, variance } = momentsOf(channels);
      const audio = scaled(channels, 1 / Math.sqrt(variance + 1e-7), mean);
      return { audio: { kind: 'audio', sampleRateHz, channels: audio } };
    }
    const level = params.measure === 'gain' ? 1 : params.measure === 'peak' ? peakOf(channels) : rmsOf(channels);
    return { audio: { kind: 'audio', sampleRateHz, channels: scaled(channels, level === 0 ? 1 : target / level) } };
  },
  lower: ({ onnx, inputs: { audio }, params }) => ({
    audio: soundOf(audio, loweredLevel(onnx, audio.samples, params.measure, 10 ** (params.levelDb / 20))),
  }),
  lowerTolerance: 5e-7,
  examples: [
    {
      title: 'A peak of one half becomes one',
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(0.25, -0.5, 0)] } },
      outputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(0.5, -1, 0)] } },
    },
    {
      title: '20 dB softer is a tenth',
      params: { measure: 'gain', levelDb: -20 },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, -0.5)] } },
      outputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(0.1, -0.05)] } },
      tolerance: 1e-7,
    },
  ],
});
