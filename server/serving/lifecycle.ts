import type { Serving } from './serve.ts';

export interface LifecycleOptions {
  /** After it was asked to end: how long it goes on as before, so that whoever balances the load hears of it. */
  readonly graceMs?: number;
  /** After that: how long what is under way may take. */
  readonly drainMs?: number;
  /** Ends this process. */
  readonly exit: (code: number) => void;
  readonly say?: (words: string) => void;
}

export const defaultGraceMs = 5000;
export const defaultDrainMs = 20_000;
/** Longest that an engine process may take to be ended. */
const closeMs = 3000;

/**
 * The end of a server, at the first call: told as not ready at once, it goes on for `graceMs`, then takes nothing more
 * and answers what it has taken, for `drainMs` at the most; exit code 0. A second call exits at once with 1. One that
 * was still loading has nothing to answer, and exits at once with 0.
 */
export function makeEnding(serving: Serving, options: LifecycleOptions): () => void {
  const { graceMs = defaultGraceMs, drainMs = defaultDrainMs, exit, say = () => undefined } = options;
  let asked = false;

  async function end(): Promise<void> {
    const state = serving.runtime.state();
    const loading = state === 'loading' || state === 'verifying';
    const { running, waiting } = serving.service.load();
    serving.leave();
    say(loading ? 'ending while it loads' : `ending: ${running} run, ${waiting} wait`);
    if (!loading) {
      await sleep(graceMs);
      const drained = await within(serving.drain(), drainMs);
      say(drained ? 'ended: all was answered' : 'ended: what still ran was cut off');
    }
    await within(serving.close(), closeMs);
    exit(0);
  }

  return () => {
    if (asked) return exit(1);
    asked = true;
    end().catch(() => exit(1));
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether it was done in time. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
