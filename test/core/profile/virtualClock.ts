import { setImmediate } from 'node:timers/promises';

/** Time that moves only when everybody waits. Sleepers wake in the order of their times. */
export interface VirtualClock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Lets time pass until the work is done; fails when it waits for something that will never come. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function virtualClock(): VirtualClock {
  let time = 0;
  const sleepers: Sleeper[] = [];
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const at = time + Math.max(0, ms);
        const stop = () => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        const sleeper = { at, wake };
        // Behind those of the same time.
        const place = sleepers.findIndex((other) => other.at > at);
        sleepers.splice(place < 0 ? sleepers.length : place, 0, sleeper);
        signal?.addEventListener('abort', stop);
      }),
    during: async (work) => {
      let done = false;
      const settled = work.then(
        () => (done = true),
        () => (done = true),
      );
      for (;;) {
        await setImmediate();
        if (done) break;
        const next = sleepers.shift();
        if (next === undefined) throw new Error('everybody waits, and nobody sleeps');
        time = next.at;
        next.wake();
      }
      await settled;
      return work;
    },
  };
}
