import { defineNode } from '../../core/define/node.ts';
import { nonFiniteParam } from '../../core/define/nonFinite.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { obeyNonFinitePolicy } from '../kernels/finite.ts';

export const audio = defineNode({
  type: 'output.audio',
  version: 1,
  title: 'Sound output',
  summary: 'Gives sound out under a public name: measured, or written as a WAV file.',
  keywords: ['result', 'save', 'wav', 'publish'],
  inputs: { value: port.audio({ doc: 'The sound.' }) },
  outputs: {},
  params: {
    encoding: p.choice(['int16', 'int24', 'float32'], {
      default: 'int16',
      doc: 'Samples of the WAV file; whole numbers clip beyond -1 to 1.',
    }),
    nonFinite: nonFiniteParam,
  },
  publishes: true,
  infer: () => ({}),
  run: ({ inputs, params }) => {
    obeyNonFinitePolicy(inputs.value, params.nonFinite);
    return {};
  },
  examples: [
    {
      title: 'Two samples',
      inputs: { value: { kind: 'audio', sampleRateHz: 16000, channels: [Float32Array.of(0, 0.5)] } },
      outputs: {},
    },
  ],
});
