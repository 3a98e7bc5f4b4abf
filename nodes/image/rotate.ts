import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { rotateLowered } from '../kernels/loweredRotate.ts';
import { colourFor } from '../kernels/picture.ts';
import { requirePictureRoom } from '../kernels/pictureRoom.ts';
import { rotatePicture, turnedSize } from '../kernels/turn.ts';

export const rotate = defineNode({
  type: 'image.rotate',
  version: 1,
  title: 'Rotate',
  summary: 'Turns a picture counter-clockwise about its middle, by quarters exactly, by other angles bilinearly.',
  keywords: ['turn', 'angle', 'orientation', 'deskew'],
  details: 'Equal to Pillow: Image.rotate(angle, BILINEAR, expand).',
  inputs: { image: port.image({ doc: 'The picture.' }) },
  outputs: { image: port.image({ doc: 'The turned picture.' }) },
  params: {
    angleDegrees: p.number({ default: 90, min: -3600, max: 3600, unit: '°', doc: 'Counter-clockwise.' }),
    expand: p.boolean({ default: true, doc: 'Make room for the corners; off keeps the size and cuts them.' }),
    colour: p.numbers({
      default: [0],
      min: 0,
      max: 255,
      whole: true,
      minLength: 1,
      maxLength: 4,
      doc: 'What shows outside, 0 to 255: one number, or one for each channel.',
    }),
  },
  infer: ({ inputs: { image }, params }) => {
    const { width, height } = image;
    if (!params.expand) return { image };
    if (typeof width !== 'number' || typeof height !== 'number')
      return { image: { ...image, width: null, height: null } };
    return { image: { ...image, ...turnedSize(width, height, params.angleDegrees, true) } };
  },
  step: () => ({ op: 'own' }),
  run: ({ inputs: { image }, params, host }) => {
    const size = turnedSize(image.width, image.height, params.angleDegrees, params.expand);
    requirePictureRoom(size.width, size.height, host.limits);
    const fill = colourFor(image.colour, params.colour);
    return { image: rotatePicture(image, params.angleDegrees, params.expand, fill) };
  },
  lower: ({ onnx, inputs: { image }, params: { angleDegrees, expand, colour } }) => ({
    image: rotateLowered(onnx, image, angleDegrees, expand, colourFor(image.colour, colour)),
  }),
  // Of the map back to the original; the pixels are the same.
  lowerTolerance: 1e-9,
  examples: [
    {
      title: 'A row becomes a column, its right end on top',
      inputs: { image: examplePicture(2, 1, 'grey', [5, 7]) },
      outputs: {
        image: examplePicture(1, 2, 'grey', [7, 5], { ...originalGeometry(2, 1), toOriginal: [0, -1, 2, 1, 0, 0] }),
      },
    },
  ],
});
