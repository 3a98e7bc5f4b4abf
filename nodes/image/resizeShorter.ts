import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { composeGeometry, originalGeometry, resizeAffine, shorterSideSize } from '../../core/kinds/geometry.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { loweredShorterSize } from '../kernels/loweredFit.ts';
import { resizeLowered } from '../kernels/loweredResize.ts';
import { resizePicture } from '../kernels/picture.ts';
import { requireResizeRoom } from '../kernels/pictureRoom.ts';

export const resizeShorter = defineNode({
  type: 'image.resizeShorter',
  version: 1,
  title: 'Resize shorter side',
  summary: 'Scales a picture so that its shorter side has a size; the other side follows.',
  keywords: ['scale', 'resize', 'shortest edge', 'torchvision', 'imagenet'],
  details:
    'The other side is rounded down, as torchvision.transforms.Resize(size) does. Usually followed by "Centre crop".',
  inputs: { image: port.image({ doc: 'The picture to scale.' }) },
  outputs: { image: port.image({ doc: 'The scaled picture, in its own shape.' }) },
  params: {
    size: p.int({ default: 256, min: 1, max: 16384, unit: 'px', doc: 'Length of the shorter side.' }),
    filter: p.choice(['bilinear', 'bicubic', 'lanczos', 'nearest'], {
      default: 'bilinear',
      doc: 'How pixels are mixed. Most classifiers were trained with bilinear or bicubic.',
    }),
    antialias: p.boolean({
      default: true,
      doc: 'On: as Pillow and torchvision with antialias=True. Off: each pixel looks at its nearest neighbours only, as torch.nn.functional.interpolate does. Lanczos has only the first form.',
    }),
  },
  infer: ({ inputs, params }) => {
    const { width, height } = inputs.image;
    if (typeof width !== 'number' || typeof height !== 'number')
      return { image: { ...inputs.image, width: null, height: null } };
    return { image: { ...inputs.image, ...shorterSideSize(width, height, params.size) } };
  },
  step: ({ size, filter, antialias }) => ({ op: 'resizeShorter', size, filter, antialias }),
  run: ({ inputs, params, host }) => {
    const { width, height } = shorterSideSize(inputs.image.width, inputs.image.height, params.size);
    requireResizeRoom(inputs.image.height, width, height, host.limits);
    return { image: resizePicture(inputs.image, width, height, params.filter, params.antialias) };
  },
  lower: ({ onnx, inputs: { image }, params }) => {
    const { width, height } = loweredShorterSize(onnx, image, params.size);
    return { image: resizeLowered(onnx, image, width, height, params.filter, params.antialias) };
  },
  // One level, in few pixels: see loweredResize.ts.
  lowerTolerance: 1,
  examples: [
    {
      title: 'The height becomes 1, the width follows',
      params: { size: 1 },
      inputs: { image: examplePicture(4, 2, 'grey', [10, 10, 30, 30, 10, 10, 30, 30]) },
      outputs: {
        image: examplePicture(
          2,
          1,
          'grey',
          [13, 27],
          composeGeometry(originalGeometry(4, 2), resizeAffine(4, 2, 2, 1)),
        ),
      },
    },
  ],
});
