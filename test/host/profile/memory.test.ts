import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, expect, it } from 'vitest';
import { watchProcess } from '../../../host/profile/memory.ts';
import { watchMemory } from '../../../host/profile/memoryWatch.ts';

const MiB = 1024 * 1024;

// Garbage from before, collected meanwhile, would hide what is added.
setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');
beforeEach(() => {
  if (typeof collectGarbage === 'function') collectGarbage();
});

/** Memory that is really there: pages that were never written take none. */
function filled(bytes: number): Uint8Array {
  return new Uint8Array(bytes).fill(7);
}

it('tells peak, what is steady, and points to draw, from its own zero', async () => {
  const originMs = performance.now();
  const watch = await watchProcess(originMs);
  await wait(400);
  const fromMs = performance.now();
  const hold = filled(256 * MiB);
  await wait(800);
  await Promise.all([watch.stop(), watch.stop()]);
  const { samples, ...found } = watch.profile(fromMs, performance.now());
  expect(hold[3]).toBe(7);
  // What stood right before: the process may have become smaller since the watch began.
  const [before] = samples.filter(({ atMs }) => atMs < fromMs - originMs).slice(-1);
  expect(found.steadyBytes).toBeGreaterThan(before.bytes + 100 * MiB);
  expect(found.peakBytes).toBeGreaterThanOrEqual(found.steadyBytes);
  expect(samples.length).toBeGreaterThan(3);
  expect(samples.length).toBeLessThan(310);
  expect(samples[0].atMs).toBeGreaterThanOrEqual(0);
  expect(samples[samples.length - 1].atMs).toBeLessThan(performance.now() - originMs);
});

it('sees a peak that is gone again, while this thread is busy all the time', async () => {
  const watch = await watchMemory();
  await wait(300);
  let hold: Uint8Array[] = Array.from({ length: 8 }, () => filled(32 * MiB));
  // No turn is left for timers of this thread.
  const until = performance.now() + 400;
  while (performance.now() < until) hold[0][5]++;
  hold = [];
  const { samples, peakBytes } = await watch.stop();
  expect(hold).toEqual([]);
  expect(peakBytes).toBeGreaterThan(watch.beforeBytes + 200 * MiB);
  const busy = samples.filter(({ atMs }) => atMs > until - 380 && atMs < until);
  expect(busy.length).toBeGreaterThan(3);
  expect(Math.max(...busy.map(({ bytes }) => bytes))).toBeGreaterThan(watch.beforeBytes + 200 * MiB);
  for (const [place, { atMs }] of samples.entries())
    if (place > 0) expect(atMs).toBeGreaterThan(samples[place - 1].atMs);
});
