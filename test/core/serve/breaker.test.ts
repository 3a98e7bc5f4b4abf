import { expect, it } from 'vitest';
import { Breaker } from '../../../core/serve/breaker.ts';

const bounds = { faults: 3, windowMs: 60_000, restMs: 30_000 };

it('fault 79: the third fault in the window opens it, a try that goes well closes it', () => {
  const breaker = new Breaker(bounds);
  expect([breaker.fault(0), breaker.fault(1000), breaker.open()]).toEqual([false, false, false]);
  expect(breaker.tryInMs(1000)).toBe(null);
  expect(breaker.fault(2000)).toBe(true);
  expect([breaker.open(), breaker.tryInMs(2000), breaker.tryInMs(12_000), breaker.tryInMs(99_000)]).toEqual([
    true,
    30_000,
    20_000,
    0,
  ]);
  breaker.close();
  expect(breaker.open()).toBe(false);
  expect(breaker.fault(40_000)).toBe(false);
});

it('a try that fails starts the rest anew', () => {
  const breaker = new Breaker(bounds);
  for (const at of [0, 1, 2]) breaker.fault(at);
  expect(breaker.fault(30_002)).toBe(false);
  expect(breaker.tryInMs(30_002)).toBe(30_000);
});

it('faults far apart are accidents', () => {
  const breaker = new Breaker(bounds);
  for (let i = 0; i < 20; i++) expect(breaker.fault(i * 31_000)).toBe(false);
  expect(breaker.open()).toBe(false);
});
