import { defineNode } from '../../core/define/node.ts';
import { nonFiniteParam } from '../../core/define/nonFinite.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { obeyNonFinitePolicy } from '../kernels/finite.ts';

export const scores = defineNode({
  type: 'output.scores',
  version: 1,
  title: 'Scores output',
  summary: 'Gives scores out under a public name: labels with bars, or a JSON file.',
  keywords: ['result', 'save', 'classes', 'labels', 'publish'],
  inputs: { value: port.scores({ doc: 'The scores.' }) },
  outputs: {},
  params: {
    show: p.int({
      default: 5,
      min: 1,
      max: 10_000,
      unit: 'classes',
      doc: 'How many of the best classes are shown on a screen; a file holds all.',
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
      title: 'Two classes',
      inputs: {
        value: { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels: ['cat', 'dog'], form: 'probabilities' },
      },
      outputs: {},
    },
  ],
});
