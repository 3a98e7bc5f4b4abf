import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { roundEven } from '../kernels/float16.ts';
import { pictureOfLevels } from '../kernels/loweredLevels.ts';
import { requirePictureRoom } from '../kernels/pictureRoom.ts';
import { numbersOf } from '../kernels/tensor.ts';

const ranges = { '0..255': [0, 255], '0..1': [0, 1], '-1..1': [-1, 1] } as const;
const colours = { 1: 'grey', 3: 'rgb', 4: 'rgba' } as const;

function notFinite(x: number, column: number, row: number): Problem {
  return new Problem('value-nonfinite', {
    message: `The tensor holds ${x} at column ${column}, row ${row}: a level must be a finite number.`,
    fix: 'Look at the node that made the tensor, or clip its values before this node.',
  });
}

export const fromTensor = defineNode({
  type: 'image.fromTensor',
  version: 1,
  title: 'From tensor',
  summary: 'Makes a picture of a tensor, such as the output of a model that draws or restores pictures.',
  keywords: ['array', 'picture', 'generate', 'denormalise'],
  inputs: {
    tensor: port.tensor({
      doc: '[1, channels, height, width] or [channels, height, width], or with channels last; 1, 3 or 4 channels.',
    }),
  },
  outputs: { image: port.image({ doc: 'grey, rgb or rgba; levels outside the range are clamped.' }) },
  params: {
    range: p.choice(['0..1', '0..255', '-1..1'], { default: '0..1', doc: 'What is black and white in the tensor.' }),
    layout: p.choice(['NCHW', 'NHWC'], { default: 'NCHW', doc: 'Planes (PyTorch) or interleaved (TensorFlow).' }),
  },
  infer: ({ inputs, params }) => {
    const shape = inputs.tensor.shape?.slice(-3) ?? null;
    const [channels, height, width] =
      shape === null ? [null, null, null] : params.layout === 'NCHW' ? shape : [shape[2], shape[0], shape[1]];
    const colour = channels === 1 || channels === 3 || channels === 4 ? colours[channels] : null;
    return { image: { ...anyType.image, width: width ?? null, height: height ?? null, colour } };
  },
  run: ({ inputs: { tensor }, params, host }) => {
    const shape = tensor.shape.length === 4 && tensor.shape[0] === 1 ? tensor.shape.slice(1) : tensor.shape;
    const [channels, height, width] = params.layout === 'NCHW' ? shape : [shape[2], shape[0], shape[1]];
    if (shape.length !== 3 || tensor.dtype === 'string' || (channels !== 1 && channels !== 3 && channels !== 4)) {
      throw new Problem('value-shape', {
        message: `A picture cannot be made of ${tensor.dtype}[${tensor.shape.join(', ')}] in the layout ${params.layout}: 1, 3 or 4 channels of numbers are needed.`,
        fix: 'Set the layout, or reshape the tensor before it.',
      });
    }
    if (width * height === 0) {
      throw new Problem('value-shape', {
        message: `A picture cannot be made of ${tensor.dtype}[${tensor.shape.join(', ')}]: it has no pixels.`,
        fix: 'Leave the item out before this node, or pad it.',
      });
    }
    requirePictureRoom(width, height, host.limits);
    const numbers = numbersOf(tensor);
    const [low, high] = ranges[params.range];
    const data = new Uint8Array(width * height * channels);
    const count = width * height;
    for (let c = 0, at = 0; c < channels; c++) {
      for (let i = 0; i < count; i++, at++) {
        const x = numbers[params.layout === 'NCHW' ? at : i * channels + c];
        if (!Number.isFinite(x)) throw notFinite(x, i % width, Math.floor(i / width));
        data[i * channels + c] = Math.min(255, Math.max(0, roundEven(((x - low) / (high - low)) * 255)));
      }
    }
    return {
      image: {
        kind: 'image',
        width,
        height,
        colour: colours[channels],
        data,
        geometry: originalGeometry(width, height),
      },
    };
  },
  lower: ({ onnx, inputs: { tensor }, types, params: { range, layout } }) => ({
    image: pictureOfLevels(onnx, tensor.tensor, types.tensor, ranges[range][0], ranges[range][1], layout),
  }),
  examples: [
    {
      title: 'Half is level 128, what is over 1 is white',
      inputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 1, 1, 3], data: Float32Array.of(0, 0.5, 1.5) } },
      outputs: { image: examplePicture(3, 1, 'grey', [0, 128, 255]) },
    },
  ],
});
