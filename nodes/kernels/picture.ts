import { type Affine, composeGeometry, cutAffine, resizeAffine } from '../../core/kinds/geometry.ts';
import { type Colour, channelsOf, type ImageValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { interpolate, nearestAtCentre } from './interpolate.ts';
import { resizeAntialiased } from './resize.ts';

export type PictureFilter = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

/** A picture of `width` x `height` whose pixels moved by `step` (new to old coordinates). */
export function moved(image: ImageValue, width: number, height: number, data: Uint8Array, step: Affine): ImageValue {
  return { ...image, width, height, data, geometry: composeGeometry(image.geometry, step) };
}

/**
 * Resizes to `width` x `height` px. Antialiased: as Pillow, transparent pixels weighted by their alpha. Not
 * antialiased: as torch.nn.functional.interpolate(align_corners=False); lanczos has no such form and is antialiased always.
 */
export function resizePicture(
  image: ImageValue,
  width: number,
  height: number,
  filter: PictureFilter,
  antialias: boolean,
): ImageValue {
  const step = resizeAffine(image.width, image.height, width, height);
  const pixels = resizePixels(image, width, height, filter, antialias);
  return moved(image, width, height, pixels, step);
}

function resizePixels(
  image: ImageValue,
  width: number,
  height: number,
  filter: PictureFilter,
  antialias: boolean,
): Uint8Array {
  const channels = channelsOf(image.colour);
  if (width === image.width && height === image.height) return image.data.slice();
  if (filter === 'nearest') {
    return antialias
      ? nearestAtCentre(image.data, image.width, image.height, channels, width, height)
      : interpolate(image.data, image.width, image.height, channels, width, height, filter);
  }
  if (!antialias && filter !== 'lanczos') {
    return interpolate(image.data, image.width, image.height, channels, width, height, filter);
  }
  if (image.colour !== 'rgba') {
    return resizeAntialiased(image.data, image.width, image.height, channels, width, height, filter);
  }
  return unmultiplyAlpha(
    resizeAntialiased(multiplyAlpha(image.data), image.width, image.height, 4, width, height, filter),
  );
}

/** RGBA to RGB times alpha, as Pillow's mode `RGBa` (Convert.c, MULDIV255). */
function multiplyAlpha(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    for (let c = 0; c < 3; c++) {
      const product = data[i + c] * alpha + 128;
      out[i + c] = ((product >> 8) + product) >> 8;
    }
    out[i + 3] = alpha;
  }
  return out;
}

function unmultiplyAlpha(data: Uint8Array): Uint8Array {
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    if (alpha === 0 || alpha === 255) continue;
    for (let c = 0; c < 3; c++) data[i + c] = Math.min(255, Math.trunc((255 * data[i + c]) / alpha));
  }
  return data;
}

/** Cuts `width` x `height` px at `left`, `top`; the part must lie inside the picture. */
export function cutPicture(image: ImageValue, left: number, top: number, width: number, height: number): ImageValue {
  const channels = channelsOf(image.colour);
  const stride = image.width * channels;
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * stride + left * channels;
    out.set(image.data.subarray(from, from + width * channels), y * width * channels);
  }
  return moved(image, width, height, out, cutAffine(left, top));
}

export interface Borders {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Puts a border of one colour around the picture; sizes in px, `colour` one byte per channel of the picture. */
export function padPicture(image: ImageValue, borders: Borders, colour: readonly number[]): ImageValue {
  const channels = channelsOf(image.colour);
  const width = image.width + borders.left + borders.right;
  const height = image.height + borders.top + borders.bottom;
  const out = filled(width, height, colour);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * channels, (y + 1) * image.width * channels);
    out.set(row, ((y + borders.top) * width + borders.left) * channels);
  }
  return moved(image, width, height, out, cutAffine(-borders.left, -borders.top));
}

/** `width` x `height` px of one colour, one byte per channel. */
export function filled(width: number, height: number, colour: readonly number[]): Uint8Array {
  const out = new Uint8Array(width * height * colour.length);
  if (colour.every((v) => v === colour[0])) return out.fill(colour[0]);
  for (let i = 0; i < out.length; i += colour.length) for (let c = 0; c < colour.length; c++) out[i + c] = colour[c];
  return out;
}

/**
 * A colour as a parameter gives it, for a picture's channels: one number stands for every colour channel, and a
 * missing alpha is opaque. Throws `value-invalid` when the count does not fit.
 */
export function colourFor(colour: Colour, numbers: readonly number[]): readonly number[] {
  const channels = channelsOf(colour);
  const full = colour === 'rgba' ? 3 : channels;
  if (numbers.length === channels) return numbers;
  const colours = numbers.length === 1 ? new Array<number>(full).fill(numbers[0]) : numbers;
  if (colours.length !== full) {
    throw new Problem('value-invalid', {
      message: `The colour has ${numbers.length} numbers, but the picture is ${colour}: 1 or ${full} were expected.`,
      fix: 'Give one number, or one for each channel of the picture.',
      where: { param: 'colour' },
    });
  }
  return colour === 'rgba' ? [...colours, 255] : colours;
}

/** Pads by repeating the edge pixel, or by mirroring about it (the edge itself not repeated), as torchvision's modes of that name. */
export function extendPicture(image: ImageValue, borders: Borders, mode: 'edge' | 'reflect'): ImageValue {
  const channels = channelsOf(image.colour);
  const width = image.width + borders.left + borders.right;
  const height = image.height + borders.top + borders.bottom;
  const place = mode === 'edge' ? clampPlace : mirrorPlace;
  const columns = Int32Array.from({ length: width }, (_, x) => place(x - borders.left, image.width));
  const out = new Uint8Array(width * height * channels);
  let o = 0;
  for (let y = 0; y < height; y++) {
    const row = place(y - borders.top, image.height) * image.width;
    for (let x = 0; x < width; x++) {
      const i = (row + columns[x]) * channels;
      for (let c = 0; c < channels; c++) out[o++] = image.data[i + c];
    }
  }
  return moved(image, width, height, out, cutAffine(-borders.left, -borders.top));
}

function clampPlace(i: number, size: number): number {
  return Math.min(size - 1, Math.max(0, i));
}

function mirrorPlace(i: number, size: number): number {
  return i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
}
