import { expect, it } from 'vitest';
import { makeProgressTeller, type TellClock, tellEveryMs } from '../../../../server/studio/profiling/progressTeller.ts';

/** Time that passes only when the test says so. */
function virtualClock(): TellClock & { pass(ms: number): void } {
  let nowMs = 0;
  let waiting: { readonly atMs: number; readonly act: () => void }[] = [];
  return {
    now: () => nowMs,
    later: (ms, act) => {
      const own = { atMs: nowMs + ms, act };
      waiting.push(own);
      return () => {
        waiting = waiting.filter((other) => other !== own);
      };
    },
    pass: (ms) => {
      const endMs = nowMs + ms;
      for (;;) {
        const next = waiting.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        nowMs = next.atMs;
        waiting = waiting.filter((other) => other !== next);
        next.act();
      }
      nowMs = endMs;
    },
  };
}

function told() {
  const clock = virtualClock();
  const lines: string[] = [];
  const teller = makeProgressTeller((done, words) => lines.push(`${clock.now()} ${done} ${words}`), clock);
  return { clock, lines, ...teller };
}

it('tells the first at once, and what was said last before a long silence when its time has come', () => {
  const { clock, lines, onProgress } = told();
  onProgress({ done: 0, words: 'finding the files' });
  clock.pass(10);
  onProgress({ done: 0.1, words: 'hashing' });
  clock.pass(10);
  onProgress({ done: 0.2, words: 'recording sunset' });
  expect(lines).toEqual(['0 0 finding the files']);
  // The step that was said last takes a minute, and its words are on the screen all the while.
  clock.pass(60_000);
  expect(lines).toEqual(['0 0 finding the files', '100 0.2 recording sunset']);
});

it('tells no more often than that, however much is said, and never backwards', () => {
  const { clock, lines, onProgress } = told();
  for (let i = 0; i < 1000; i++) {
    onProgress({ done: i === 500 ? 0 : i / 1000, words: String(i) });
    clock.pass(1);
  }
  clock.pass(tellEveryMs);
  const times = lines.map((line) => Number(line.split(' ')[0]));
  const shares = lines.map((line) => Number(line.split(' ')[1]));
  expect(times).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(lines.at(-1)).toBe('1000 0.999 999');
});

it('tells nothing after the end: neither what waited, nor what is said still', () => {
  const { clock, lines, onProgress, stop } = told();
  onProgress({ done: 0, words: 'first' });
  onProgress({ done: 0.5, words: 'waits' });
  stop();
  onProgress({ done: 0.9, words: 'late' });
  clock.pass(1000);
  expect(lines).toEqual(['0 0 first']);
});
