import { describe, expect, it } from 'vitest';
import { anyType, many, one } from '../../../core/kinds/type.ts';
import { take } from '../../../nodes/time/take.ts';
import { callNode, testNode } from '../../test-node.ts';
import { inferred, start, text, textsOf, watched } from './items.ts';

testNode(take);

describe('time.take', () => {
  it('skips, then takes every n-th, up to the count', async () => {
    const value = Array.from({ length: 10 }, (_, i) => text(i, `${i}`));
    const taken = async (params: Record<string, number>) =>
      textsOf((await callNode(take, { params, inputs: { value } }))['value']).map(([t]) => t);
    expect(await taken({})).toEqual([0]);
    expect(await taken({ skip: 2, every: 3, count: 100 })).toEqual([2, 5, 8]);
    expect(await taken({ skip: 2, every: 3, count: 2 })).toEqual([2, 5]);
    expect(await taken({ skip: 20, count: 2 })).toEqual([]);
  });
  it('pulls nothing after the last item that it takes', async () => {
    const endless = watched((i) => text(i, ''));
    const { emissions } = start(take, { value: endless.items }, { skip: 1, every: 2, count: 3 });
    while ((await emissions.next()).done !== true);
    expect(endless.pulled()).toBe(6);
    expect(endless.left()).toBe(true);
  });
  it('infers one item, or the rate', () => {
    const value = { ...anyType.text, sequence: { count: 'many' as const, rateHz: 30 } };
    expect(inferred(take, { value }).types['value'].sequence).toEqual(one);
    expect(inferred(take, { value }, { count: 5, every: 3 }).types['value'].sequence).toEqual({
      count: 'many',
      rateHz: 10,
    });
    expect(inferred(take, { value: { ...value, sequence: many } }, { count: 5 }).types['value'].sequence).toEqual(many);
  });
});
