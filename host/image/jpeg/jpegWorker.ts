import { parentPort } from 'node:worker_threads';
import { resizeAntialiased } from '../../../nodes/kernels/resize.ts';
import type { ThreadAnswer, ThreadAsk } from '../../process/threads.ts';
import type { JpegAnswer, JpegAsk } from './messages.ts';
import { TurboDecoder } from './turbo.ts';
import { turboModule } from './turboModule.ts';
import { swapsSides, turnUpright } from './turn.ts';

/** A thread that decodes JPEGs and shrinks them, one at a time. Started by `shrinkJpeg.ts`. */
const decoder = turboModule().then((bytes) => new TurboDecoder(bytes));

parentPort?.on('message', async ({ id, ask }: ThreadAsk<JpegAsk>) => {
  const answer = shrunk(await decoder, ask);
  parentPort?.postMessage({ id, answer } satisfies ThreadAnswer<JpegAnswer>, answer === null ? [] : [answer.buffer]);
});

function shrunk(turbo: TurboDecoder, ask: JpegAsk): JpegAnswer {
  const { channels, orientation, filter } = ask;
  const from = turbo.decode(ask.bytes, ask.scale, channels);
  if (from === null) return null;
  const [width, height] = swapsSides(orientation) ? [ask.height, ask.width] : [ask.width, ask.height];
  const small = resizeAntialiased(from.data, from.width, from.height, channels, width, height, filter);
  return new Uint8Array(turnUpright(small, width, height, channels, orientation));
}
