import { parentPort, workerData } from 'node:worker_threads';
import { resizeAntialiased } from '../../../nodes/kernels/resize.ts';
import type { ThreadAnswer, ThreadAsk } from '../../process/threads.ts';
import type { JpegAnswer, JpegAsk } from './messages.ts';
import { TurboDecoder } from './turbo.ts';
import { swapsSides, turnUpright } from './turn.ts';

/** A thread that decodes JPEGs and shrinks them, one at a time. Started by `shrinkJpeg.ts`. */
const decoder = new TurboDecoder(workerData as object);

parentPort?.on('message', ({ id, ask }: ThreadAsk<JpegAsk>) => {
  const pixels = shrunk(decoder, ask);
  const answer = { pixels, bytes: ask.bytes };
  const buffers = [pixels, ask.bytes].flatMap((part) => (part === null ? [] : [part.buffer as ArrayBuffer]));
  parentPort?.postMessage({ id, answer } satisfies ThreadAnswer<JpegAnswer>, buffers);
});

function shrunk(turbo: TurboDecoder, ask: JpegAsk): Uint8Array | null {
  const { channels, orientation, filter } = ask;
  const from = turbo.decode(ask.bytes, ask.full, ask.scale, channels);
  if (from === null) return null;
  const [width, height] = swapsSides(orientation) ? [ask.height, ask.width] : [ask.width, ask.height];
  const small = resizeAntialiased(from.data, from.width, from.height, channels, width, height, filter);
  return turnUpright(small, width, height, channels, orientation);
}
