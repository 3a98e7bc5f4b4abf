import { channelsOf, type ImageValue } from '../../kinds/value.ts';

/** Pixels looked at along the longer side: what light and focus are can be told from so many. */
const grid = 192;

/**
 * Size, light and focus of a picture, on an even grid of its pixels: brightness and contrast are mean and deviation of
 * luma (Rec. 601), 0 to 1; sharpness is the deviation of the Laplacian (Pech-Pacheco 2000) of neighbouring pixels, 0 to 1;
 * saturation is the mean of (max - min) / max. Colours that are not RGB-like are told by size only.
 */
export function imageFeatures(image: ImageValue): Readonly<Record<string, number>> {
  const { width, height, colour, data } = image;
  const size = { width, height, aspect: width / height };
  const places = { rgb: [0, 1, 2], rgba: [0, 1, 2], bgr: [2, 1, 0], grey: [0, 0, 0] } as const;
  if (!Object.hasOwn(places, colour) || width === 0 || height === 0) return size;
  const [r, g, b] = places[colour as keyof typeof places];
  const step = channelsOf(colour);
  const luma = (x: number, y: number): number => {
    const at = (y * width + x) * step;
    return (0.299 * data[at + r] + 0.587 * data[at + g] + 0.114 * data[at + b]) / 255;
  };
  const apart = Math.max(1, Math.floor(Math.max(width, height) / grid));
  let [count, sum, squares, saturation] = [0, 0, 0, 0];
  let [edges, bends, bendSquares] = [0, 0, 0];
  for (let y = 0; y < height; y += apart)
    for (let x = 0; x < width; x += apart) {
      const light = luma(x, y);
      count++;
      sum += light;
      squares += light * light;
      const at = (y * width + x) * step;
      const most = Math.max(data[at + r], data[at + g], data[at + b]);
      if (most > 0) saturation += (most - Math.min(data[at + r], data[at + g], data[at + b])) / most;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) continue;
      const bend = luma(x - 1, y) + luma(x + 1, y) + luma(x, y - 1) + luma(x, y + 1) - 4 * light;
      edges++;
      bends += bend;
      bendSquares += bend * bend;
    }
  const brightness = sum / count;
  return {
    ...size,
    brightness,
    contrast: Math.sqrt(Math.max(0, squares / count - brightness * brightness)),
    saturation: saturation / count,
    ...(edges === 0 ? {} : { sharpness: Math.sqrt(Math.max(0, bendSquares / edges - (bends / edges) ** 2)) }),
  };
}
