import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { channelsOf } from '../../core/kinds/value.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { floatsToHalves } from '../kernels/float16.ts';
import { levelsTensor } from '../kernels/loweredLevels.ts';
import { pictureShape, reordered, tabulated } from '../kernels/pixelTensor.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';

const ranges = { '0..255': [0, 255], '0..1': [0, 1], '-1..1': [-1, 1] } as const;

function channelOrder(channels: number, order: string): readonly number[] {
  if (order === 'asIs') return [0, 1, 2, 3].slice(0, channels);
  return channels === 4 ? [2, 1, 0, 3] : [2, 1, 0].slice(3 - channels);
}

export const toTensor = defineNode({
  type: 'image.toTensor',
  version: 1,
  title: 'To tensor',
  summary: 'Turns a picture into a tensor of its levels, in the layout, type and range that a model takes.',
  keywords: ['array', 'nchw', 'nhwc', 'float', 'uint8', 'bgr', 'scale'],
  inputs: { image: port.image({ doc: 'The picture; its own channels are kept.' }) },
  outputs: { tensor: port.tensor({ doc: '[1, channels, height, width] or [1, height, width, channels].' }) },
  params: {
    dtype: p.choice(['float32', 'float16', 'uint8'], {
      default: 'float32',
      doc: 'Element type; uint8 keeps the levels as they are.',
    }),
    range: p.choice(['0..1', '0..255', '-1..1'], { default: '0..1', doc: 'What black and white become, for floats.' }),
    layout: p.choice(['NCHW', 'NHWC'], { default: 'NCHW', doc: 'Planes (PyTorch) or interleaved (TensorFlow).' }),
    order: p.choice(['asIs', 'reversed'], {
      default: 'asIs',
      doc: 'Reversed turns RGB to BGR and back; alpha stays last.',
    }),
    batch: p.boolean({ default: true, doc: 'Put a dimension of 1 in front.' }),
  },
  infer: ({ inputs: { image }, params }) => {
    const channels = image.colour === null ? null : channelsOf(image.colour);
    const inner =
      params.layout === 'NCHW' ? [channels, image.height, image.width] : [image.height, image.width, channels];
    return { tensor: { ...anyType.tensor, dtype: params.dtype, shape: params.batch ? [1, ...inner] : inner } };
  },
  mend: (from, to) => {
    const { dtype, shape } = to.want;
    if (from.kind !== 'image' || !to.kinds.includes('tensor')) return null;
    const kind = (['uint8', 'float16'] as const).find((d) => dtype?.[0] === d);
    return kind === undefined ? null : { dtype: kind, layout: shape?.length === 4 && shape[3] === 3 ? 'NHWC' : 'NCHW' };
  },
  step: () => ({ op: 'own' }),
  run: ({ inputs: { image }, params, host }) => {
    const channels = channelsOf(image.colour);
    const order = channelOrder(channels, params.order);
    const shape = pictureShape(channels, image.height, image.width, params.layout, params.batch);
    requireTensorRoom(params.dtype, shape, host.limits);
    if (params.dtype === 'uint8') {
      return {
        tensor: { kind: 'tensor', dtype: 'uint8', shape, data: reordered(image.data, channels, order, params.layout) },
      };
    }
    const [low, high] = ranges[params.range];
    const table = Float32Array.from({ length: 256 }, (_, level) => low + (level / 255) * (high - low));
    const data = tabulated(
      image.data,
      channels,
      order.map(() => table),
      order,
      params.layout,
    );
    if (params.dtype === 'float32') return { tensor: { kind: 'tensor', dtype: 'float32', shape, data } };
    return { tensor: { kind: 'tensor', dtype: 'float16', shape, data: floatsToHalves(data) } };
  },
  lower: ({ onnx, inputs: { image }, params }) => {
    const order = channelOrder(channelsOf(image.colour), params.order);
    return { tensor: { kind: 'tensor', tensor: levelsTensor(onnx, image, order, params) } };
  },
  examples: [
    {
      title: 'Levels as they are, planes of blue, green and red',
      params: { dtype: 'uint8', order: 'reversed' },
      inputs: { image: examplePicture(2, 1, 'rgb', [1, 2, 3, 4, 5, 6]) },
      outputs: {
        tensor: { kind: 'tensor', dtype: 'uint8', shape: [1, 3, 1, 2], data: Uint8Array.of(3, 6, 2, 5, 1, 4) },
      },
    },
  ],
});
