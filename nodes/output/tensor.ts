import { defineNode } from '../../core/define/node.ts';
import { nonFiniteParam } from '../../core/define/nonFinite.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { obeyNonFinitePolicy } from '../kernels/finite.ts';

export const tensor = defineNode({
  type: 'output.tensor',
  version: 1,
  title: 'Tensor output',
  summary: 'Gives a tensor out under a public name: summed up, or written as a .npy file.',
  keywords: ['result', 'save', 'npy', 'numpy', 'publish'],
  inputs: { value: port.tensor({ doc: 'The tensor.' }) },
  outputs: {},
  params: {
    show: p.int({ default: 16, min: 0, max: 10_000, unit: 'numbers', doc: 'How many numbers are shown on a screen.' }),
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
      title: 'Two numbers',
      inputs: { value: { kind: 'tensor', dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } },
      outputs: {},
    },
  ],
});
