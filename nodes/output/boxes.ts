import { defineNode } from '../../core/define/node.ts';
import { nonFiniteParam } from '../../core/define/nonFinite.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { obeyNonFinitePolicy } from '../kernels/finite.ts';

export const boxes = defineNode({
  type: 'output.boxes',
  version: 1,
  title: 'Boxes output',
  summary: 'Gives boxes out under a public name: a table, or a JSON file.',
  keywords: ['result', 'save', 'detections', 'publish'],
  inputs: { value: port.boxes({ doc: 'The boxes; none is a result too.' }) },
  outputs: {},
  params: {
    show: p.int({
      default: 20,
      min: 1,
      max: 10_000,
      unit: 'boxes',
      doc: 'How many of the best boxes are shown on a screen; a file holds all.',
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
      title: 'One box',
      inputs: {
        value: {
          kind: 'boxes',
          imageWidth: 9,
          imageHeight: 9,
          coordinates: Float32Array.of(1, 1, 5, 5),
          scores: Float32Array.of(0.5),
          classes: Int32Array.of(0),
          labels: ['cat'],
        },
      },
      outputs: {},
    },
  ],
});
