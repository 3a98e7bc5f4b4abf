import sharp from 'sharp';
import type { Colour, ImageValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { convertColour } from '../../nodes/kernels/colour.ts';
import { untilAborted } from './failures.ts';

const white = [255, 255, 255];

/** Encodes as png (lossless), jpeg or webp (quality 90). Colours that no file holds become rgb; jpeg puts alpha over white. */
export async function encodePicture(
  image: ImageValue,
  format: 'png' | 'jpeg' | 'webp',
  signal: AbortSignal,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const colour = storable(image.colour, format);
  const data = colour === image.colour ? image.data : convertColour(image.data, image.colour, colour, 'flatten', white);
  const { width, height } = image;
  const pipeline = sharp(data, {
    raw: { width, height, channels: colour === 'grey' ? 1 : colour === 'rgba' ? 4 : 3 },
    limitInputPixels: false,
  });
  if (colour === 'grey') pipeline.toColourspace('b-w');
  if (format === 'jpeg') pipeline.jpeg({ quality: 90 });
  else if (format === 'webp') pipeline.webp({ quality: 90 });
  else pipeline.png({ compressionLevel: 6 });
  try {
    return new Uint8Array(await untilAborted(pipeline.toBuffer(), signal));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new Problem('value-invalid', {
      message: `A picture of ${width}x${height} cannot be written as ${format}.`,
      fix: format === 'png' ? 'Make the picture smaller.' : 'Write it as png, which holds larger pictures.',
      cause: error,
    });
  }
}

function storable(colour: Colour, format: 'png' | 'jpeg' | 'webp'): Colour {
  if (colour === 'rgb' || colour === 'grey') return colour;
  return colour === 'rgba' && format !== 'jpeg' ? 'rgba' : 'rgb';
}
