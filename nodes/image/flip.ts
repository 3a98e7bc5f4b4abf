import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { flipLowered } from '../kernels/loweredPicture.ts';
import { flipPicture } from '../kernels/turn.ts';

export const flip = defineNode({
  type: 'image.flip',
  version: 1,
  title: 'Flip',
  summary: 'Mirrors a picture, left to right or top to bottom.',
  keywords: ['mirror', 'reverse', 'augment'],
  inputs: { image: port.image({ doc: 'The picture.' }) },
  outputs: { image: port.image({ doc: 'Its mirror image.' }) },
  params: {
    axis: p.choice(['horizontal', 'vertical'], {
      default: 'horizontal',
      doc: 'Horizontal swaps left and right, vertical top and bottom.',
    }),
  },
  infer: ({ inputs }) => ({ image: inputs.image }),
  step: ({ axis }) => ({ op: 'mirror', axis }),
  run: ({ inputs, params }) => ({ image: flipPicture(inputs.image, params.axis) }),
  lower: ({ onnx, inputs, params }) => ({ image: flipLowered(onnx, inputs.image, params.axis) }),
  // Of the map back to the original; the pixels are the same.
  lowerTolerance: 1e-9,
  examples: [
    {
      title: 'Left and right change places',
      inputs: { image: examplePicture(2, 1, 'grey', [5, 7]) },
      outputs: {
        image: examplePicture(2, 1, 'grey', [7, 5], { ...originalGeometry(2, 1), toOriginal: [-1, 0, 2, 0, 1, 0] }),
      },
    },
  ],
});
