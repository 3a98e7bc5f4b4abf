import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { composeGeometry, originalGeometry, resizeAffine } from '../../core/kinds/geometry.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { followingSize } from '../kernels/loweredFit.ts';
import { resizeLowered } from '../kernels/loweredResize.ts';
import { resizePicture } from '../kernels/picture.ts';
import { requireResizeRoom } from '../kernels/pictureRoom.ts';

/** A side that is not set follows the other so that the picture keeps its shape, rounded to the nearest pixel. */
function sizeFor(
  width: number | null,
  height: number | null,
  from: { readonly width: number; readonly height: number },
) {
  return {
    width: width ?? (height === null ? from.width : Math.max(1, Math.round((height * from.width) / from.height))),
    height: height ?? (width === null ? from.height : Math.max(1, Math.round((width * from.height) / from.width))),
  };
}

function sideOf(dim: Dim): number | null {
  return typeof dim === 'number' ? dim : null;
}

export const resize = defineNode({
  type: 'image.resize',
  version: 1,
  title: 'Resize',
  summary: 'Scales a picture to a width and height, stretching it where its shape differs.',
  keywords: ['scale', 'shrink', 'enlarge', 'interpolate', 'bilinear', 'bicubic', 'lanczos', 'nearest'],
  details: 'To keep the shape leave one side empty, or use "Resize shorter side" or "Letterbox".',
  inputs: { image: port.image({ doc: 'The picture to scale.' }) },
  outputs: { image: port.image({ doc: 'The scaled picture.' }) },
  params: {
    width: p.optionalInt({ default: 224, min: 1, max: 16384, unit: 'px', doc: 'New width; empty follows the height.' }),
    height: p.optionalInt({
      default: 224,
      min: 1,
      max: 16384,
      unit: 'px',
      doc: 'New height; empty follows the width.',
    }),
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
    const { width, height } = params;
    if (width !== null && height !== null) return { image: { ...inputs.image, width, height } };
    const from = { width: sideOf(inputs.image.width), height: sideOf(inputs.image.height) };
    if (from.width === null || from.height === null) return { image: { ...inputs.image, width, height } };
    return { image: { ...inputs.image, ...sizeFor(width, height, { width: from.width, height: from.height }) } };
  },
  step: ({ width, height, filter, antialias }) =>
    width === null || height === null ? { op: 'own' } : { op: 'resize', width, height, filter, antialias },
  run: ({ inputs, params, host }) => {
    const { width, height } = sizeFor(params.width, params.height, inputs.image);
    requireResizeRoom(inputs.image.height, width, height, host.limits);
    return { image: resizePicture(inputs.image, width, height, params.filter, params.antialias) };
  },
  lower: ({ onnx, inputs: { image }, params }) => {
    const { width, height } = followingSize(onnx, image, params.width, params.height);
    return { image: resizeLowered(onnx, image, width, height, params.filter, params.antialias) };
  },
  // One level, in few pixels: see loweredResize.ts.
  lowerTolerance: 1,
  examples: [
    {
      title: 'Two pixels become one, their mean',
      params: { width: 1, height: 1 },
      inputs: { image: examplePicture(2, 1, 'grey', [100, 200]) },
      outputs: {
        image: examplePicture(1, 1, 'grey', [150], composeGeometry(originalGeometry(2, 1), resizeAffine(2, 1, 1, 1))),
      },
    },
  ],
});
