import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { loweredResample } from '../kernels/loweredResample.ts';
import { soundOf } from '../kernels/loweredSound.ts';
import { resample as resampled, resampledLength, resampleQualities } from '../kernels/resample.ts';

export const resample = defineNode({
  type: 'audio.resample',
  version: 1,
  title: 'Resample',
  summary: 'Changes the sample rate of a sound with a band-limited filter.',
  keywords: ['rate', 'hertz', 'downsample', 'upsample', 'convert'],
  details:
    'A sound of n samples gets ceil(n * new / old) samples. Frequencies above half the lower rate are taken out. `high` stands within 5e-4 of soxr_hq (librosa.load) on speech. The pieces of a stream are resampled each alone, as if silence were around them: cut sound after this node, not before.',
  inputs: { audio: port.audio({ doc: 'Sound at any rate; each channel is resampled alone.' }) },
  outputs: { audio: port.audio({ doc: 'The same sound at the new rate.' }) },
  params: {
    sampleRateHz: p.int({ default: 16000, min: 1, max: 768000, unit: 'Hz', doc: 'The new sample rate.' }),
    quality: p.choice(resampleQualities, {
      default: 'high',
      doc: 'Filter: how sharp it is, and how long it takes.',
      choiceDocs: [
        'flat to 0.913 of half the lower rate, 120 dB down from there on: the band of soxr_hq, which librosa.load takes',
        'five times as fast, with a wider edge (resampy kaiser_fast)',
        'exactly scipy.signal.resample_poly with its default window',
      ],
    }),
  },
  infer: ({ inputs, params }) => {
    const { samples, sampleRateHz } = inputs.audio;
    const known = typeof samples === 'number' && typeof sampleRateHz === 'number';
    return {
      audio: {
        ...inputs.audio,
        sampleRateHz: params.sampleRateHz,
        samples: known ? resampledLength(samples, sampleRateHz, params.sampleRateHz) : null,
      },
    };
  },
  run: ({ inputs, params, signal }) => {
    const { channels, sampleRateHz } = inputs.audio;
    return {
      audio: {
        kind: 'audio',
        sampleRateHz: params.sampleRateHz,
        channels: channels.map((x) => {
          signal.throwIfAborted();
          return resampled(x, sampleRateHz, params.sampleRateHz, params.quality);
        }),
      },
    };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => {
    const { sampleRateHz, quality } = params;
    return { audio: soundOf(audio, loweredResample(onnx, audio, types.audio, sampleRateHz, quality), sampleRateHz) };
  },
  lowerTolerance: 1e-6,
  mend: (from, to) => {
    const wanted = to.want.sampleRateHz;
    return from.kind === 'audio' && wanted !== undefined && from.sampleRateHz !== wanted
      ? { sampleRateHz: wanted }
      : null;
  },
  examples: [
    {
      title: 'Twice as many samples of an impulse are the filter itself (scipy 1.17.1, resample_poly)',
      params: { sampleRateHz: 2, quality: 'scipy' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 1, channels: [Float32Array.of(0, 1, 0)] } },
      outputs: {
        audio: {
          kind: 'audio',
          sampleRateHz: 2,
          channels: [Float32Array.of(0, 0.63340069, 1.00051747, 0.63340069, 0, -0.20186039)],
        },
      },
      tolerance: 1e-6,
    },
  ],
});
