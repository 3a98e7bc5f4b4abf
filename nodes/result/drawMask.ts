import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { canvasOf } from '../kernels/boxOverlay.ts';
import { drawMaskOn } from '../kernels/maskOverlay.ts';

const geometry = { originalWidth: 2, originalHeight: 1, toOriginal: [1, 0, 0, 0, 1, 0] } as const;

export const drawMask = defineNode({
  type: 'result.drawMask',
  version: 1,
  title: 'Draw mask',
  summary: 'Lays a mask over a picture, each class in its own see-through colour.',
  keywords: ['overlay', 'segmentation', 'visualise', 'mask', 'colours'],
  details:
    'The mask covers the original picture, at whatever size; any picture made from the original will do. Classes have the same colours as in result.drawBoxes.',
  inputs: {
    image: port.image({ colour: ['rgb', 'rgba', 'grey'], doc: 'The picture to draw on.' }),
    mask: port.mask({ doc: 'The classes of the pixels of the original picture.' }),
  },
  outputs: { image: port.image({ doc: 'A copy with the mask; grey becomes rgb.' }) },
  params: {
    opacity: p.number({ default: 0.45, min: 0, max: 1, doc: 'Opacity of the colours: 0 clear, 1 covering.' }),
    background: p.int({ default: 0, min: -1, max: 255, doc: 'The class that stays clear; -1 for none.' }),
    outline: p.boolean({ default: true, doc: 'Draws the edges of regions nearly covering.' }),
  },
  infer: ({ inputs: { image } }) => ({ image: { ...image, colour: image.colour === 'grey' ? 'rgb' : image.colour } }),
  run: ({ inputs, params }) => {
    const { image, mask } = inputs;
    const canvas = canvasOf(image);
    drawMaskOn(canvas, image, mask, params);
    return { image: { ...image, colour: canvas.channels === 4 ? 'rgba' : 'rgb', data: canvas.data } };
  },
  examples: [
    {
      title: 'The right of two black pixels belongs to class 1',
      params: { opacity: 0.5, outline: false },
      inputs: {
        image: { kind: 'image', width: 2, height: 1, colour: 'rgb', data: new Uint8Array(6), geometry },
        mask: { kind: 'mask', width: 2, height: 1, data: Uint8Array.of(0, 1), labels: null },
      },
      outputs: {
        image: {
          kind: 'image',
          width: 2,
          height: 1,
          colour: 'rgb',
          data: Uint8Array.of(0, 0, 0, 24, 78, 128),
          geometry,
        },
      },
    },
  ],
});
