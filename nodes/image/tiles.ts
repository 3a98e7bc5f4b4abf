import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import { many } from '../../core/kinds/type.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { colourFor, cutPicture, padPicture } from '../kernels/picture.ts';
import { requirePictureRoom } from '../kernels/pictureRoom.ts';

/** Starts of tiles along one side: a step apart, the last one moved back so that it ends at the edge. */
function starts(length: number, tile: number, step: number): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at + tile < length; at += step) found.push(at);
  return [...found, Math.max(0, length - tile)];
}

export const tiles = defineNode({
  type: 'image.tiles',
  version: 1,
  title: 'Tiles',
  summary: 'Cuts a large picture into overlapping tiles of one size, row by row.',
  keywords: ['patches', 'slice', 'sahi', 'grid', 'large', 'aerial'],
  details:
    'Each tile keeps the map to its place in the original. A picture smaller than a tile gets a black border at the right and below. The time of tile i of the picture at t is t + i ms, or just after the tile before it where that is later: no two tiles have one time, so what comes of them can be joined tile by tile.',
  inputs: { image: port.image({ doc: 'The pictures to cut.' }) },
  outputs: { tile: port.image({ doc: 'The tiles, row by row.' }) },
  params: {
    width: p.int({ default: 640, min: 1, max: 16384, unit: 'px', doc: 'Width of a tile.' }),
    height: p.int({ default: 640, min: 1, max: 16384, unit: 'px', doc: 'Height of a tile.' }),
    overlap: p.number({
      default: 0.2,
      min: 0,
      max: 0.9,
      doc: 'Share of a tile that the next one covers again, 0 to 0.9.',
    }),
  },
  infer: ({ inputs, params }) => ({
    tile: { ...inputs.image, width: params.width, height: params.height, sequence: many },
  }),
  async *stream({ inputs, params, host, signal }) {
    const { width, height, overlap } = params;
    const stepX = Math.max(1, Math.round(width * (1 - overlap)));
    const stepY = Math.max(1, Math.round(height * (1 - overlap)));
    let last = Number.NEGATIVE_INFINITY;
    for await (const { t, value } of inputs.image) {
      signal.throwIfAborted();
      const right = Math.max(0, width - value.width);
      const bottom = Math.max(0, height - value.height);
      requirePictureRoom(value.width + right, value.height + bottom, host.limits);
      const black = colourFor(value.colour, [0]);
      const image = right + bottom === 0 ? value : padPicture(value, { left: 0, top: 0, right, bottom }, black);
      let i = 0;
      for (const top of starts(image.height, height, stepY)) {
        for (const left of starts(image.width, width, stepX)) {
          signal.throwIfAborted();
          last = Math.max(t + i++ * 1e-3, last + 1e-6);
          yield { t: last, outputs: { tile: cutPicture(image, left, top, width, height) } };
        }
      }
    }
  },
  examples: [
    {
      title: 'Three pixels in two tiles of two',
      params: { width: 2, height: 1, overlap: 0 },
      inputs: { image: examplePicture(3, 1, 'grey', [1, 2, 3]) },
      outputs: {
        tile: [
          { t: 0, value: examplePicture(2, 1, 'grey', [1, 2], originalGeometry(3, 1)) },
          {
            t: 0.001,
            value: examplePicture(2, 1, 'grey', [2, 3], { ...originalGeometry(3, 1), toOriginal: [1, 0, 1, 0, 1, 0] }),
          },
        ],
      },
    },
  ],
});
