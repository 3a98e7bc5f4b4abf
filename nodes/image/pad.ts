import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { extendLowered, padLowered } from '../kernels/loweredPicture.ts';
import { colourFor, extendPicture, padPicture } from '../kernels/picture.ts';
import { requirePictureRoom } from '../kernels/pictureRoom.ts';

function plus(dim: Dim, more: number): Dim {
  return typeof dim === 'number' ? dim + more : more === 0 ? dim : null;
}

const side = { default: 0, min: 0, max: 8192, unit: 'px' } as const;

export const pad = defineNode({
  type: 'image.pad',
  version: 1,
  title: 'Pad',
  summary: 'Puts a border around a picture: a colour, its edge, or its mirror image.',
  keywords: ['border', 'margin', 'extend', 'reflect'],
  inputs: { image: port.image({ doc: 'The picture.' }) },
  outputs: { image: port.image({ doc: 'The picture with its border.' }) },
  params: {
    left: p.int({ ...side, doc: 'Columns to add at the left.' }),
    top: p.int({ ...side, doc: 'Rows to add at the top.' }),
    right: p.int({ ...side, doc: 'Columns to add at the right.' }),
    bottom: p.int({ ...side, doc: 'Rows to add at the bottom.' }),
    mode: p.choice(['colour', 'edge', 'reflect'], {
      default: 'colour',
      doc: 'What the border shows; reflect leaves out the edge itself.',
    }),
    colour: p.numbers({
      default: [0],
      min: 0,
      max: 255,
      whole: true,
      minLength: 1,
      maxLength: 4,
      doc: 'For mode colour, 0 to 255: one number, or one for each channel.',
    }),
  },
  infer: ({ inputs: { image }, params }) => ({
    image: {
      ...image,
      width: plus(image.width, params.left + params.right),
      height: plus(image.height, params.top + params.bottom),
    },
  }),
  step: () => ({ op: 'own' }),
  run: ({ inputs: { image }, params, host }) => {
    const { left, top, right, bottom, mode } = params;
    const borders = { left, top, right, bottom };
    requirePictureRoom(image.width + left + right, image.height + top + bottom, host.limits);
    if (mode === 'reflect' && (Math.max(left, right) >= image.width || Math.max(top, bottom) >= image.height)) {
      throw new Problem('value-shape', {
        message: `A mirrored border must be narrower than the picture, which has ${image.width}x${image.height} px.`,
        fix: 'Make the border narrower, or use the mode edge.',
      });
    }
    if (mode !== 'colour') return { image: extendPicture(image, borders, mode) };
    const colour = colourFor(image.colour, params.colour);
    return { image: padPicture(image, borders, colour) };
  },
  lower: ({ onnx, inputs: { image }, params }) => {
    const { mode } = params;
    if (mode !== 'colour') return { image: extendLowered(onnx, image, params, mode) };
    return { image: padLowered(onnx, image, params, colourFor(image.colour, params.colour)) };
  },
  // Of the map back to the original; the pixels are the same.
  lowerTolerance: 1e-9,
  examples: [
    {
      title: 'The edge once more at the left',
      params: { left: 1, mode: 'edge' },
      inputs: { image: examplePicture(2, 1, 'grey', [5, 7]) },
      outputs: {
        image: examplePicture(3, 1, 'grey', [5, 5, 7], { ...originalGeometry(2, 1), toOriginal: [1, 0, -1, 0, 1, 0] }),
      },
    },
  ],
});
