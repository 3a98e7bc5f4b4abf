import { originalGeometry } from '../core/kinds/geometry.ts';
import type { BoxesValue, ImageValue, MaskValue } from '../core/kinds/value.ts';
import { canvasOf, drawBoxesOn } from '../nodes/kernels/boxOverlay.ts';
import { classColour } from '../nodes/kernels/palette.ts';

/** A copy of the picture with the boxes drawn as `result.drawBoxes` draws them. */
export function pictureWithBoxes(picture: ImageValue, boxes: BoxesValue): ImageValue {
  const canvas = canvasOf(picture);
  drawBoxesOn(canvas, picture, boxes, { labels: true, scores: true, scale: 1, fill: 0.08 });
  return { ...picture, colour: canvas.channels === 4 ? 'rgba' : 'rgb', data: canvas.data };
}

/** A mask as a picture for eyes: each class in the colour that `result.drawMask` gives it. */
export function maskInColours(mask: MaskValue): ImageValue {
  const { width, height, data } = mask;
  const pixels = new Uint8Array(data.length * 3);
  const colours = Array.from({ length: 256 }, (_, i) => classColour(i));
  for (let i = 0; i < data.length; i++) pixels.set(colours[data[i]], 3 * i);
  return { kind: 'image', width, height, colour: 'rgb', data: pixels, geometry: originalGeometry(width, height) };
}
