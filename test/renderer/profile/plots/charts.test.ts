import * as plot from '@observablehq/plot';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostResult } from '../../../../core/profile/cost.ts';
import type { LoadPoint } from '../../../../core/profile/load.ts';
import type { MemoryProfile, NodeProfile } from '../../../../core/profile/profile.ts';
import type { SearchPoint, SearchResult } from '../../../../core/profile/search.ts';
import { noStats, percentile, statsOf } from '../../../../core/profile/stats.ts';
import { apartFrom, type Chart, type NoChart, staggered } from '../../../../renderer/profile/plots/chart.ts';
import { breakEvenChart, perMillionChart } from '../../../../renderer/profile/plots/costCharts.ts';
import { distribution, histogram, rollingMedian } from '../../../../renderer/profile/plots/histogram.ts';
import { distributionChart, driftChart } from '../../../../renderer/profile/plots/latencyCharts.ts';
import { loadChart } from '../../../../renderer/profile/plots/loadChart.ts';
import { memoryChart } from '../../../../renderer/profile/plots/memoryChart.ts';
import { paretoChart } from '../../../../renderer/profile/plots/paretoChart.ts';
import { partsChart } from '../../../../renderer/profile/plots/partsChart.ts';
import { plotFileName, resolveColours } from '../../../../renderer/profile/plots/savePlot.ts';

/** Options of every panel, as they would be drawn; throws when there is nothing to draw. */
function drawn(chart: Chart | NoChart, height = 300): readonly plot.PlotOptions[] {
  if ('nothing' in chart) throw new Error(chart.nothing);
  return chart.panels.map((panel) => panel.options(plot, { width: 480, height: height * panel.share, id: 't' }));
}
/** Data of the marks of one kind: `dot`, `barX`, ... */
function dataOf(options: plot.PlotOptions, kind: string): readonly unknown[] {
  return (options.marks ?? []).flatMap((mark) => {
    const one = mark as { readonly ariaLabel?: string; readonly data?: Iterable<unknown> };
    return one.ariaLabel === kind && one.data !== undefined && one.data !== null ? [[...one.data]] : [];
  });
}
const words = (chart: Chart | NoChart): string => ('nothing' in chart ? chart.nothing : chart.description);

const load = (throughput: number, p95: number, saturated = false): LoadPoint => ({
  level: 1,
  offered: throughput,
  throughput,
  latency: { ...noStats, p50: p95 / 2, p95, p99: p95 * 2 },
  wait: noStats,
  failed: 0,
  saturated,
});

describe('load', () => {
  const curves = [
    { batch: 1, knee: 1, points: [load(50, 10), load(100, 15), load(120, 60)] },
    { batch: 4, knee: null, points: [load(60, 14), load(143, 19), load(180, 30, true)] },
  ];
  it('marks the measured point with most throughput under the target', () => {
    const chart = loadChart({ curves, percentile: 'p95', targetMs: 20 });
    expect(words(chart)).toBe('143 requests a second with p95 under 20.0 ms, batch 4.');
    const [options] = drawn(chart);
    expect(dataOf(options, 'dot')).toContainEqual([expect.objectContaining({ curve: 1, rate: 143, ms: 19 })]);
    expect(dataOf(options, 'dot')).toContainEqual([expect.objectContaining({ curve: 0, rate: 100 })]);
  });
  it('says when nothing holds it, and takes no saturated point', () => {
    expect(words(loadChart({ curves, percentile: 'p95', targetMs: 5 }))).toBe('No load held p95 under 5.0 ms.');
    expect(words(loadChart({ curves, percentile: 'p95', targetMs: 40 }))).toContain('143 requests');
    expect(words(loadChart({ curves, percentile: 'p50', targetMs: null }))).toBe(
      'At most 180 requests a second, at 15.0 ms.',
    );
    expect(loadChart({ curves: [], percentile: 'p95', targetMs: 5 })).toHaveProperty('nothing');
  });
});

describe('latency', () => {
  const wallMs = Array.from({ length: 400 }, (_, i) => (i === 399 ? 200 : 10 + (i % 20) / 10));
  const series = { wallMs, atMs: wallMs.map((_, i) => 500 + i * 12), sample: [], nodes: {} };
  const wall = statsOf(wallMs);
  const warmUp = { runs: 12, ms: 300, endedBy: 'stable' as const };
  it('keeps the bulk readable and says what lies beyond', () => {
    const chart = distributionChart({ wall, series });
    expect(chart).toMatchObject({ subtitle: 'share of 400 runs over ms; 1 run beyond, the slowest 200 ms' });
    const domains = drawn(chart).map((options) => options.x?.domain);
    expect(domains[0]).toEqual(domains[1]);
    const [from, to] = domains[0] as readonly [number, number];
    expect(from).toBeLessThanOrEqual(10);
    expect(to).toBeGreaterThan(wall.p99);
    expect(to).toBeLessThan(20);
  });
  it('shades warm-up before the first measured run', () => {
    const [options] = drawn(driftChart({ wall, series, warmUp }));
    expect(options.x?.domain).toEqual([0.2, 0.5 + 399 * 0.012]);
    expect(dataOf(options, 'rect')).toContainEqual([{ from: 0.2, to: 0.5 }]);
    expect(words(driftChart({ wall, series, warmUp }))).toContain('Warm-up took 12 runs.');
  });
  it('has nothing to show of one run', () => {
    const one = { wallMs: [1], atMs: [0], sample: [0], nodes: {} };
    expect(distributionChart({ wall, series: one })).toHaveProperty('nothing');
    expect(driftChart({ wall, series: one, warmUp })).toHaveProperty('nothing');
  });
});

describe('how values are spread', () => {
  const sorted = fc
    .array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 300 })
    .map((v) => v.sort((a, b) => a - b));
  it('counts every value of the domain in one bin', () => {
    fc.assert(
      fc.property(sorted, fc.integer({ min: 1, max: 60 }), (values, most) => {
        const bins = histogram(values, 20, 80, most);
        const inside = values.filter((v) => v >= 20 && v <= 80).length / values.length;
        expect(bins.reduce((sum, bin) => sum + bin.share, 0)).toBeCloseTo(inside, 9);
        expect(bins[0].from).toBe(20);
        expect(bins[bins.length - 1].to).toBeCloseTo(80, 9);
        expect(bins.length).toBeLessThanOrEqual(most);
      }),
    );
  });
  it('draws the distribution through what the values say', () => {
    const values = Array.from({ length: 5000 }, (_, i) => i / 10);
    const points = distribution(values);
    expect(points.length).toBeLessThanOrEqual(302);
    for (const { ms, share } of points) expect(percentile(values, share)).toBeCloseTo(ms, 0);
    expect(points[points.length - 1]).toEqual({ ms: 499.9, share: 1 });
  });
  it('follows the median of neighbours', () => {
    expect(rollingMedian([1, 9, 2, 8, 3], 1)).toEqual([
      { at: 0, value: 5 },
      { at: 1, value: 2 },
      { at: 2, value: 8 },
      { at: 3, value: 3 },
      { at: 4, value: 5.5 },
    ]);
  });
});

it('memory: process and GPU each as a line in one unit', () => {
  const memory: MemoryProfile = {
    beforeBytes: 1e8,
    peakBytes: 1.9e9,
    steadyBytes: 1.8e9,
    liveBytes: 0,
    gpu: { tool: 'nvidia-smi', peakBytes: 3.1e9, steadyBytes: 3e9, utilisationPercent: 61.7, temperatureC: null },
    samples: [
      { atMs: 0, bytes: 1e9, gpuBytes: 2e9 },
      { atMs: 500, bytes: 1.9e9, gpuBytes: 3.1e9 },
    ],
  };
  expect(words(memoryChart(memory))).toBe(
    'The engine process held at most 1.9 GB, 1.8 GB in the steady state; the GPU at most 3.1 GB, 62 % busy.',
  );
  const [options] = drawn(memoryChart(memory));
  expect(dataOf(options, 'line')).toEqual([
    [expect.objectContaining({ size: 1 }), expect.objectContaining({ seconds: 0.5, size: 1.9 })],
    [expect.objectContaining({ size: 2 }), expect.objectContaining({ size: 3.1 })],
  ]);
  expect(memoryChart({ ...memory, samples: [] })).toHaveProperty('nothing');
});

it('search: the front in order, the winner named, the base beside it', () => {
  const point = (id: number, throughput: number, p95: number): SearchPoint => ({
    id,
    settings: id === 0 ? [] : [{ node: 'm', param: 'threads', value: id }],
    p50: p95 / 2,
    p95,
    p99: p95 * 2,
    throughput,
    concurrency: 1,
    memoryBytes: 0,
    answersDifference: 0,
    holds: p95 <= 40,
  });
  const points = [point(0, 50, 30), point(1, 120, 38), point(2, 80, 25), point(3, 130, 300)];
  const search: SearchResult = {
    createdAt: '',
    settings: {
      limit: { metric: 'p95', underMs: 40, goal: 'throughput' },
      budgetMs: 1,
      knobs: [],
      maxDifference: null,
    },
    stoppedBy: 'budget',
    space: 9,
    pruned: 2,
    points,
    front: [1, 2],
    winner: 1,
    changes: [],
  };
  const nameOf = (id: number): string => `threads ${id}`;
  const chart = paretoChart({ search, nameOf });
  expect(words(chart)).toBe('Of 4 settings threads 1 is best: 120 requests a second at p95 38.0 ms.');
  expect(chart).toMatchObject({
    subtitle: 'p95 in ms over requests a second; 1 far above are left out; not all was tried',
  });
  const [options] = drawn(chart);
  expect(dataOf(options, 'line')).toEqual([[points[2], points[1]]]);
  expect(dataOf(options, 'dot')).toContainEqual([points[1]]);
  expect(words(paretoChart({ search: { ...search, winner: null }, nameOf }))).toBe(
    'None of 4 settings holds p95 under 40.0 ms.',
  );
});

it('cost: cheapest first, lines that cross where the month says', () => {
  const cost: CostResult = {
    rows: [
      {
        machine: 'cloud a',
        kind: 'cloud',
        throughput: 1,
        replicasAtPeak: 1,
        replicasMean: 1,
        perMonth: 1000,
        perMillion: 4,
        upfront: 0,
        runningPerMonth: 1000,
      },
      {
        machine: 'cloud b',
        kind: 'cloud',
        throughput: 1,
        replicasAtPeak: 1,
        replicasMean: 1,
        perMonth: 2000,
        perMillion: 8,
        upfront: 0,
        runningPerMonth: 2000,
      },
      {
        machine: 'own',
        kind: 'own',
        throughput: 1,
        replicasAtPeak: 1,
        replicasMean: 1,
        perMonth: 500,
        perMillion: 2,
        upfront: 9000,
        runningPerMonth: 250,
      },
    ],
    breakEven: [{ own: 'own', cloud: 'cloud a', month: 13 }],
    assumptions: [],
  };
  const bars = dataOf(drawn(perMillionChart({ cost, currency: 'EUR' }))[0], 'bar')[0];
  expect(bars).toEqual([cost.rows[2], cost.rows[0], cost.rows[1]]);
  const chart = breakEvenChart({ cost, currency: 'EUR', months: 24 });
  expect(words(chart)).toBe('own has cost less than cloud a from month 13.');
  const [options] = drawn(chart);
  expect(dataOf(options, 'line')).toEqual([
    [
      { month: 0, spent: 0 },
      { month: 24, spent: 24_000 },
    ],
    [
      { month: 0, spent: 9000 },
      { month: 24, spent: 15_000 },
    ],
  ]);
  expect(dataOf(options, 'dot')).toEqual([[{ own: 'own', month: 13, spent: 12_250 }]]);
  expect(dataOf(drawn(breakEvenChart({ cost, currency: 'EUR', months: 6 }))[0], 'dot')).toEqual([[]]);
  expect(perMillionChart({ cost: { ...cost, rows: [] }, currency: 'EUR' })).toHaveProperty('nothing');
});

describe('parts', () => {
  const node = (id: string, run: number, queue: number): NodeProfile => ({
    node: id,
    stage: 0,
    items: 1,
    worker: 'image',
    device: null,
    bytesIn: 0,
    bytesOut: 0,
    criticalPercent: 0,
    onPathPercent: 0,
    slackMs: 0,
    shared: false,
    total: statsOf([run + queue]),
    run: statsOf([run]),
    copy: noStats,
    queue: statsOf([queue]),
    gap: noStats,
  });
  const data = { titleOf: (id: string) => `Node ${id}`, heatOf: () => 3, remainderMs: 0.5, selected: 'b' };
  it('puts the pieces of a bar one after the other, the costliest node first, the remainder last', () => {
    const chart = partsChart({ nodes: [node('a', 1, 0.5), node('b', 4, 0)], ...data });
    expect(words(chart)).toBe('Node b takes most, 4.0 ms: run 4.0 ms.');
    const [options] = drawn(chart);
    expect(options.y?.domain).toEqual(['Node b', 'Node a', 'no node']);
    expect(dataOf(options, 'bar')).toContainEqual([
      expect.objectContaining({ node: 'b', part: 'run', from: 0, to: 4 }),
      expect.objectContaining({ node: 'a', part: 'run', from: 0.5, to: 1.5 }),
    ]);
  });
  it('joins what there is no room for, and loses none of it', () => {
    const many = Array.from({ length: 40 }, (_, i) => node(String(i), i + 1, 0));
    const [options] = drawn(partsChart({ nodes: many, ...data }), 150);
    const runs = dataOf(options, 'bar').flat() as readonly {
      readonly part?: string;
      readonly from: number;
      readonly to: number;
    }[];
    const sum = runs.filter(({ part }) => part === 'run').reduce((ms, { from, to }) => ms + to - from, 0);
    expect(sum).toBeCloseTo(820, 9);
    expect(Array.from(options.y?.domain ?? []).at(-2)).toMatch(/^\d+ others$/);
  });
  it('tells nodes of one title apart', () => {
    const [options] = drawn(
      partsChart({ nodes: [node('a', 1, 0), node('b', 2, 0)], ...data, titleOf: () => 'Resize' }),
    );
    expect(options.y?.domain).toEqual(['Resize (b)', 'Resize (a)', 'no node']);
  });
});

it('labels do not run into each other', () => {
  expect(
    staggered([
      { x: 100, width: 40 },
      { x: 120, width: 40 },
      { x: 200, width: 40 },
    ]),
  ).toEqual([0, 1, 0]);
  expect(apartFrom([50, 52, 10], 12, 0, 100)).toEqual([50, 62, 10]);
  expect(apartFrom([98, 99], 12, 0, 100)).toEqual([88, 100]);
});

it('a saved plot stands alone: colours are written into it, and its name says what it is', () => {
  const tokens = new Map([['--ink', '#eeeff1']]);
  expect(resolveColours('a fill="var(--ink)" stroke="var(--unknown)"', tokens, 'dark')).toBe(
    'a fill="#eeeff1" stroke="#fff"',
  );
  expect(plotFileName('Fusion (v2)', 'Throughput and latency', 'svg')).toBe('fusion-v2 throughput-and-latency.svg');
  expect(plotFileName('', 'Memory', 'png')).toBe('memory.png');
});
