import type { JobTools } from './jobs.ts';

/** Progress is told so often at the most. */
export const tellEveryMs = 100;

/** What time is read from and waited by: a test brings its own. */
export interface TellClock {
  /** Milliseconds of a clock that never jumps. */
  now(): number;
  /** Does it later; what is returned takes that back. */
  later(ms: number, act: () => void): () => void;
}

export const realTellClock: TellClock = {
  now: () => performance.now(),
  later: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

export interface ProgressTeller {
  readonly onProgress: JobTools['onProgress'];
  /** Nothing more is told: the job has ended, and that says all. */
  stop(): void;
}

/**
 * Tells progress now and then, never backwards. What is said in between waits and is told when its time has come: a long step
 * must not go by under the words of the one before it.
 */
export function makeProgressTeller(tell: (done: number, words: string) => void, clock: TellClock): ProgressTeller {
  let toldMs = Number.NEGATIVE_INFINITY;
  let most = 0;
  let words = '';
  let takeBack: (() => void) | null = null;
  let stopped = false;

  function tellNow(): void {
    takeBack = null;
    toldMs = clock.now();
    tell(most, words);
  }

  return {
    onProgress: (said) => {
      if (stopped) return;
      most = Math.max(most, Math.min(1, said.done));
      words = said.words;
      if (takeBack !== null) return;
      const waitMs = toldMs + tellEveryMs - clock.now();
      if (waitMs <= 0) tellNow();
      else takeBack = clock.later(waitMs, tellNow);
    },
    stop: () => {
      stopped = true;
      takeBack?.();
      takeBack = null;
    },
  };
}
