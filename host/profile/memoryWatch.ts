import { readFile, writeFile } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { entryPoint, startWorker } from '../entry.ts';
import { sharedClockOffset } from '../models/clock.ts';
import type { MemoryAnswer } from './memoryWorker.ts';

export interface MemorySample {
  /** By `performance.now` of this thread. */
  readonly atMs: number;
  readonly bytes: number;
}
export interface MemoryWatch {
  readonly beforeBytes: number;
  /** Ends the watching. `peakBytes` is exact where the system keeps it, else the highest that was seen. */
  stop(): Promise<{ readonly samples: readonly MemorySample[]; readonly peakBytes: number }>;
}

/** Watches the resident memory of this process from a thread of its own, so that a busy main thread hides nothing. */
export async function watchMemory(): Promise<MemoryWatch> {
  const worker: Worker = startWorker(entryPoint('memoryWorker', import.meta.url), null);
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
    worker.once('error', () => resolve());
  });
  // It looks from its first moment on, and what it takes itself is not counted.
  const ready = new Promise<void>((resolve) => worker.once('message', () => resolve()));
  await Promise.race([ready, gone]);
  worker.unref();
  const marked = await resetPeak();
  const beforeBytes = process.memoryUsage.rss();
  return {
    beforeBytes,
    stop: async () => {
      worker.ref();
      const answer = new Promise<MemoryAnswer>((resolve) => {
        worker.once('message', (told: MemoryAnswer) => resolve(told));
        gone.then(() => resolve({ atMs: [], bytes: [], peakBytes: 0 }));
      });
      worker.postMessage('stop');
      const { atMs, bytes, peakBytes } = await answer;
      await gone;
      const offset = sharedClockOffset();
      const exact = marked ? await peak() : null;
      return {
        samples: atMs.map((at, i) => ({ atMs: at + offset, bytes: bytes[i] })),
        peakBytes: Math.max(exact ?? 0, peakBytes, beforeBytes),
      };
    },
  };
}

/** Lets Linux count this process's peak anew; false where it cannot. */
async function resetPeak(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  return writeFile('/proc/self/clear_refs', '5').then(
    () => true,
    () => false,
  );
}

async function peak(): Promise<number | null> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
