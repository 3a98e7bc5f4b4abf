import { type Affine, applyAffine } from '../../core/kinds/geometry.ts';
import { channelsOf, type ImageValue } from '../../core/kinds/value.ts';
import { moved } from './picture.ts';

/** Mirrors a picture: left and right (`horizontal`) or top and bottom (`vertical`). */
export function flipPicture(image: ImageValue, axis: 'horizontal' | 'vertical'): ImageValue {
  const { width, height } = image;
  return axis === 'horizontal'
    ? remapped(image, width, height, [-1, 0, width, 0, 1, 0])
    : remapped(image, width, height, [1, 0, 0, 0, -1, height]);
}

/** Turns a picture counter-clockwise by whole quarters, pixel for pixel. */
export function quarterTurns(image: ImageValue, quarters: number): ImageValue {
  const { width, height } = image;
  switch (((quarters % 4) + 4) % 4) {
    case 1:
      return remapped(image, height, width, [0, -1, width, 1, 0, 0]);
    case 2:
      return remapped(image, width, height, [-1, 0, width, 0, -1, height]);
    case 3:
      return remapped(image, height, width, [0, 1, 0, -1, 0, height]);
    default:
      return remapped(image, width, height, [1, 0, 0, 0, 1, 0]);
  }
}

/** A map of whole pixels onto whole pixels: entries of `step` are 0, 1 and -1 apart from the offsets. */
function remapped(image: ImageValue, width: number, height: number, step: Affine): ImageValue {
  const channels = channelsOf(image.colour);
  const across = (step[0] + step[3] * image.width) * channels;
  const downwards = (step[1] + step[4] * image.width) * channels;
  const [x0, y0] = applyAffine(step, 0.5, 0.5);
  const start = (Math.floor(x0) + Math.floor(y0) * image.width) * channels;
  const out = new Uint8Array(image.data.length);
  let o = 0;
  for (let y = 0; y < height; y++) {
    let i = start + y * downwards;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) out[o++] = image.data[i + c];
      i += across;
    }
  }
  return moved(image, width, height, out, step);
}

/**
 * Turns a picture counter-clockwise about its centre by any angle in degrees, bilinear, as Pillow's
 * `Image.rotate(angle, BILINEAR, expand, fillcolor)` does: what lies outside is `fill` (one byte per channel).
 * Source: Pillow 12 Image.py (rotate) and src/libImaging/Geometry.c (bilinear_filter32RGB, which truncates).
 */
export function rotatePicture(
  image: ImageValue,
  angleDegrees: number,
  expand: boolean,
  fill: readonly number[],
): ImageValue {
  const angle = withinTurn(angleDegrees);
  if (isExact(angle, image.width, image.height, expand)) return quarterTurns(image, angle / 90);
  const { width, height, step } = rotation(image.width, image.height, angle, expand);
  return moved(image, width, height, sample(image, width, height, step, fill), step);
}

/** The size of a picture turned by `angleDegrees`, as rotatePicture makes it. */
export function turnedSize(
  width: number,
  height: number,
  angleDegrees: number,
  expand: boolean,
): { readonly width: number; readonly height: number } {
  const angle = withinTurn(angleDegrees);
  if (isExact(angle, width, height, expand))
    return angle % 180 === 0 ? { width, height } : { width: height, height: width };
  const turned = rotation(width, height, angle, expand);
  return { width: turned.width, height: turned.height };
}

/** 0 up to 360. */
export function withinTurn(degrees: number): number {
  return degrees - 360 * Math.floor(degrees / 360);
}

/** Whether pixels go onto pixels, so that nothing is mixed. */
function isExact(angle: number, width: number, height: number, expand: boolean): boolean {
  return angle === 0 || angle === 180 || (angle % 90 === 0 && (expand || width === height));
}

interface Rotation {
  readonly width: number;
  readonly height: number;
  /** New to old continuous coordinates. */
  readonly step: Affine;
}

/** The size and map of a rotation by `angle` degrees (0 to 360) that is not exact. */
function rotation(oldWidth: number, oldHeight: number, angle: number, expand: boolean): Rotation {
  const radians = -(angle * Math.PI) / 180;
  const cos = round15(Math.cos(radians));
  const sin = round15(Math.sin(radians));
  const [cx, cy] = [oldWidth / 2, oldHeight / 2];
  const turn = (x: number, y: number): readonly [number, number] => [cos * x + sin * y, -sin * x + cos * y];
  const [tx, ty] = turn(-cx, -cy);
  let [left, top] = [tx + cx, ty + cy];
  let [width, height] = [oldWidth, oldHeight];
  if (expand) {
    const corners = [
      [0, 0],
      [oldWidth, 0],
      [oldWidth, oldHeight],
      [0, oldHeight],
    ].map(([x, y]) => [cos * x + sin * y + left, -sin * x + cos * y + top]);
    const xs = corners.map((corner) => corner[0]);
    const ys = corners.map((corner) => corner[1]);
    width = Math.ceil(Math.max(...xs)) - Math.floor(Math.min(...xs));
    height = Math.ceil(Math.max(...ys)) - Math.floor(Math.min(...ys));
    const [ex, ey] = turn(-(width - oldWidth) / 2, -(height - oldHeight) / 2);
    [left, top] = [left + ex, top + ey];
  }
  return { width, height, step: [cos, sin, left, -sin, cos, top] };
}

/** Python's round(x, 15), so that cos 90° is 0. */
export function round15(x: number): number {
  return Math.round(x * 1e15) / 1e15;
}

function sample(image: ImageValue, width: number, height: number, step: Affine, fill: readonly number[]): Uint8Array {
  const channels = channelsOf(image.colour);
  const { data, width: inWidth, height: inHeight } = image;
  const out = new Uint8Array(width * height * channels);
  let o = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sx = step[0] * (x + 0.5) + step[1] * (y + 0.5) + step[2];
      const sy = step[3] * (x + 0.5) + step[4] * (y + 0.5) + step[5];
      if (sx < 0 || sx >= inWidth || sy < 0 || sy >= inHeight) {
        for (let c = 0; c < channels; c++) out[o++] = fill[c];
        continue;
      }
      const left = Math.floor(sx - 0.5);
      const top = Math.floor(sy - 0.5);
      const dx = sx - 0.5 - left;
      const dy = sy - 0.5 - top;
      const x0 = Math.max(0, left) * channels;
      const x1 = Math.min(inWidth - 1, left + 1) * channels;
      const row0 = Math.max(0, top) * inWidth * channels;
      const row1 = Math.min(inHeight - 1, top + 1) * inWidth * channels;
      for (let c = 0; c < channels; c++) {
        const upper = data[row0 + x0 + c] * (1 - dx) + data[row0 + x1 + c] * dx;
        const lower = data[row1 + x0 + c] * (1 - dx) + data[row1 + x1 + c] * dx;
        out[o++] = upper * (1 - dy) + lower * dy;
      }
    }
  }
  return out;
}
