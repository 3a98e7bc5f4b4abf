import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { Item, Json, Value } from '../../../core/kinds/value.ts';
import { timeline } from '../../../nodes/result/timeline.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, scores } from './cases.ts';

testNode(timeline);

type Span = { t: number; end: number; label: string; score: number | null };

async function spansOf(items: readonly Item[], params: Record<string, Json> = {}, host = pureHost()): Promise<Span[]> {
  const got = await callNode(timeline, { params, inputs: { value: items }, host });
  const [only] = got['spans'] as readonly Item[];
  return as(only.value, 'json').json as unknown as Span[];
}

const text = (t: number, label: string, durationSeconds?: number): Item => ({
  t,
  value: { kind: 'text', text: label },
  ...(durationSeconds === undefined ? {} : { durationSeconds }),
});

describe('result.timeline', () => {
  it('merges equal neighbours and keeps their highest score', async () => {
    const item = (t: number, data: number[]): Item => ({
      t,
      durationSeconds: 0.5,
      value: scores(data, ['cat', 'dog']),
    });
    const spans = await spansOf([item(0, [0.75, 0.25]), item(0.5, [0.875, 0.125]), item(1, [0.25, 0.75])]);
    expect(spans).toEqual([
      { t: 0, end: 1, label: 'cat', score: 0.875 },
      { t: 1, end: 1.5, label: 'dog', score: 0.75 },
    ]);
  });
  it('lets an item without a duration last until the next', async () => {
    expect(await spansOf([text(0, 'a'), text(0.5, 'a'), text(1, 'b')])).toEqual([
      { t: 0, end: 1, label: 'a', score: null },
      { t: 1, end: 1, label: 'b', score: null },
    ]);
  });
  it('splits at gaps, and drops what scores too low', async () => {
    expect((await spansOf([text(0, 'a', 1), text(5, 'a', 1)])).map((s) => s.t)).toEqual([0, 5]);
    expect((await spansOf([text(0, 'a'), text(5, 'a')])).map((s) => [s.t, s.end])).toEqual([
      [0, 0],
      [5, 5],
    ]);
    expect(await spansOf([text(0, 'a', 1), text(5, 'a', 1)], { maxGapSeconds: 10 })).toHaveLength(1);
    const low: Value = scores([0.5, 0.25], ['a', 'b']);
    expect(await spansOf([{ t: 0, value: low }], { minimumScore: 0.6 })).toEqual([]);
    expect(await spansOf([])).toEqual([]);
  });
  it('writes every item when it does not merge, and json by its text', async () => {
    const json: Item = { t: 0, value: { kind: 'json', json: { a: 1 } } };
    expect(await spansOf([json, { ...json, t: 1 }], { merge: false })).toEqual([
      { t: 0, end: 1, label: '{"a":1}', score: null },
      { t: 1, end: 1, label: '{"a":1}', score: null },
    ]);
  });
  it('gives spans in order whose labels are those of the items at their times', async () => {
    const labels = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(labels, async (list) => {
        const spans = await spansOf(list.map((label, i) => text(i, label, 1)));
        list.forEach((label, i) => {
          const holding = spans.filter((s) => s.t <= i && i < s.end);
          expect(holding.map((s) => s.label)).toEqual([label]);
        });
        spans.forEach((s, i) => {
          if (i > 0) expect(s.label).not.toBe(spans[i - 1].label);
        });
      }),
      { numRuns: 60 },
    );
  });
  it('stops at its limit', async () => {
    const host = pureHost({ limits: makeLimits({ sequenceItems: 2 }) });
    await rejects(() => spansOf([text(0, 'a', 1), text(1, 'b', 1), text(2, 'c', 1)], {}, host), 'sequence-too-large');
  });
});
