import type { ImageValue, MaskValue } from '../../core/kinds/value.ts';
import { blend, type Canvas, type Rgb } from './draw.ts';
import { classColour } from './palette.ts';

export interface MaskStyle {
  /** Opacity of classes, 0 to 1. */
  readonly opacity: number;
  /** Class that stays clear; -1 for none. */
  readonly background: number;
  readonly outline: boolean;
}

/**
 * Lays the classes of a mask over a picture in their colours. The mask covers the original picture, at whatever size;
 * each pixel takes the class of the mask pixel that its centre falls on. Pixels outside of the original stay clear.
 */
export function drawMaskOn(canvas: Canvas, image: ImageValue, mask: MaskValue, style: MaskStyle): void {
  const { width, height } = canvas;
  const classes = classesUnder(image, mask, style.background);
  const colours = new Map<number, Rgb>();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const index = classes[at];
      if (index < 0) continue;
      let colour = colours.get(index);
      if (colour === undefined) {
        colour = classColour(index);
        colours.set(index, colour);
      }
      const edge =
        style.outline &&
        ((x > 0 && classes[at - 1] !== index) ||
          (x + 1 < width && classes[at + 1] !== index) ||
          (y > 0 && classes[at - width] !== index) ||
          (y + 1 < height && classes[at + width] !== index));
      blend(canvas, x, y, colour, edge ? Math.max(0.9, style.opacity) : style.opacity);
    }
  }
}

/** The class under each pixel of a picture; -1 where there is none or it is the background. */
function classesUnder(image: ImageValue, mask: MaskValue, background: number): Int16Array {
  const { width, height, geometry } = image;
  const out = new Int16Array(width * height);
  const [a, b, c, d, e, f] = geometry.toOriginal;
  const sx = mask.width / geometry.originalWidth;
  const sy = mask.height / geometry.originalHeight;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const mx = Math.floor((a * (x + 0.5) + b * (y + 0.5) + c) * sx);
      const my = Math.floor((d * (x + 0.5) + e * (y + 0.5) + f) * sy);
      const inside = mx >= 0 && my >= 0 && mx < mask.width && my < mask.height;
      const index = inside ? mask.data[my * mask.width + mx] : -1;
      out[y * width + x] = index === background ? -1 : index;
    }
  }
  return out;
}
