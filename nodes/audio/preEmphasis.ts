import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { preEmphasised } from '../kernels/level.ts';
import { loweredPreEmphasis, soundOf } from '../kernels/loweredSound.ts';

export const preEmphasis = defineNode({
  type: 'audio.preEmphasis',
  version: 1,
  title: 'Pre-emphasis',
  summary: 'Lifts high frequencies: y[n] = x[n] - coefficient * x[n - 1].',
  keywords: ['filter', 'preemphasis', 'treble', 'high-pass'],
  inputs: { audio: port.audio({ doc: 'Any sound; each channel is filtered alone.' }) },
  outputs: { audio: port.audio({ doc: 'As long as before.' }) },
  params: {
    coefficient: p.number({
      default: 0.97,
      min: 0,
      max: 1,
      doc: 'How much of the sample before is taken off; no unit.',
    }),
    start: p.choice(['extrapolate', 'repeat', 'zero'], {
      default: 'extrapolate',
      doc: 'What stands before the first sample.',
      choiceDocs: [
        'the line through the first two samples goes on, as in librosa.effects.preemphasis',
        'the first sample, as in Kaldi and transformers',
        'silence',
      ],
    }),
  },
  infer: ({ inputs }) => ({ audio: inputs.audio }),
  run: ({ inputs, params }) => {
    const { channels, sampleRateHz } = inputs.audio;
    const { coefficient, start } = params;
    return {
      audio: {
        kind: 'audio',
        sampleRateHz,
        channels: channels.map((x) => {
          const first = x[0] ?? 0;
          // librosa's filter state is 2 x[0] - x[1], added as it is: it stands for -coefficient * x[-1].
          if (start === 'extrapolate' && x.length > 1 && coefficient > 0) {
            return preEmphasised(x, coefficient, (x[1] - 2 * first) / coefficient);
          }
          return preEmphasised(x, coefficient, start === 'zero' ? 0 : first);
        }),
      },
    };
  },
  lower: ({ onnx, inputs: { audio }, params }) => ({
    audio: soundOf(audio, loweredPreEmphasis(onnx, audio.samples, params.coefficient, params.start)),
  }),
  lowerTolerance: 5e-7,
  examples: [
    {
      title: 'A ramp, with silence before it',
      params: { coefficient: 0.5, start: 'zero' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, 2, 3)] } },
      outputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, 1.5, 2)] } },
    },
  ],
});
