import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { rateLimit } from '../../../nodes/time/rateLimit.ts';
import { callNode, testNode } from '../../test-node.ts';
import { inferred, start, text, textsOf, watched } from './items.ts';

testNode(rateLimit);

async function limited(times: readonly number[], perSecond: number, keep: string): Promise<number[]> {
  const value = times.map((t) => text(t, ''));
  const got = await callNode(rateLimit, { params: { perSecond, keep }, inputs: { value } });
  return textsOf(got['value']).map(([t]) => t);
}

describe('time.rateLimit', () => {
  it('keeps the first or the latest of each slot', async () => {
    const times = [10, 10.1, 10.4, 10.5, 11.9];
    expect(await limited(times, 2, 'first')).toEqual([10, 10.5, 11.9]);
    expect(await limited(times, 2, 'latest')).toEqual([10.4, 10.5, 11.9]);
    expect(await limited([], 2, 'latest')).toEqual([]);
  });
  it('takes a steady sequence down to exactly the rate', async () => {
    const frames = Array.from({ length: 300 }, (_, i) => i / 30);
    expect(await limited(frames, 10, 'first')).toEqual(Array.from({ length: 100 }, (_, i) => i / 10));
    expect(await limited(frames, 30, 'first')).toEqual(frames);
  });
  it('lets a subset through in order, one per slot, and never drops a slot that has items', async () => {
    const times = fc
      .array(fc.integer({ min: 0, max: 1000 }), { maxLength: 40 })
      .map((l) => l.sort((a, b) => a - b).map((x) => x / 16));
    await fc.assert(
      fc.asyncProperty(
        times,
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom('first', 'latest'),
        async (list, rate, keep) => {
          const got = await limited(list, rate, keep);
          const slot = (t: number) => Math.floor((t - list[0]) * rate + 1e-6);
          expect(got.map(slot)).toEqual([...new Set(list.map(slot))]);
          expect(got.every((t) => list.includes(t))).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
  it('counts what it drops and pulls one item at a time', async () => {
    const { emissions, notes } = start(rateLimit, { value: watched((i) => text(i / 4, ''), 8).items });
    while ((await emissions.next()).done !== true);
    expect(notes).toEqual({ dropped: 6 });
    const endless = watched((i) => text(i, ''));
    const run = start(rateLimit, { value: endless.items });
    for (let k = 0; k < 20; k++) await run.emissions.next();
    expect(endless.pulled()).toBe(20);
    await run.emissions.return?.();
    expect(endless.left()).toBe(true);
  });
  it('infers the rate where it is steady', () => {
    const rate = (rateHz: number | undefined, perSecond: number) => {
      const sequence = rateHz === undefined ? { count: 'many' as const } : { count: 'many' as const, rateHz };
      return inferred(rateLimit, { value: { ...anyType.text, sequence } }, { perSecond }).types['value'].sequence
        .rateHz;
    };
    expect(rate(30, 10)).toBe(10);
    expect(rate(5, 10)).toBe(5);
    expect(rate(25, 10)).toBeUndefined();
    expect(rate(undefined, 10)).toBeUndefined();
    expect(inferred(rateLimit, { value: anyType.text }).types['value']).toEqual(anyType.text);
  });
});
