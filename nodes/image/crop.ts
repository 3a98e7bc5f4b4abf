import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import { Problem } from '../../core/problems/problem.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { cropLowered } from '../kernels/loweredFit.ts';
import { cutPicture } from '../kernels/picture.ts';

export const crop = defineNode({
  type: 'image.crop',
  version: 1,
  title: 'Crop',
  summary: 'Cuts a rectangle out of a picture.',
  keywords: ['cut', 'region', 'roi', 'trim'],
  inputs: { image: port.image({ doc: 'The picture to cut from.' }) },
  outputs: { image: port.image({ doc: 'The part inside the rectangle.' }) },
  params: {
    left: p.int({ default: 0, min: 0, max: 100_000, unit: 'px', doc: 'First column.' }),
    top: p.int({ default: 0, min: 0, max: 100_000, unit: 'px', doc: 'First row.' }),
    width: p.int({ default: 224, min: 1, max: 100_000, unit: 'px', doc: 'Columns to keep.' }),
    height: p.int({ default: 224, min: 1, max: 100_000, unit: 'px', doc: 'Rows to keep.' }),
  },
  infer: ({ inputs, params, report }) => {
    const { width, height } = inputs.image;
    const { left, top } = params;
    const wide = typeof width === 'number' && left + params.width > width;
    if (wide || (typeof height === 'number' && top + params.height > height)) {
      report('wire-shape', {
        message: `The rectangle of ${params.width}x${params.height} px at ${left}, ${top} leaves the picture of ${width ?? '?'}x${height ?? '?'} px.`,
        fix: 'Make the rectangle smaller or move it inside.',
      });
    }
    return { image: { ...inputs.image, width: params.width, height: params.height } };
  },
  step: ({ left, top, width, height }) => ({ op: 'crop', left, top, width, height }),
  run: ({ inputs: { image }, params }) => {
    const { left, top, width, height } = params;
    if (left + width > image.width || top + height > image.height) {
      throw new Problem('value-shape', {
        message: `The rectangle of ${width}x${height} px at ${left}, ${top} leaves the picture of ${image.width}x${image.height} px.`,
        fix: 'Make the rectangle smaller, or resize the picture before it.',
      });
    }
    return { image: cutPicture(image, left, top, width, height) };
  },
  lower: ({ onnx, inputs: { image }, params: { left, top, width, height } }) => ({
    image: cropLowered(onnx, image, left, top, width, height),
  }),
  // Of the map back to the original; the pixels are the same.
  lowerTolerance: 1e-9,
  examples: [
    {
      title: 'The lower right pixel',
      params: { left: 1, top: 1, width: 1, height: 1 },
      inputs: { image: examplePicture(2, 2, 'grey', [1, 2, 3, 4]) },
      outputs: {
        image: examplePicture(1, 1, 'grey', [4], { ...originalGeometry(2, 2), toOriginal: [1, 0, 1, 0, 1, 1] }),
      },
    },
  ],
});
