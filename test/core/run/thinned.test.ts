import { describe, expect, it } from 'vitest';
import { Thinned } from '../../../core/run/thinned.ts';

function filled(count: number, most: number): { readonly held: Thinned<number>; readonly gone: readonly number[] } {
  const held = new Thinned<number>(most);
  const gone: number[] = [];
  for (let i = 0; i < count; i++) gone.push(...held.add(i));
  return { held, gone };
}

describe('a thinned sequence', () => {
  it('holds all of a short one', () => {
    expect(filled(8, 8).held.items()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(filled(0, 8).held.items()).toEqual([]);
  });
  it('holds at most so many of a long one: the first, the last, and evenly between', () => {
    for (const count of [9, 10, 17, 100, 1000, 4097]) {
      const { held, gone } = filled(count, 8);
      const items = held.items();
      expect(items.length, `${count}`).toBeLessThanOrEqual(8);
      expect(items.length, `${count}`).toBeGreaterThanOrEqual(4);
      expect([items[0], items.at(-1)]).toEqual([0, count - 1]);
      const steps = new Set(items.slice(1, -1).map((item, place) => item - items[place]));
      expect(steps.size, `${count}: ${items}`).toBe(1);
      expect([...gone, ...items].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(held.seen()).toBe(count);
    }
  });
  it('can be halved down to its ends', () => {
    const { held } = filled(100, 8);
    for (let i = 0; i < 10; i++) held.halve();
    expect(held.items()).toEqual([0, 99]);
    held.add(100);
    expect(held.items()).toEqual([0, 100]);
  });
});
