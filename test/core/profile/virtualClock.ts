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
  readonly order: number;
  readonly wake: () => void;
}

/** `granularity`: sleeps end at multiples of it, as timers of an operating system do; 0: when they should. */
export function virtualClock(granularity = 0): VirtualClock {
  let time = 0;
  let order = 0;
  const sleepers: Sleeper[] = [];
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const due = time + Math.max(0, ms);
        const at = granularity === 0 ? due : Math.ceil(due / granularity + 1e-9) * granularity;
        const sleeper = { at, order: order++, wake: resolve };
        const place = sleepers.findIndex((other) => other.at > at);
        sleepers.splice(place < 0 ? sleepers.length : place, 0, sleeper);
        signal?.addEventListener('abort', () => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal.reason);
        });
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
