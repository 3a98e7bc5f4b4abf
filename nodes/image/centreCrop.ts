import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { centreOffset, originalGeometry } from '../../core/kinds/geometry.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { centreLowered } from '../kernels/loweredFit.ts';
import { colourFor, cutPicture, padPicture } from '../kernels/picture.ts';
import { requirePictureRoom } from '../kernels/pictureRoom.ts';

export const centreCrop = defineNode({
  type: 'image.centreCrop',
  version: 1,
  title: 'Centre crop',
  summary: 'Cuts the middle out of a picture; what is too small gets a black border.',
  keywords: ['center', 'cut', 'crop', 'torchvision', 'imagenet'],
  details:
    'Equal to torchvision.transforms.CenterCrop: odd pixels round as Python does, small pictures are padded with 0.',
  inputs: { image: port.image({ doc: 'The picture to cut from.' }) },
  outputs: { image: port.image({ doc: 'Its middle.' }) },
  params: {
    width: p.int({ default: 224, min: 1, max: 16384, unit: 'px', doc: 'Columns to keep.' }),
    height: p.int({ default: 224, min: 1, max: 16384, unit: 'px', doc: 'Rows to keep.' }),
  },
  infer: ({ inputs, params }) => ({ image: { ...inputs.image, width: params.width, height: params.height } }),
  step: ({ width, height }) => ({ op: 'centreCrop', width, height }),
  run: ({ inputs: { image }, params: { width, height }, host }) => {
    requirePictureRoom(width, height, host.limits);
    const [keptWidth, keptHeight] = [Math.min(width, image.width), Math.min(height, image.height)];
    const [fromLeft, fromTop] = [centreOffset(image.width, keptWidth), centreOffset(image.height, keptHeight)];
    const kept = cutPicture(image, fromLeft, fromTop, keptWidth, keptHeight);
    if (keptWidth === width && keptHeight === height) return { image: kept };
    const left = Math.floor((width - keptWidth) / 2);
    const top = Math.floor((height - keptHeight) / 2);
    const borders = { left, top, right: width - keptWidth - left, bottom: height - keptHeight - top };
    return { image: padPicture(kept, borders, colourFor(image.colour, [0])) };
  },
  lower: ({ onnx, inputs: { image }, params: { width, height } }) => ({
    image: centreLowered(onnx, image, width, height, colourFor(image.colour, [0])),
  }),
  // Of the map back to the original; the pixels are the same.
  lowerTolerance: 1e-9,
  examples: [
    {
      title: 'The middle of three pixels',
      params: { width: 1, height: 1 },
      inputs: { image: examplePicture(3, 1, 'grey', [1, 2, 3]) },
      outputs: {
        image: examplePicture(1, 1, 'grey', [2], { ...originalGeometry(3, 1), toOriginal: [1, 0, 1, 0, 1, 0] }),
      },
    },
  ],
});
