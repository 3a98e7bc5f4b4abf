import { defineNode } from '../../core/define/node.ts';
import { nonFiniteParam } from '../../core/define/nonFinite.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { obeyNonFinitePolicy } from '../kernels/finite.ts';

export const embedding = defineNode({
  type: 'output.embedding',
  version: 1,
  title: 'Embedding output',
  summary: 'Gives an embedding out under a public name: summed up, or written as a .npy file.',
  keywords: ['result', 'save', 'npy', 'vector', 'publish'],
  inputs: { value: port.embedding({ doc: 'The embedding.' }) },
  outputs: {},
  params: {
    show: p.int({ default: 8, min: 0, max: 10_000, unit: 'numbers', doc: 'How many numbers are shown on a screen.' }),
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
      title: 'A unit vector',
      inputs: { value: { kind: 'embedding', data: Float32Array.of(0.6, 0.8), unit: true } },
      outputs: {},
    },
  ],
});
