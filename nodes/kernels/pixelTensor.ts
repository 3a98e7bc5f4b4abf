import type { ImageValue } from '../../core/kinds/value.ts';
import { convertColour } from './colour.ts';

export type Layout = 'NCHW' | 'NHWC';

/** Three channels of a picture, in order red, green, blue; alpha is dropped, as Pillow's convert('RGB') does. */
export function rgbPixels(image: ImageValue): Uint8Array {
  return image.colour === 'rgb' ? image.data : convertColour(image.data, image.colour, 'rgb', 'drop', [0, 0, 0]);
}

/** What each of the 256 levels becomes in one channel: (level / 255 - mean) / std. */
export function normaliseTable(mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, level) => (level / 255 - mean) / std);
}

/**
 * Interleaved uint8 pixels [height, width, channels] to float32 planes [channels, height, width] (NCHW) or in their own order
 * (NHWC), each channel through its table; `order[c]` is the channel of the picture that goes to place c.
 */
export function tabulated(
  pixels: Uint8Array,
  channels: number,
  tables: readonly Float32Array[],
  order: readonly number[],
  layout: Layout,
): Float32Array {
  const count = pixels.length / channels;
  const out = new Float32Array(count * order.length);
  for (const [c, from] of order.entries()) {
    const table = tables[c];
    if (layout === 'NCHW') {
      const start = c * count;
      for (let i = 0, at = from; i < count; i++, at += channels) out[start + i] = table[pixels[at]];
    } else
      for (let i = 0, at = from, to = c; i < count; i++, at += channels, to += order.length)
        out[to] = table[pixels[at]];
  }
  return out;
}

/** The same for bytes that keep their level. */
export function reordered(pixels: Uint8Array, channels: number, order: readonly number[], layout: Layout): Uint8Array {
  const count = pixels.length / channels;
  const out = new Uint8Array(count * order.length);
  for (const [c, from] of order.entries()) {
    const start = layout === 'NCHW' ? c * count : c;
    const step = layout === 'NCHW' ? 1 : order.length;
    for (let i = 0, at = from, to = start; i < count; i++, at += channels, to += step) out[to] = pixels[at];
  }
  return out;
}

/** Shape of a picture's tensor. */
export function pictureShape<D>(
  channels: number,
  height: D,
  width: D,
  layout: Layout,
  batch: boolean,
): readonly (D | number)[] {
  const inner = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
  return batch ? [1, ...inner] : inner;
}
