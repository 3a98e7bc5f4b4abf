import { expect, it } from 'vitest';
import { inOrder } from '../../cli/batch.ts';
import { timeLeft } from '../../cli/progress.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const never = new AbortController().signal;

it('hands results on in order, works at most so many at once, and starts before the end', async () => {
  let running = 0;
  let most = 0;
  const got: number[] = [];
  const items = Array.from({ length: 40 }, (_, i) => i);
  const work = async (i: number) => {
    running++;
    most = Math.max(most, running);
    await wait((i * 7) % 11);
    running--;
    return i;
  };
  await inOrder(items, 3, work, async (i) => void got.push(i), never);
  expect(got).toEqual(items);
  expect(most).toBe(3);
});

it('does not run far ahead of a slow reader', async () => {
  let started = 0;
  let furthest = 0;
  let read = 0;
  const items = Array.from({ length: 100 }, (_, i) => i);
  const work = async (i: number) => {
    started++;
    return i;
  };
  const emit = async () => {
    await wait(1);
    read++;
    furthest = Math.max(furthest, started - read);
  };
  await inOrder(items, 2, work, emit, never);
  expect(read).toBe(100);
  expect(furthest).toBeLessThanOrEqual(17);
});

it('starts nothing more once cancelled, and hands on what was under way', async () => {
  const controller = new AbortController();
  const started: number[] = [];
  const got: number[] = [];
  const items = Array.from({ length: 1000 }, (_, i) => i);
  const work = async (i: number) => {
    started.push(i);
    await wait(1);
    return i;
  };
  const emit = async (i: number) => {
    got.push(i);
    if (i === 5) controller.abort();
  };
  await inOrder(items, 2, work, emit, controller.signal);
  expect(started.length).toBeLessThan(40);
  expect(got).toEqual(started);
});

it('says how long it will take', () => {
  expect(timeLeft(0, 10, 1000)).toBe('');
  expect(timeLeft(5, 10, 5000)).toBe('5 s left');
  expect(timeLeft(1, 11, 20_000)).toBe('3 min 20 s left');
  expect(timeLeft(1, 1001, 10_000)).toBe('2 h 46 min left');
});
