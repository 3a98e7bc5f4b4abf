/**
 * CIE 1976 L*a*b* of sRGB under D65 in three bytes, as OpenCV's 8-bit COLOR_RGB2Lab: L * 255 / 100, a + 128, b + 128.
 * Source: IEC 61966-2-1 (sRGB transfer and matrix), CIE 15 (Lab, white 0.95047, 1, 1.08883).
 */
export const linearOf = Float64Array.from({ length: 256 }, (_, i) => {
  const v = i / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});
export const white = [0.95047, 1, 1.08883] as const;
export const edge = 6 / 29;

/** Linear sRGB to XYZ, row by row, and back. */
export const toXyz = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
] as const;
export const fromXyz = [
  [3.2404542, -1.5371385, -0.4985314],
  [-0.969266, 1.8760108, 0.041556],
  [0.0556434, -0.2040259, 1.0572252],
] as const;

function compressed(t: number): number {
  return t > edge ** 3 ? Math.cbrt(t) : t / (3 * edge ** 2) + 4 / 29;
}
function expanded(t: number): number {
  return t > edge ? t ** 3 : 3 * edge ** 2 * (t - 4 / 29);
}
function transferred(linear: number): number {
  const v = linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
  return v * 255;
}

function row([a, b, c]: readonly [number, number, number], x: number, y: number, z: number): number {
  return a * x + b * y + c * z;
}

/** Three sRGB bytes at `i` to three Lab bytes. */
export function rgbToLab(data: Uint8Array, out: Uint8ClampedArray, i: number): void {
  const r = linearOf[data[i]];
  const g = linearOf[data[i + 1]];
  const b = linearOf[data[i + 2]];
  const x = compressed(row(toXyz[0], r, g, b) / white[0]);
  const y = compressed(row(toXyz[1], r, g, b));
  const z = compressed(row(toXyz[2], r, g, b) / white[2]);
  out[i] = ((116 * y - 16) * 255) / 100;
  out[i + 1] = 500 * (x - y) + 128;
  out[i + 2] = 200 * (y - z) + 128;
}

/** Three Lab bytes at `i` to three sRGB bytes; colours outside sRGB are clamped. */
export function labToRgb(data: Uint8Array, out: Uint8ClampedArray, i: number): void {
  const l = ((data[i] * 100) / 255 + 16) / 116;
  const x = expanded(l + (data[i + 1] - 128) / 500) * white[0];
  const y = expanded(l);
  const z = expanded(l - (data[i + 2] - 128) / 200) * white[2];
  out[i] = transferred(Math.max(0, row(fromXyz[0], x, y, z)));
  out[i + 1] = transferred(Math.max(0, row(fromXyz[1], x, y, z)));
  out[i + 2] = transferred(Math.max(0, row(fromXyz[2], x, y, z)));
}
