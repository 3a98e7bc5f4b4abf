import type { Rgb } from './draw.ts';

/** Colours that are told apart on light and dark pictures, neighbours far from each other in hue. */
const palette: readonly number[] = [
  0xff3d57, 0x2f9bff, 0x2ecc71, 0xffb300, 0xa259ff, 0x00c9c8, 0xff7a1a, 0xff5fc4, 0xb7d40a, 0x5b6cff, 0xe6194b,
  0x17a2b8, 0x8bc34a, 0xf4d03f, 0x9b51e0, 0x00e5a8, 0xd2691e, 0xf78fb3, 0x6a8d2f, 0x3f51b5,
];

/** The colour of a class, always the same for one number; after 20 they come again. */
export function classColour(index: number): Rgb {
  const value = palette[((index % palette.length) + palette.length) % palette.length];
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Black or white, white only where it stands out by 3:1 (WCAG relative luminance, gamma taken as 2). */
export function inkOn(colour: Rgb): Rgb {
  const [r, g, b] = colour.map((c) => (c / 255) * (c / 255));
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return luminance > 0.29 ? [0, 0, 0] : [255, 255, 255];
}
