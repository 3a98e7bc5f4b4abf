import { expect, it } from 'vitest';
import { sourcesIn } from './sources.ts';

/** Rows of the table of faults: a server under load, its life, and the bundle that is exported. */
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

it('every fault of the server and of the bundle is named by a test: "(fault 53)"', () => {
  const named = new Set(
    sourcesIn('test')
      .filter(({ file }) => file.endsWith('.test.ts'))
      .flatMap(({ text }) => [...text.matchAll(/\((?:faults? \d+(?:, )?)+\)['"`]/g)])
      .flatMap(([names]) => (names.match(/\d+/g) ?? []).map(Number)),
  );
  expect([...numbers(53, 83), ...numbers(94, 100)].filter((number) => !named.has(number))).toEqual([]);
});
