import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { convertColour } from '../kernels/colour.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { convertLowered } from '../kernels/loweredColour.ts';

const colours = ['rgb', 'bgr', 'grey', 'rgba', 'hsv', 'ycbcr', 'lab'] as const;

export const colour = defineNode({
  type: 'image.colour',
  version: 1,
  title: 'Colour space',
  summary: 'Brings a picture to another colour space or channel order.',
  keywords: ['rgb', 'bgr', 'grey', 'gray', 'hsv', 'ycbcr', 'yuv', 'lab', 'alpha', 'convert', 'flatten'],
  details: 'grey, hsv and ycbcr are those of Pillow, bit for bit; lab is CIE 1976 under D65, scaled to bytes.',
  inputs: { image: port.image({ doc: 'The picture.' }) },
  outputs: { image: port.image({ doc: 'The picture in the other colour space.' }) },
  params: {
    to: p.choice(colours, { default: 'rgb', doc: 'The colour space to bring it to.' }),
    alpha: p.choice(['flatten', 'drop'], {
      default: 'flatten',
      doc: 'What becomes of transparency: laid over the background, or left out as Pillow does.',
    }),
    background: p.numbers({
      default: [255, 255, 255],
      min: 0,
      max: 255,
      whole: true,
      minLength: 3,
      maxLength: 3,
      doc: 'Red, green and blue behind transparent pixels, 0 to 255.',
    }),
  },
  infer: ({ inputs, params }) => ({ image: { ...inputs.image, colour: params.to } }),
  mend: (from, to) => {
    const wanted = to.want.colour?.[0];
    const known = colours.find((name) => name === wanted);
    return from.kind === 'image' && known !== undefined ? { to: known } : null;
  },
  step: () => ({ op: 'pixels' }),
  run: ({ inputs: { image }, params: { to, alpha, background } }) => ({
    image:
      image.colour === to
        ? image
        : { ...image, colour: to, data: convertColour(image.data, image.colour, to, alpha, background) },
  }),
  lower: ({ onnx, inputs: { image }, params: { to, alpha, background } }) => ({
    image: { ...image, colour: to, pixels: convertLowered(onnx, image.pixels, image.colour, to, alpha, background) },
  }),
  examples: [
    {
      title: 'Grey is 0.299 red, 0.587 green and 0.114 blue',
      params: { to: 'grey' },
      inputs: { image: examplePicture(3, 1, 'rgb', [255, 0, 0, 0, 255, 0, 0, 0, 255]) },
      outputs: { image: examplePicture(3, 1, 'grey', [76, 150, 29]) },
    },
  ],
});
