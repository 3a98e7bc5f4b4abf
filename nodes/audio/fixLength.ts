import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { loweredLength, soundOf } from '../kernels/loweredSound.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';

export const fixLength = defineNode({
  type: 'audio.fixLength',
  version: 1,
  title: 'Fix length',
  summary: 'Pads a sound with silence, or cuts it, to an exact length.',
  keywords: ['pad', 'cut', 'crop', 'truncate', 'length'],
  details: 'With `both`, an odd sample goes to the end (padding) or is taken from the end (cutting).',
  inputs: { audio: port.audio({ doc: 'Sound of any length.' }) },
  outputs: { audio: port.audio({ doc: 'Sound of exactly that length.' }) },
  params: {
    length: p.number({ default: 1, min: 0.001, max: 100_000_000, doc: 'The new length, in the unit below.' }),
    unit: p.choice(['seconds', 'samples'], {
      default: 'seconds',
      doc: 'What the length counts. Seconds are rounded to the nearest sample, samples to a whole number.',
    }),
    where: p.choice(['end', 'both'], {
      default: 'end',
      doc: 'Where silence is added or sound cut off.',
      choiceDocs: ['at the end', 'half at the start, half at the end: the middle stays in the middle'],
    }),
  },
  infer: ({ inputs, params }) => {
    const { sampleRateHz } = inputs.audio;
    const known = params.unit === 'samples' || typeof sampleRateHz === 'number';
    const rate = typeof sampleRateHz === 'number' ? sampleRateHz : 1;
    return { audio: { ...inputs.audio, samples: known ? samplesOf(params.length, params.unit, rate) : null } };
  },
  run: ({ inputs, params, host }) => {
    const { channels, sampleRateHz } = inputs.audio;
    const length = samplesOf(params.length, params.unit, sampleRateHz);
    requireTensorRoom('float32', [channels.length, length], host.limits);
    return {
      audio: {
        kind: 'audio',
        sampleRateHz,
        channels: channels.map((x) => {
          const spare = length - x.length;
          const before = params.where === 'end' ? 0 : spare >= 0 ? Math.floor(spare / 2) : -Math.floor(-spare / 2);
          const out = new Float32Array(length);
          out.set(x.subarray(Math.max(0, -before), Math.max(0, -before) + length), Math.max(0, before));
          return out;
        }),
      },
    };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => {
    const length = samplesOf(params.length, params.unit, audio.sampleRateHz);
    return { audio: soundOf(audio, loweredLength(onnx, audio.samples, types.audio, length, params.where)) };
  },
  examples: [
    {
      title: 'Padded to five samples',
      params: { length: 5, unit: 'samples' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, 2, 3)] } },
      outputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, 2, 3, 0, 0)] } },
    },
    {
      title: 'The middle second of three',
      params: { length: 1, where: 'both' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 2, channels: [Float32Array.of(1, 2, 3, 4, 5, 6)] } },
      outputs: { audio: { kind: 'audio', sampleRateHz: 2, channels: [Float32Array.of(3, 4)] } },
    },
  ],
});

function samplesOf(length: number, unit: 'seconds' | 'samples', sampleRateHz: number): number {
  return Math.max(1, Math.round(unit === 'seconds' ? length * sampleRateHz : length));
}
