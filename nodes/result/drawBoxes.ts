import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { canvasOf, drawBoxesOn } from '../kernels/boxOverlay.ts';

export const drawBoxes = defineNode({
  type: 'result.drawBoxes',
  version: 1,
  title: 'Draw boxes',
  summary: 'Draws boxes with labels and scores on a picture, each class in its own colour.',
  keywords: ['overlay', 'annotate', 'visualise', 'boxes', 'detector', 'labels'],
  details:
    'Boxes are in pixels of the original; any picture made from it will do, the original itself or a resized or cropped one. Lines and text grow with the picture. The same input gives the same bytes on every machine.',
  inputs: {
    image: port.image({ colour: ['rgb', 'rgba', 'grey'], doc: 'The picture to draw on.' }),
    boxes: port.boxes({ doc: 'Boxes found in it, or in the picture that it was made from.' }),
  },
  outputs: { image: port.image({ doc: 'A copy with the boxes; grey becomes rgb.' }) },
  params: {
    labels: p.boolean({ default: true, doc: 'Writes the label of each box.' }),
    scores: p.boolean({ default: true, doc: 'Writes the score of each box, in percent where it is from 0 to 1.' }),
    scale: p.number({ default: 1, min: 0.1, max: 10, doc: 'Multiplies line width and text size.' }),
    fill: p.number({ default: 0.08, min: 0, max: 1, doc: 'Opacity of the inside of a box: 0 clear, 1 covered.' }),
  },
  infer: ({ inputs: { image } }) => ({ image: { ...image, colour: image.colour === 'grey' ? 'rgb' : image.colour } }),
  run: ({ inputs, params }) => {
    const { image, boxes } = inputs;
    const canvas = canvasOf(image);
    drawBoxesOn(canvas, image, boxes, params);
    return { image: { ...image, colour: canvas.channels === 4 ? 'rgba' : 'rgb', data: canvas.data } };
  },
  examples: [
    {
      title: 'A frame on four by four pixels, without text; its inside stays',
      params: { labels: false, scores: false, fill: 0 },
      inputs: {
        image: {
          kind: 'image',
          width: 4,
          height: 4,
          colour: 'grey',
          data: new Uint8Array(16).fill(9),
          geometry: { originalWidth: 4, originalHeight: 4, toOriginal: [1, 0, 0, 0, 1, 0] },
        },
        boxes: {
          kind: 'boxes',
          imageWidth: 4,
          imageHeight: 4,
          coordinates: Float32Array.of(0, 0, 4, 4),
          scores: Float32Array.of(0.5),
          classes: Int32Array.of(0),
          labels: null,
        },
      },
      outputs: {
        image: {
          kind: 'image',
          width: 4,
          height: 4,
          colour: 'rgb',
          data: Uint8Array.from({ length: 48 }, (_, i) =>
            [15, 18, 27, 30].includes(i - (i % 3)) ? 9 : [255, 61, 87][i % 3],
          ),
          geometry: { originalWidth: 4, originalHeight: 4, toOriginal: [1, 0, 0, 0, 1, 0] },
        },
      },
    },
  ],
});
