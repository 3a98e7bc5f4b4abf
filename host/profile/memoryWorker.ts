import { parentPort } from 'node:worker_threads';
import { sharedClockMs } from '../models/clock.ts';

/** Looks at the memory of its process again and again until it is told to stop. Started by `memoryWatch.ts`. */
export interface MemoryAnswer {
  /** By `sharedClockMs`. */
  readonly atMs: readonly number[];
  readonly bytes: readonly number[];
  readonly peakBytes: number;
}

const port = parentPort;
if (port === null) throw new Error('memoryWorker.ts is the program of a worker thread');

/** Doubled whenever so many have come together, each second one being let go. */
const mostSamples = 2000;
let everyMs = 10;
let atMs: number[] = [];
let bytes: number[] = [];
let peakBytes = 0;

let timer = setTimeout(look, 0);
function look(): void {
  const now = process.memoryUsage.rss();
  atMs.push(sharedClockMs());
  bytes.push(now);
  peakBytes = Math.max(peakBytes, now);
  if (bytes.length >= mostSamples) {
    everyMs *= 2;
    atMs = atMs.filter((_, i) => i % 2 === 0);
    bytes = bytes.filter((_, i) => i % 2 === 0);
  }
  timer = setTimeout(look, everyMs);
}

port.postMessage('ready');
port.on('message', () => {
  clearTimeout(timer);
  const answer: MemoryAnswer = { atMs, bytes, peakBytes };
  port.postMessage(answer);
  port.close();
});
