import type { PlotOptions } from '@observablehq/plot';
import type { Series, WarmUp } from '../../../core/profile/profile.ts';
import type { Stats } from '../../../core/profile/stats.ts';
import { countText } from '../../preview/numbers.ts';
import { msWithUnit } from '../words.ts';
import {
  axes,
  type Chart,
  type ChartSize,
  colours,
  frame,
  labelStyle,
  type NoChart,
  type PlotLibrary,
  staggered,
  textWidth,
} from './chart.ts';
import { distribution, histogram, rollingMedian } from './histogram.ts';

export interface LatencyData {
  readonly wall: Stats;
  readonly series: Series;
  readonly warmUp: WarmUp;
}

const percentiles = ['p50', 'p95', 'p99'] as const;

/** How the times of the runs are spread: a histogram, and under it the share of runs that were as quick. */
export function distributionChart({ wall, series }: Pick<LatencyData, 'wall' | 'series'>): Chart | NoChart {
  const title = 'Latency';
  const sorted = [...series.wallMs].sort((a, b) => a - b);
  if (sorted.length < 2) return { title, nothing: 'Too few runs to show how they are spread.' };
  // A few very slow runs would squash all others: they are counted in words.
  const least = sorted[0];
  const most = sorted[sorted.length - 1];
  const tail = wall.p99 + Math.max(wall.p99 - wall.p50, wall.p50 * 0.05) * 0.75;
  const pad = Math.max((Math.min(most, tail) - least) * 0.04, least * 0.005);
  const domain: readonly [number, number] = [Math.max(0, least - pad), Math.min(most, tail) + pad];
  const beyond = sorted.filter((ms) => ms > domain[1]).length;
  const marked = percentiles.map((name) => ({ name, ms: wall[name] })).filter(({ ms }) => ms <= domain[1]);
  const place = (size: ChartSize, ms: number): number =>
    48 + ((ms - domain[0]) / (domain[1] - domain[0])) * (size.width - 64);
  const spread = (plot: PlotLibrary, size: ChartSize, alone: boolean): PlotOptions => {
    const labels = marked.map(({ name, ms }) => ({ name, ms, text: `${name} ${msWithUnit(ms)}` }));
    const rows = staggered(labels.map(({ ms, text }) => ({ x: place(size, ms), width: textWidth(text) })));
    const deepest = Math.max(0, ...rows);
    return {
      ...frame(size),
      marginTop: 18 + 12 * (deepest + 1),
      ...(alone ? {} : { marginBottom: 6 }),
      x: { domain: [...domain], ...(alone ? {} : { axis: null }) },
      y: { percent: true, nice: true },
      marks: [
        ...axes(plot, size, alone ? 'ms' : null, '% of runs'),
        plot.rectY(histogram(sorted, domain[0], domain[1], Math.max(8, Math.floor(size.width / 9))), {
          x1: 'from',
          x2: 'to',
          y: 'share',
          fill: colours.edge,
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        plot.ruleX(marked, { x: 'ms', stroke: colours.ink, strokeDasharray: '2 2' }),
        ...labels.map((label, i) =>
          plot.text([label], {
            x: 'ms',
            frameAnchor: 'top',
            dy: -6 - 12 * rows[i],
            text: 'text',
            ...labelStyle,
            fill: label.name === 'p50' ? colours.ink : colours.ink2,
          }),
        ),
      ],
    };
  };
  return {
    title,
    subtitle: `share of ${countText(sorted.length, 'run')} over ms${beyond === 0 ? '' : `; ${countText(beyond, 'run')} beyond, the slowest ${msWithUnit(most)}`}`,
    description: `Half of the runs took at most ${msWithUnit(wall.p50)}, 95 of 100 at most ${msWithUnit(wall.p95)}, 99 of 100 at most ${msWithUnit(wall.p99)}.`,
    low: { share: 1, options: (plot, size) => spread(plot, size, true) },
    panels: [
      { share: 0.58, options: (plot, size) => spread(plot, size, false) },
      {
        share: 0.42,
        options: (plot, size) => ({
          ...frame(size),
          marginTop: 22,
          x: { domain: [...domain] },
          y: { percent: true, domain: [0, 100] },
          marks: [
            ...axes(plot, size, 'ms', '% as quick', [0, 50, 100]),
            plot.ruleX(marked, { x: 'ms', stroke: colours.line2, strokeDasharray: '2 2' }),
            plot.lineY(distribution(sorted), {
              x: 'ms',
              y: 'share',
              curve: 'step-after',
              stroke: colours.ink,
              strokeWidth: 1.5,
              clip: true,
            }),
            plot.dot(marked, {
              x: 'ms',
              y: ({ name }: { name: string }) => Number(name.slice(1)) / 100,
              r: 3,
              fill: colours.ink,
            }),
            plot.tip(
              distribution(sorted),
              plot.pointerX({
                x: 'ms',
                y: 'share',
                title: ({ ms, share }: { ms: number; share: number }) =>
                  `${(share * 100).toFixed(1)} % of the runs took at most ${msWithUnit(ms)}`,
                fill: colours.ground,
              }),
            ),
          ],
        }),
      },
    ],
  };
}

/** One measured run. */
export interface RunDot {
  readonly run: number;
  readonly seconds: number;
  readonly ms: number;
}

/** Run after run: whether the machine drifted, and where warm-up ended. */
export function driftChart({ wall, series, warmUp }: LatencyData): Chart | NoChart {
  const title = 'Latency over time';
  if (series.wallMs.length < 2) return { title, nothing: 'Too few runs to show how they went on.' };
  const dots = series.wallMs.map((ms, run): RunDot => ({ run, ms, seconds: (series.atMs[run] ?? 0) / 1000 }));
  const begun = dots[0].seconds;
  const warmFrom = Math.max(0, begun - warmUp.ms / 1000);
  const half = Math.max(3, Math.round(dots.length / 40));
  const trend = rollingMedian(series.wallMs, half).map(({ at, value }) => ({ seconds: dots[at].seconds, ms: value }));
  const drift = trend[trend.length - 1].ms / trend[0].ms - 1;
  const highest = Math.max(...series.wallMs);
  const tail = wall.p99 * 1.5;
  const top = Math.min(highest, Math.max(tail, wall.p50 * 1.2));
  const beyond = series.wallMs.filter((ms) => ms > top).length;
  return {
    title,
    subtitle: `ms of each run over seconds${beyond === 0 ? '' : `; ${countText(beyond, 'run')} above, the slowest ${msWithUnit(highest)}`}`,
    description: `From the first runs to the last the median changed by ${(drift * 100).toFixed(1).replace('-', '−')} %. Warm-up took ${countText(warmUp.runs, 'run')}.`,
    panels: [
      {
        share: 1,
        options: (plot, size) => ({
          ...frame(size),
          marginRight: 72,
          x: { domain: [warmFrom, dots[dots.length - 1].seconds] },
          y: { domain: [0, top * 1.08], nice: true },
          marks: [
            plot.rectX([{ from: warmFrom, to: begun }], { x1: 'from', x2: 'to', fill: colours.line, fillOpacity: 0.7 }),
            ...axes(plot, size, 'seconds since the profile began', 'ms'),
            plot.text([warmFrom], {
              x: (at: number) => at,
              frameAnchor: 'top',
              dy: -8,
              text: () =>
                warmUp.endedBy === 'stable'
                  ? `warm-up, ${countText(warmUp.runs, 'run')}`
                  : `warm-up, ${countText(warmUp.runs, 'run')}, never stable`,
              ...labelStyle,
              textAnchor: 'start',
            }),
            plot.dot(dots, { x: 'seconds', y: 'ms', r: dots.length > 800 ? 1 : 1.75, fill: colours.edge, clip: true }),
            plot.ruleY([wall.p50], { x1: begun, stroke: colours.ink2, strokeDasharray: '4 3' }),
            plot.line(trend, { x: 'seconds', y: 'ms', stroke: colours.ink, strokeWidth: 1.5, clip: true }),
            plot.text([wall.p50], {
              y: (ms: number) => ms,
              frameAnchor: 'right',
              textAnchor: 'start',
              dx: 6,
              text: (ms: number) => `p50 ${msWithUnit(ms)}`,
              ...labelStyle,
              fill: colours.ink,
            }),
            plot.tip(
              dots,
              plot.pointer({
                x: 'seconds',
                y: 'ms',
                title: ({ run, ms }: RunDot) => `run ${run + 1}: ${msWithUnit(ms)}`,
                fill: colours.ground,
              }),
            ),
          ],
        }),
      },
    ],
  };
}
