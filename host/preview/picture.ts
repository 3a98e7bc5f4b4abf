import sharp, { type Sharp } from 'sharp';
import { type Colour, channelsOf, type ImageValue } from '../../core/kinds/value.ts';
import { convertColour } from '../../nodes/kernels/colour.ts';
import { untilAborted } from '../image/failures.ts';
import type { PreviewWork, Rest } from './work.ts';

/** Pictures of at most this width and height go as they are, pixel by pixel; the screen enlarges them. */
const exactPixels = 64;

/** Pixels that are converted between two rests. */
const bandPixels = 1 << 13;

type PictureWork = Pick<PreviewWork, 'signal' | 'blobs' | 'rest'>;

/** A picture that is wanted exact goes so up to this many pixels. */
const mostLossless = 4_000_000;

/**
 * Adds the picture, shrunk to fit `width` x `height`, never enlarged, and gives its blob's id. `lossless`: pixel by pixel
 * where the whole of it fits.
 */
export async function addPicture(
  image: ImageValue,
  width: number,
  height: number,
  work: PictureWork,
  lossless = false,
): Promise<string> {
  const { signal, blobs, rest } = work;
  const whole = image.width <= width && image.height <= height && image.width * image.height <= mostLossless;
  const exact = (image.width <= exactPixels && image.height <= exactPixels) || (lossless && whole);
  const size = exact ? image : fitInside(image.width, image.height, width, height);
  const shown = await shrunk(image, size, rest, signal);
  const png = exact || shown.colour === 'rgba';
  const pipeline = open(shown);
  if (shown.colour === 'grey') pipeline.toColourspace('b-w');
  // A screen shows text and red edges too: no chroma is thrown away.
  if (png) pipeline.png({ compressionLevel: 3 });
  else pipeline.jpeg({ quality: 85, chromaSubsampling: '4:4:4' });
  const bytes = await untilAborted(pipeline.toBuffer(), signal);
  return blobs.add(new Uint8Array(bytes), png ? 'image/png' : 'image/jpeg');
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest size of the same proportions inside `width` x `height`, not above its own. */
export function fitInside(ownWidth: number, ownHeight: number, width: number, height: number): Size {
  const scale = Math.min(1, width / ownWidth, height / ownHeight);
  return {
    width: Math.max(1, Math.round(ownWidth * scale)),
    height: Math.max(1, Math.round(ownHeight * scale)),
  };
}

type Pixels = Size & { readonly colour: Colour; readonly data: Uint8Array };

/** In rgb, rgba or grey, at that size. */
async function shrunk(image: ImageValue, size: Size, rest: Rest, signal: AbortSignal): Promise<Pixels> {
  // Hue goes round, so means of it are wrong: these pixels are converted first. Means of the others are right as they are.
  const source = image.colour === 'hsv' ? await asRgb(image, rest) : image;
  if (source.width === size.width && source.height === size.height) return asRgb(source, rest);
  const pipeline = open(source).resize(size.width, size.height, { fit: 'fill', kernel: 'linear' });
  if (source.colour === 'grey') pipeline.toColourspace('b-w');
  const data = new Uint8Array(await untilAborted(pipeline.raw().toBuffer(), signal));
  return asRgb({ ...size, colour: source.colour, data }, rest);
}

function open({ width, height, colour, data }: Pixels): Sharp {
  return sharp(data, {
    raw: { width, height, channels: colour === 'grey' ? 1 : colour === 'rgba' ? 4 : 3 },
    limitInputPixels: false,
  });
}

/** grey and rgba stay; all others become rgb, band by band. */
async function asRgb(pixels: Pixels, rest: Rest): Promise<Pixels> {
  const { colour, data } = pixels;
  if (colour === 'rgb' || colour === 'rgba' || colour === 'grey') return pixels;
  const out = new Uint8Array(data.length);
  const step = bandPixels * channelsOf(colour);
  for (let at = 0; at < data.length; at += step) {
    out.set(convertColour(data.subarray(at, at + step), colour, 'rgb', 'drop', []), at);
    await rest();
  }
  return { ...pixels, colour: 'rgb', data: out };
}
