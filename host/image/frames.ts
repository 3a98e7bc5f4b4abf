import type { Limits } from '../../core/define/limits.ts';
import type { ImageValue } from '../../core/kinds/value.ts';
import { decoder, type OpenPicture } from './open.ts';
import { decodePicture, pictureOf, rawPixels } from './pixels.ts';

/**
 * Decoded bytes held at once. Frames build on those before them, so each run of frames costs decoding all before it:
 * the longer the runs, the fewer times.
 */
const runBytes = 128 * 1024 * 1024;

/** Every frame with its time in seconds: the sum of the delays before it. A delay of 0 counts as 100 ms, as browsers have it. */
export async function* framesOf(
  picture: OpenPicture,
  limits: Limits,
  signal: AbortSignal,
  heldBytes = runBytes,
): AsyncIterable<{ readonly t: number; readonly image: ImageValue }> {
  if (picture.frames <= 1) {
    yield { t: 0, image: await decodePicture(picture, limits, signal) };
    return;
  }
  const { width, height, frames } = picture;
  const run = Math.max(1, Math.floor(heldBytes / (width * height * 4)));
  let milliseconds = 0;
  for (let page = 0; page < frames; page += run) {
    const pages = Math.min(run, frames - page);
    const raw = await rawPixels(decoder(picture, limits.decodeMs, { page, pages }), picture, limits, signal);
    const size = raw.data.byteLength / pages;
    for (let i = 0; i < pages; i++) {
      signal.throwIfAborted();
      const data = raw.data.slice(i * size, (i + 1) * size);
      yield { t: milliseconds / 1000, image: pictureOf({ data, width, height, channels: raw.channels }) };
      milliseconds += picture.delaysMs[page + i] || 100;
    }
  }
}
