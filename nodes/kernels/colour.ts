import { type Colour, channelsOf } from '../../core/kinds/value.ts';
import { labToRgb, rgbToLab } from './lab.ts';

/**
 * Colour conversions of interleaved uint8 pixels. grey, hsv and ycbcr are Pillow's `Image.convert`
 * ('L', 'HSV', 'YCbCr'), bit for bit; lab is CIE 1976 under D65, see lab.ts.
 * Source: Pillow 12 src/libImaging/Convert.c and ConvertYCbCr.c.
 */
export function convertColour(
  data: Uint8Array,
  from: Colour,
  to: Colour,
  alpha: 'flatten' | 'drop',
  background: readonly number[],
): Uint8Array {
  if (from === to) return data.slice();
  const pixels = data.length / channelsOf(from);
  return fromRgb(toRgb(data, pixels, from, alpha, background), pixels, to);
}

function toRgb(
  data: Uint8Array,
  pixels: number,
  from: Colour,
  alpha: 'flatten' | 'drop',
  background: readonly number[],
): Uint8Array {
  switch (from) {
    case 'rgb':
      return data;
    case 'bgr':
      return swapped(data);
    case 'grey':
      return repeated(data);
    case 'rgba':
      return alpha === 'drop' ? withoutAlpha(data, pixels) : flattened(data, pixels, background);
    case 'hsv':
      return perPixel(data, hsvToRgb);
    case 'ycbcr':
      return perPixel(data, ycbcrToRgb);
    case 'lab':
      return perPixel(data, labToRgb);
  }
}

function fromRgb(rgb: Uint8Array, pixels: number, to: Colour): Uint8Array {
  switch (to) {
    case 'rgb':
      return rgb;
    case 'bgr':
      return swapped(rgb);
    case 'grey':
      return luma(rgb, pixels);
    case 'rgba':
      return withAlpha(rgb, pixels);
    case 'hsv':
      return perPixel(rgb, rgbToHsv);
    case 'ycbcr':
      return perPixel(rgb, rgbToYcbcr);
    case 'lab':
      return perPixel(rgb, rgbToLab);
  }
}

/** Reads three bytes at `i` and writes three at `i` of `out`. */
export type PixelStep = (data: Uint8Array, out: Uint8ClampedArray, i: number) => void;

function perPixel(data: Uint8Array, step: PixelStep): Uint8Array {
  const out = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 3) step(data, out, i);
  return new Uint8Array(out.buffer);
}

function swapped(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    out[i] = data[i + 2];
    out[i + 1] = data[i + 1];
    out[i + 2] = data[i];
  }
  return out;
}

function repeated(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length * 3);
  for (let i = 0; i < data.length; i++) out.fill(data[i], i * 3, i * 3 + 3);
  return out;
}

/** ITU-R 601 luma, 16-bit fixed point, as Pillow's 'L'. */
export function lumaOf(r: number, g: number, b: number): number {
  return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
}

function luma(rgb: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels);
  for (let n = 0; n < pixels; n++) out[n] = lumaOf(rgb[n * 3], rgb[n * 3 + 1], rgb[n * 3 + 2]);
  return out;
}

function withAlpha(rgb: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 4).fill(255);
  for (let n = 0; n < pixels; n++) {
    out[n * 4] = rgb[n * 3];
    out[n * 4 + 1] = rgb[n * 3 + 1];
    out[n * 4 + 2] = rgb[n * 3 + 2];
  }
  return out;
}

function withoutAlpha(data: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let n = 0; n < pixels; n++) {
    out[n * 3] = data[n * 4];
    out[n * 3 + 1] = data[n * 4 + 1];
    out[n * 3 + 2] = data[n * 4 + 2];
  }
  return out;
}

/** Over a background colour, as Pillow's `paste` with a mask (Paste.c, BLEND). */
function flattened(data: Uint8Array, pixels: number, background: readonly number[]): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let n = 0; n < pixels; n++) {
    const alpha = data[n * 4 + 3];
    for (let c = 0; c < 3; c++) {
      const sum = data[n * 4 + c] * alpha + background[c] * (255 - alpha) + 128;
      out[n * 3 + c] = ((sum >> 8) + sum) >> 8;
    }
  }
  return out;
}

function rgbToHsv(data: Uint8Array, out: Uint8ClampedArray, i: number): void {
  const r = data[i];
  const g = data[i + 1];
  const b = data[i + 2];
  const high = Math.max(r, g, b);
  const range = high - Math.min(r, g, b);
  out[i + 2] = high;
  if (range === 0) return;
  const rc = Math.fround((high - r) / range);
  const gc = Math.fround((high - g) / range);
  const bc = Math.fround((high - b) / range);
  const sector = Math.fround(r === high ? bc - gc : g === high ? 2 + rc - bc : 4 + gc - rc);
  const hue = Math.fround((sector / 6 + 1) % 1);
  out[i] = Math.trunc(hue * 255);
  out[i + 1] = Math.trunc(Math.fround(range / high) * 255);
}

function hsvToRgb(data: Uint8Array, out: Uint8ClampedArray, i: number): void {
  const v = data[i + 2];
  const turn = (data[i] * 6) / 255;
  const sector = Math.floor(turn);
  const f = Math.fround(turn - sector);
  const s = Math.fround(data[i + 1] / 255);
  const p = Math.floor(v * (1 - s) + 0.5);
  const q = Math.floor(v * (1 - s * f) + 0.5);
  const t = Math.floor(v * (1 - s * (1 - f)) + 0.5);
  const at = sector % 6;
  out[i] = [v, q, p, p, t, v][at];
  out[i + 1] = [t, v, v, q, p, p][at];
  out[i + 2] = [p, p, t, v, v, q][at];
}

/** Pillow's tables hold 64ths, made by C's (int)(x + 0.5), which cuts towards zero below it. */
function sixtyFourths(factor: number, offset = 0): Int32Array {
  return Int32Array.from({ length: 256 }, (_, i) => Math.trunc(factor * 64 * (i - offset) + 0.5));
}
const yFrom = [sixtyFourths(0.299), sixtyFourths(0.587), sixtyFourths(0.114)] as const;
const cbFrom = [sixtyFourths(-0.16874), sixtyFourths(-0.33126), sixtyFourths(0.5)] as const;
const crFrom = [sixtyFourths(0.5), sixtyFourths(-0.41869), sixtyFourths(-0.08131)] as const;
const rFromCr = sixtyFourths(1.402, 128);
const gFromCb = sixtyFourths(-0.34414, 128);
const gFromCr = sixtyFourths(-0.71414, 128);
const bFromCb = sixtyFourths(1.772, 128);

function rgbToYcbcr(data: Uint8Array, out: Uint8ClampedArray, i: number): void {
  const r = data[i];
  const g = data[i + 1];
  const b = data[i + 2];
  out[i] = (yFrom[0][r] + yFrom[1][g] + yFrom[2][b]) >> 6;
  out[i + 1] = ((cbFrom[0][r] + cbFrom[1][g] + cbFrom[2][b]) >> 6) + 128;
  out[i + 2] = ((crFrom[0][r] + crFrom[1][g] + crFrom[2][b]) >> 6) + 128;
}

function ycbcrToRgb(data: Uint8Array, out: Uint8ClampedArray, i: number): void {
  const y = data[i];
  const cb = data[i + 1];
  const cr = data[i + 2];
  out[i] = y + (rFromCr[cr] >> 6);
  out[i + 1] = y + ((gFromCb[cb] + gFromCr[cr]) >> 6);
  out[i + 2] = y + (bFromCb[cb] >> 6);
}

/** What each of three channels adds to the three results, in 64ths, and what is added once their sum is cut to whole levels. */
export interface SumTables {
  /** [3 channels][256 levels][3 results]. */
  readonly tables: readonly (readonly (readonly number[])[])[];
  readonly offsets: readonly number[];
}

function rows(...columns: readonly ArrayLike<number>[]): readonly (readonly number[])[] {
  return Array.from({ length: 256 }, (_, level) => columns.map((column) => column[level]));
}
const none = new Int32Array(256);
const whole = Int32Array.from({ length: 256 }, (_, level) => level * 64);

/** `rgbToYcbcr` as tables. */
export const ycbcrFromRgb: SumTables = {
  tables: [0, 1, 2].map((c) => rows(yFrom[c], cbFrom[c], crFrom[c])),
  offsets: [0, 128, 128],
};

/** `ycbcrToRgb` as tables. */
export const rgbFromYcbcr: SumTables = {
  tables: [rows(whole, whole, whole), rows(none, gFromCb, bFromCb), rows(rFromCr, gFromCr, none)],
  offsets: [0, 0, 0],
};
