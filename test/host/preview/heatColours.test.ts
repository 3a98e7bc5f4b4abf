import { expect, it } from 'vitest';
import { heatColours } from '../../../host/preview/heatColours.ts';

/** CIE 1976 L* of an sRGB colour, another scale of lightness than the one that the colours were made by. */
function lightness(index: number): number {
  const [r, g, b] = [...heatColours.subarray(3 * index, 3 * index + 3)].map((byte) => {
    const v = byte / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

it('heat colours go from near black to near white in even steps', () => {
  expect(heatColours).toHaveLength(768);
  expect(lightness(0)).toBeLessThan(5);
  expect(lightness(255)).toBeGreaterThan(95);
  for (let i = 16; i < 256; i += 16) {
    const step = lightness(i) - lightness(i - 16);
    expect(step).toBeGreaterThan(2.5);
    expect(step).toBeLessThan(9.5);
  }
  for (let i = 4; i < 256; i++) expect(lightness(i)).toBeGreaterThan(lightness(i - 4));
});
