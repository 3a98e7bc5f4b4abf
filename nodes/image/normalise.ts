import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { laidOut, loweredRgb } from '../kernels/loweredPixels.ts';
import { normaliseTable, pictureShape, rgbPixels, tabulated } from '../kernels/pixelTensor.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';

const presets = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  none: { mean: [0, 0, 0], std: [1, 1, 1] },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
} as const;

const three = { minLength: 3, maxLength: 3 } as const;

export const normalise = defineNode({
  type: 'image.normalise',
  version: 1,
  title: 'Normalise',
  summary: 'Turns a picture into a float32 tensor: levels from 0 to 1, less the mean, over the deviation.',
  keywords: ['normalize', 'mean', 'std', 'imagenet', 'clip', 'tensor', 'nchw'],
  details:
    'Each level x becomes (x / 255 - mean) / std, per channel. Grey is repeated, alpha is left out, as Pillow does.',
  inputs: { image: port.image({ doc: 'The picture.' }) },
  outputs: { tensor: port.tensor({ doc: 'float32 [1, 3, height, width], or [1, height, width, 3].' }) },
  params: {
    preset: p.choice(['imagenet', 'clip', 'half', 'none', 'custom'], {
      default: 'imagenet',
      doc: 'The means and deviations that a family of models was trained with.',
      choiceDocs: [
        'ResNet, EfficientNet, most of torchvision',
        'CLIP',
        'mean and deviation 0.5: levels from -1 to 1',
        'levels from 0 to 1 as they are',
        'mean and std below',
      ],
    }),
    mean: p.numbers({
      default: [0.485, 0.456, 0.406],
      ...three,
      doc: 'For preset custom: means of red, green and blue, on 0 to 1.',
    }),
    std: p.numbers({
      default: [0.229, 0.224, 0.225],
      min: 1e-6,
      ...three,
      doc: 'For preset custom: deviations of red, green and blue.',
    }),
    order: p.choice(['RGB', 'BGR'], { default: 'RGB', doc: 'Order of the channels in the tensor.' }),
    layout: p.choice(['NCHW', 'NHWC'], { default: 'NCHW', doc: 'Planes (PyTorch) or interleaved (TensorFlow).' }),
  },
  infer: ({ inputs: { image }, params }) => ({
    tensor: {
      ...anyType.tensor,
      dtype: 'float32',
      shape: pictureShape(3, image.height, image.width, params.layout, true),
    },
  }),
  mend: (from, to) => {
    const shape = to.want.shape;
    if (from.kind !== 'image' || !(to.want.dtype?.includes('float32') ?? true)) return null;
    return { layout: shape?.length === 4 && shape[3] === 3 ? 'NHWC' : 'NCHW' };
  },
  step: () => ({ op: 'own' }),
  run: ({ inputs: { image }, params, host }) => {
    const shape = pictureShape(3, image.height, image.width, params.layout, true);
    requireTensorRoom('float32', shape, host.limits);
    const { mean, std } = params.preset === 'custom' ? params : presets[params.preset];
    const order = params.order === 'RGB' ? [0, 1, 2] : [2, 1, 0];
    const tables = order.map((c) => normaliseTable(mean[c], std[c]));
    const data = tabulated(rgbPixels(image), 3, tables, order, params.layout);
    return { tensor: { kind: 'tensor', dtype: 'float32', shape, data } };
  },
  lower: ({ onnx, inputs: { image }, params }) => {
    const { mean, std } = params.preset === 'custom' ? params : presets[params.preset];
    const order = params.order === 'RGB' ? [0, 1, 2] : [2, 1, 0];
    const scale = order.map((c) => 1 / (255 * std[c]));
    const shift = order.map((c) => -mean[c] / std[c]);
    const pixels = onnx.cast(loweredRgb(onnx, image, order), 'float32');
    const levels = onnx.op('Add', [onnx.op('Mul', [pixels, onnx.floats(scale)]), onnx.floats(shift)]);
    return { tensor: { kind: 'tensor', tensor: laidOut(onnx, levels, params.layout, true) } };
  },
  lowerTolerance: 1e-6,
  examples: [
    {
      title: 'Black and white from -1 to 1',
      params: { preset: 'half' },
      inputs: { image: examplePicture(2, 1, 'grey', [0, 255]) },
      outputs: {
        tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 3, 1, 2], data: Float32Array.of(-1, 1, -1, 1, -1, 1) },
      },
    },
  ],
});
