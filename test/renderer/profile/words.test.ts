import { describe, expect, it } from 'vitest';
import { problemData } from '../../../core/problems/problem.ts';
import type { Advice, AnswersEffect, Tried } from '../../../core/profile/advice.ts';
import type { Difference, Verdict } from '../../../core/profile/comparison.ts';
import type { LoadPoint, LoadResult } from '../../../core/profile/load.ts';
import { examplePrices } from '../../../core/profile/prices.ts';
import type { SearchPoint } from '../../../core/profile/search.ts';
import { adviceWords, groupedAdvice, triedRows } from '../../../renderer/profile/adviceWords.ts';
import { settingsOf, targetsOf } from '../../../renderer/profile/kept.ts';
import { bestUnder, mostThroughput } from '../../../renderer/profile/loadFigures.ts';
import { numbersOf } from '../../../renderer/profile/numbersOf.ts';
import { conditionsOf } from '../../../renderer/profile/panels/conditions.ts';
import { costFor, tableOf, throughputFor } from '../../../renderer/profile/prices.ts';
import { pointName, searchAdviceId } from '../../../renderer/profile/searchWords.ts';
import { changesSince, isStale } from '../../../renderer/profile/stale.ts';
import { summaryTitle } from '../../../renderer/profile/summaryWords.ts';
import {
  changeText,
  moneyText,
  msNumber,
  msParts,
  msWithUnit,
  percentText,
  rateText,
  thousands,
} from '../../../renderer/profile/words.ts';
import { always, measuredOf, profileOf } from './measuredOf.ts';

describe('numbers', () => {
  it('of milliseconds', () => {
    expect([0, 0.004, 0.24, 9.94, 99.94, 137.4, 1204].map(msNumber)).toEqual([
      '0',
      '<0.01',
      '0.24',
      '9.9',
      '99.9',
      '137',
      '1\u2009204',
    ]);
    expect(msWithUnit(12_340)).toBe('12.3 s');
    expect(msWithUnit(4.04)).toBe('4.0 ms');
    expect(msParts(12_340)).toEqual(['12.3', 's']);
  });

  it('of changes', () => {
    expect([0.69, 1.52, 1.001, 1.031, 0.96].map(changeText)).toEqual(['−31 %', '+52 %', '±0', '+3.1 %', '−4.0 %']);
  });

  it('of shares, rates and money', () => {
    expect([43.2, 4.21, 0, 100].map(percentText)).toEqual(['43 %', '4.2 %', '0 %', '100 %']);
    expect([7.44, 143.2, 2310].map(rateText)).toEqual(['7.4', '143', '2\u2009310']);
    expect([0, 0.0042, 12.5, 12_004].map(moneyText)).toEqual(['0', '0.0042', '12.50', '12\u2009004']);
    expect(thousands(1_234_567)).toBe('1\u2009234\u2009567');
  });

  it('that a person wrote', () => {
    expect(numbersOf('1 2,4; 8 x -3 0')).toEqual([1, 2, 4, 8]);
    expect(numbersOf('  ')).toEqual([]);
  });
});

const same: AnswersEffect = { identical: true, maxDifference: 0, bestSame: null, words: 'answers identical' };
function difference(ratio: number, verdict: Verdict): Difference {
  return { before: 10, after: 10 * ratio, ratio, low: ratio - 0.05, high: ratio + 0.05, p: 0.01, verdict };
}
function tried(part: Partial<Tried> = {}): Tried {
  return {
    runs: 100,
    p50: difference(0.8, 'faster'),
    p95: difference(0.69, 'faster'),
    throughput: null,
    answers: same,
    ...part,
  };
}
function advice(verdict: Advice['verdict'], part: Partial<Advice> = {}): Advice {
  return {
    id: verdict,
    kind: 'threads',
    title: 't',
    why: 'w',
    nodes: [],
    changes: [],
    aims: 'latency',
    tried: tried(),
    problem: null,
    verdict,
    applied: false,
    ...part,
  };
}

describe('advice in words', () => {
  it('tells the gain and what it does to the answers', () => {
    expect(adviceWords(advice('helps'))).toEqual({
      tone: 'good',
      badge: '−31 % p95',
      line: 'answers identical',
      sign: 'ok',
    });
  });

  it('tells the median where only that moved for sure', () => {
    const words = adviceWords(advice('helps', { tried: tried({ p95: difference(0.9, 'unsure') }) }));
    expect(words.badge).toBe('−20 % p50');
  });

  it('tells throughput where it is about that, and warns where something else got worse', () => {
    const words = adviceWords(
      advice('trades', { aims: 'throughput', tried: tried({ throughput: difference(1.52, 'faster') }) }),
    );
    expect(words).toMatchObject({ tone: 'bad', badge: '+52 % requests/s', sign: 'warning' });
  });

  it('calls nothing a gain that may be none', () => {
    const unsure = adviceWords(
      advice('none', { aims: 'throughput', tried: tried({ throughput: difference(1.77, 'unsure') }) }),
    );
    expect(unsure.badge).toBe('unsure');
    expect(unsure.line).toBe('requests/s +72 % to +82 %; answers identical');
    const still = adviceWords(
      advice('none', { tried: tried({ p50: difference(1, 'same'), p95: difference(0.99, 'same') }) }),
    );
    expect(still).toMatchObject({ tone: 'nil', badge: '±0', sign: 'none' });
  });

  it('says why it was not tried', () => {
    const problem = problemData('value-invalid', { message: 'The model expects another shape.', fix: '' });
    expect(adviceWords(advice('failed', { tried: null, problem }))).toMatchObject({
      tone: 'failed',
      badge: 'failed',
      line: 'The model expects another shape.',
    });
    expect(adviceWords(advice('untried', { tried: null })).badge).toBe('not tried');
  });

  it('keeps what did not help apart', () => {
    const { gains, rest } = groupedAdvice([advice('none'), advice('helps'), advice('failed'), advice('trades')]);
    expect(gains.map((one) => one.verdict)).toEqual(['helps', 'trades']);
    expect(rest.map((one) => one.verdict)).toEqual(['none', 'failed']);
  });

  it('shows the runs with their interval', () => {
    const rows = triedRows(tried({ throughput: difference(1.5, 'faster') }));
    expect(rows.map((row) => row.name)).toEqual(['p50', 'p95', 'Requests']);
    expect(rows[1]).toMatchObject({ before: '10.0 ms', after: '6.9 ms', change: '−31 %', between: '−36 % to −26 %' });
    expect(rows[2].after).toBe('15.0 /s');
  });
});

describe('settings of a search in words', () => {
  const point = (settings: SearchPoint['settings']): Pick<SearchPoint, 'settings'> => ({ settings });
  const titleOf = (id: string): string => `${id} model`;

  it('say models that were turned alike once', () => {
    expect(
      pointName(
        point([
          { node: 'a', param: 'threads', value: 2 },
          { node: 'b', param: 'threads', value: 2 },
          { node: 'c', param: 'precision', value: 'float16' },
        ]),
        titleOf,
      ),
    ).toBe('a model, b model: threads 2; c model: precision float16');
    expect(pointName(point([]), titleOf)).toBe('As it is');
    expect(pointName(undefined, titleOf)).toBe('');
  });

  it('have an id by which they are applied', () => {
    expect(searchAdviceId(2, null)).toBe('search:2');
    expect(searchAdviceId(0, 7)).toBe('search:0:7');
  });
});

describe('load', () => {
  const point = (throughput: number, p95: number, part: Partial<LoadPoint> = {}): LoadPoint => ({
    level: 1,
    offered: throughput,
    throughput,
    latency: always(p95),
    wait: always(0),
    failed: 0,
    saturated: false,
    ...part,
  });
  const result = (points: readonly LoadPoint[]): LoadResult => ({
    createdAt: '',
    settings: { arrivals: 'closed', levels: [], secondsPerLevel: 1, batches: [0], maxQueue: 1, seed: 1 },
    curves: [{ batch: 0, points, knee: null }],
  });

  it('has most requests a second under a target, of what keeps up', () => {
    const load = [
      result([point(999, 1)]),
      result([
        point(50, 8),
        point(90, 18),
        point(120, 30),
        point(95, 9, { saturated: true }),
        point(99, 9, { failed: 1 }),
      ]),
    ];
    expect(bestUnder(load, 20)?.throughput).toBe(90);
    expect(bestUnder(load, 5)).toBeNull();
    expect(bestUnder([], 20)).toBeNull();
    expect(mostThroughput(load)).toBe(120);
    expect(mostThroughput([])).toBeNull();
  });

  it('is what cost is reckoned with; without it one request after the other', () => {
    const measured = measuredOf([], { throughput: 40 });
    expect(throughputFor({ load: [], measured })).toEqual({ perSecond: 40, underLoad: false });
    expect(throughputFor({ load: [result([point(90, 5)])], measured })).toEqual({ perSecond: 90, underLoad: true });
    const cost = costFor({ load: [], measured }, examplePrices);
    expect('rows' in cost && cost.rows).toHaveLength(examplePrices.machines.length);
    expect(costFor({ load: [], measured: measuredOf([], { throughput: 0 }) }, examplePrices)).toMatchObject({
      code: 'value-invalid',
    });
  });

  it('takes a table of prices from the settings, and the examples where it is none', () => {
    expect(tableOf(null)).toEqual(examplePrices);
    expect(tableOf({ machines: 'none' })).toEqual(examplePrices);
    const own = tableOf({ currency: 'CHF', machines: [{ name: 'mine', kind: 'cloud', perHour: 1 }] });
    expect(own.traffic.currency).toBe('CHF');
    expect(own.machines.map((machine) => machine.name)).toEqual(['mine']);
  });
});

describe('conditions', () => {
  it('say on what, and what makes it doubtful', () => {
    const profile = profileOf(measuredOf([]));
    const calm = conditionsOf(profile);
    expect(calm.short).toBe('CPU, Intel Xeon @ 2.20GHz, 4 cores');
    expect(calm.doubtful).toBe(false);
    const busy = conditionsOf({ ...profile, environment: { ...profile.environment, loadBefore: 6.2 } });
    expect(busy.short).toContain('load 6.2 per core');
    expect(busy.doubtful).toBe(true);
    const moody = conditionsOf(
      profileOf(measuredOf([], { warmUp: { runs: 9, ms: 9, endedBy: 'budget' } }), {
        environment: { ...profile.environment, power: { source: 'battery 80 %' } },
      }),
    );
    expect(moody.short).toContain('battery');
    expect(moody.short).toContain('never steady');
  });
});

describe('profiles', () => {
  it('are called as a person named them, else by when', () => {
    const now = Date.parse('2026-11-21T12:00:00.000Z');
    expect(summaryTitle({ label: 'before', createdAt: '2026-11-21T11:50:00.000Z' }, now)).toBe('before');
    expect(summaryTitle({ label: '', createdAt: '2026-11-21T11:50:00.000Z' }, now)).toBe('Profile of 10 min ago');
    expect(summaryTitle({ label: '', createdAt: '2026-09-01T11:50:00.000Z' }, now)).toMatch(/^Profile of 1 Sep 2026/);
  });

  it('are stale once the pipeline does something else, not when a card was moved', () => {
    const node = { id: 'a', type: 'image.resize', version: 1, params: { width: 224 }, position: { x: 0, y: 0 } };
    const document = { ...profileOf(measuredOf([])).document, nodes: [node] };
    const profile = profileOf(measuredOf([]), { document });
    expect(isStale(profile, document)).toBe(false);
    expect(isStale(profile, { ...document, nodes: [{ ...node, position: { x: 9, y: 9 }, label: 'Small' }] })).toBe(
      false,
    );
    const edited = { ...document, nodes: [{ ...node, params: { width: 112 } }] };
    expect(isStale(profile, edited)).toBe(true);
    expect(changesSince(profile, edited)).toBe('a: width 224 → 112');
  });
});

it('keeps settings and targets, and leaves out what is none', () => {
  expect(settingsOf({ budgetMs: 5000, intervalPercent: -1, operators: false, more: 1 })).toEqual({
    budgetMs: 5000,
    operators: false,
  });
  expect(settingsOf(null)).toEqual({});
  expect(settingsOf([1])).toEqual({});
  expect(targetsOf({ a: 20, b: 0, c: 'x', d: 4.5 })).toEqual({ a: 20, d: 4.5 });
});
