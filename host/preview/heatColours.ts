/**
 * 256 colours from near black over violet and orange to pale yellow, three bytes each, whose lightness rises in even
 * steps: the path of matplotlib's magma, computed here in OKLab (B. Ottosson, "A perceptual color space for image
 * processing", 2020). Where sRGB ends, chroma gives way and lightness stays.
 */
export const heatColours: Uint8Array = Uint8Array.from(
  Array.from({ length: 256 }, (_, i) => {
    const x = i / 255;
    const hue = ((285 + 180 * x) * Math.PI) / 180;
    return inSrgb(0.12 + 0.86 * x, 0.03 + 0.135 * Math.sin(Math.PI * Math.min(1, 0.95 * x + 0.03)), hue);
  }).flat(),
);

function inSrgb(lightness: number, chroma: number, hue: number): readonly number[] {
  for (let c = chroma; c > 0; c -= 0.002) {
    const linear = linearSrgb(lightness, c * Math.cos(hue), c * Math.sin(hue));
    if (linear.every((v) => v >= 0 && v <= 1)) return linear.map(srgbByte);
  }
  return linearSrgb(lightness, 0, 0).map(srgbByte);
}

function linearSrgb(lightness: number, a: number, b: number): readonly number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function srgbByte(linear: number): number {
  const v = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
}
