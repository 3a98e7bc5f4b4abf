import { setMaxListeners } from 'node:events';

/** A clock that stands still while anything can go on, and jumps to the next sleeper when nothing can. */
export class DelayClock {
  #now = 1000;
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  #looking = false;

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const giveUp = () => reject(signal.reason);
      setMaxListeners(0, signal);
      signal.addEventListener('abort', giveUp, { once: true });
      const wake = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      this.#sleepers.push({ atMs: this.#now + ms, wake });
      this.#look();
    });

  /** Time that passes while the calling thread is busy. */
  readonly spin = (ms: number): void => {
    this.#now += ms;
  };

  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    // By then all that could go on has gone on.
    setImmediate(() => {
      this.#looking = false;
      const [next] = this.#sleepers.sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) return;
      this.#sleepers.shift();
      this.#now = Math.max(this.#now, next.atMs);
      next.wake();
      this.#look();
    });
  }
}
