import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import type { Amount } from '../kernels/loweredAmount.ts';
import { fittingSize, letterboxStart, paddedTo } from '../kernels/loweredFit.ts';
import { resizeLowered } from '../kernels/loweredResize.ts';
import { type Borders, colourFor, padPicture, resizePicture } from '../kernels/picture.ts';
import { requirePictureRoom, requireResizeRoom } from '../kernels/pictureRoom.ts';

/** Half of the room before the picture; odd pixels go behind it, as in the YOLO letterbox: round(room / 2 - 0.1). */
function bordersFor(roomX: number, roomY: number, anchor: string): Borders {
  const left = anchor === 'centre' ? Math.round(roomX / 2 - 0.1) : 0;
  const top = anchor === 'centre' ? Math.round(roomY / 2 - 0.1) : 0;
  return { left, top, right: roomX - left, bottom: roomY - top };
}

export const letterbox = defineNode({
  type: 'image.letterbox',
  version: 1,
  title: 'Letterbox',
  summary: 'Fits a whole picture into a size and fills the rest with a colour.',
  keywords: ['fit', 'pad', 'contain', 'yolo', 'aspect ratio'],
  details:
    'The map back to the original travels with the picture: "Decode boxes" uses it, so boxes come out in pixels of the original. Sizes round to the nearest pixel, as Ultralytics does; with antialias off, pixels too are mixed as there (INTER_LINEAR of OpenCV).',
  inputs: { image: port.image({ doc: 'The picture to fit.' }) },
  outputs: { image: port.image({ doc: 'The picture with its borders.' }) },
  params: {
    width: p.int({ default: 640, min: 1, max: 16384, unit: 'px', doc: 'Width of the result.' }),
    height: p.int({ default: 640, min: 1, max: 16384, unit: 'px', doc: 'Height of the result.' }),
    colour: p.numbers({
      default: [114],
      min: 0,
      max: 255,
      whole: true,
      minLength: 1,
      maxLength: 4,
      doc: 'Colour of the borders, 0 to 255: one number for all channels, or one for each.',
    }),
    anchor: p.choice(['centre', 'corner'], {
      default: 'centre',
      doc: 'Where the picture stands: in the middle, or at the upper left.',
    }),
    enlarge: p.boolean({ default: true, doc: 'Scale small pictures up. Off leaves them as they are.' }),
    filter: p.choice(['bilinear', 'bicubic', 'lanczos', 'nearest'], {
      default: 'bilinear',
      doc: 'How pixels are mixed. Most classifiers were trained with bilinear or bicubic.',
    }),
    antialias: p.boolean({
      default: true,
      doc: 'On: as Pillow and torchvision with antialias=True. Off: each pixel looks at its nearest neighbours only, as torch.nn.functional.interpolate does. Lanczos has only the first form.',
    }),
  },
  infer: ({ inputs, params }) => ({ image: { ...inputs.image, width: params.width, height: params.height } }),
  step: () => ({ op: 'own' }),
  run: ({ inputs: { image }, params, host }) => {
    requirePictureRoom(params.width, params.height, host.limits);
    const fill = colourFor(image.colour, params.colour);
    const fitting = Math.min(params.width / image.width, params.height / image.height);
    const scale = params.enlarge ? fitting : Math.min(1, fitting);
    const width = Math.min(params.width, Math.max(1, Math.round(image.width * scale)));
    const height = Math.min(params.height, Math.max(1, Math.round(image.height * scale)));
    requireResizeRoom(image.height, width, height, host.limits);
    const small = resizePicture(image, width, height, params.filter, params.antialias);
    return { image: padPicture(small, bordersFor(params.width - width, params.height - height, params.anchor), fill) };
  },
  lower: ({ onnx, inputs: { image }, params }) => {
    const { width, height, anchor, filter, antialias } = params;
    const size = fittingSize(onnx, image, params);
    const small = resizeLowered(onnx, image, size.width, size.height, filter, antialias);
    const before = (room: Amount): Amount => (anchor === 'centre' ? letterboxStart(onnx, room) : 0);
    return { image: paddedTo(onnx, small, width, height, before, colourFor(image.colour, params.colour)) };
  },
  // One level, in few pixels: see loweredResize.ts.
  lowerTolerance: 1,
  examples: [
    {
      title: 'A wide picture gets a row above and below',
      params: { width: 2, height: 4, colour: [9] },
      inputs: { image: examplePicture(2, 2, 'grey', [1, 2, 3, 4]) },
      outputs: {
        image: examplePicture(2, 4, 'grey', [9, 9, 1, 2, 3, 4, 9, 9], {
          ...originalGeometry(2, 2),
          toOriginal: [1, 0, 0, 0, 1, -1],
        }),
      },
    },
  ],
});
