import { availableParallelism } from 'node:os';
import type { Limits } from '../../../core/define/limits.ts';
import { entryPoint, startWorker } from '../../entry.ts';
import { Threads } from '../../process/threads.ts';
import { decodeFailure } from '../failures.ts';
import type { HeaderSize } from '../headerSize.ts';
import type { OpenPicture } from '../open.ts';
import type { RawPixels } from '../pixels.ts';
import type { JpegAnswer, JpegAsk } from './messages.ts';
import type { JpegScale } from './turbo.ts';
import { turboModule } from './turboModule.ts';
import { swapsSides } from './turn.ts';

export type JpegThreads = Pick<Threads<JpegAsk, JpegAnswer>, 'ask'>;

let threads: Promise<JpegThreads> | undefined;

/** Those of this process: as many as Node has for its own work. */
function jpegThreads(): Promise<JpegThreads> {
  threads ??= turboModule().then(
    (module) =>
      new Threads(
        () => startWorker(entryPoint('jpegWorker', import.meta.url), module),
        Math.min(4, availableParallelism()),
      ),
  );
  // Whatever kept the module from being read may be over at the next picture.
  threads.catch(() => {
    threads = undefined;
  });
  return threads;
}

/**
 * Up to here libjpeg-turbo in WebAssembly costs less than libvips, which decodes 2 to 3 times as fast but needs more for its
 * set-up than for such a picture (bench/jpeg.ts).
 */
export const mostBytes = 160 << 10;
export const mostPixels = 1 << 19;

/**
 * Shrinks a small JPEG in a thread of ours: decoded at a half, a quarter or an eighth in the frequency domain, never
 * closer than twice what is wanted, then resized: the bytes of Pillow's `draft` and `resize`. null when it is not for this
 * way, or it is damaged: libvips then has the word. Throws media-timeout and the signal's reason.
 */
export async function shrinkJpeg(
  picture: OpenPicture,
  to: Pick<JpegAsk, 'width' | 'height' | 'filter'>,
  limits: Limits,
  signal: AbortSignal,
  threadsOf: () => Promise<JpegThreads> = jpegThreads,
): Promise<RawPixels | null> {
  if (picture.sequential === null || picture.bytes.length > mostBytes) return null;
  const scale = scaleFor(picture, to);
  if ((picture.width / scale) * (picture.height / scale) > mostPixels) return null;
  const channels = picture.pixels === 'grey' ? 1 : 3;
  // A Buffer's slice would be a view of memory that others use.
  const bytes = new Uint8Array(picture.bytes);
  const { width, height, filter } = to;
  const { orientation } = picture.sequential;
  const sides = [picture.width, picture.height];
  const [fullWidth, fullHeight] = swapsSides(orientation) ? sides.reverse() : sides;
  const full = { width: fullWidth, height: fullHeight };
  const ask: JpegAsk = { bytes, full, scale, channels, orientation, width, height, filter };
  try {
    const { pixels } = await (await threadsOf()).ask({
      ask,
      buffers: [bytes.buffer],
      signal,
      limitMs: limits.decodeMs,
    });
    return pixels === null ? null : { data: pixels, width, height, channels };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof Error && error.message === 'timeout')
      throw decodeFailure(error, picture.source, limits.decodeMs);
    return null;
  }
}

/** How far a picture is shrunk while it is decoded. */
export function scaleFor(from: HeaderSize, to: HeaderSize): JpegScale {
  const shrink = Math.min(from.width / to.width, from.height / to.height);
  return shrink >= 16 ? 8 : shrink >= 8 ? 4 : shrink >= 4 ? 2 : 1;
}
