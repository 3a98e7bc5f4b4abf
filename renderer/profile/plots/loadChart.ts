import type { LoadCurve, LoadPoint } from '../../../core/profile/load.ts';
import { msWithUnit, rateText } from '../words.ts';
import { axes, type Chart, colours, frame, labelStyle, type NoChart } from './chart.ts';

const title = 'Throughput and latency';

interface Dot {
  readonly curve: number;
  readonly rate: number;
  readonly ms: number;
  readonly point: LoadPoint;
}

export interface LoadChartData {
  readonly curves: readonly LoadCurve[];
  readonly percentile: 'p50' | 'p95';
  readonly targetMs: number | null;
}

/** Latency over what was answered in a second, a line for each batch size. */
export function loadChart({ curves, percentile, targetMs }: LoadChartData): Chart | NoChart {
  const dots = curves.flatMap(({ points }, curve) =>
    points.map((point): Dot => ({ curve, rate: point.throughput, ms: point.latency[percentile], point })),
  );
  if (dots.length === 0) return { title, nothing: 'Not measured under load yet.' };
  const best = targetMs === null ? null : bestWithin(dots, targetMs);
  const most = dots.reduce((a, b) => (b.rate > a.rate ? b : a));
  const told = best?.curve ?? most.curve;
  const highest = Math.max(...dots.map((dot) => dot.ms));
  const top = targetMs === null ? highest : Math.max(Math.min(highest, targetMs * 3), targetMs * 1.15);
  return {
    title,
    subtitle: `${percentile} in ms over requests a second`,
    description:
      targetMs === null
        ? `At most ${rateText(most.rate)} requests a second, at ${msWithUnit(most.ms)}.`
        : best === null
          ? `No load held ${percentile} under ${msWithUnit(targetMs)}.`
          : `${rateText(best.rate)} requests a second with ${percentile} under ${msWithUnit(targetMs)}, ${curveName(curves[best.curve])}.`,
    panels: [
      {
        share: 1,
        options: (plot, size) => ({
          ...frame(size),
          marginRight: 24,
          x: { domain: [0, most.rate * 1.12], nice: true },
          y: { domain: [0, top * 1.08], nice: true },
          marks: [
            ...axes(plot, size, 'requests a second', 'ms'),
            ...(targetMs === null ? [] : targetMarks(plot, targetMs, percentile)),
            plot.line(
              dots.filter(({ curve }) => curve !== told),
              {
                x: 'rate',
                y: 'ms',
                z: 'curve',
                stroke: colours.edge,
                strokeWidth: 1.5,
                clip: true,
              },
            ),
            plot.line(
              dots.filter(({ curve }) => curve === told),
              {
                x: 'rate',
                y: 'ms',
                stroke: colours.ink,
                strokeWidth: 2,
                clip: true,
              },
            ),
            plot.dot(
              dots.filter(({ point }) => !point.saturated),
              {
                x: 'rate',
                y: 'ms',
                r: 2.5,
                fill: (dot: Dot) => (dot.curve === told ? colours.ink : colours.edge),
                clip: true,
              },
            ),
            plot.dot(
              dots.filter(({ point }) => point.saturated),
              {
                x: 'rate',
                y: 'ms',
                symbol: 'times',
                r: 3.5,
                stroke: colours.ink2,
                clip: true,
              },
            ),
            ...kneeMarks(plot, curves, dots, top),
            ...(best === null ? [] : bestMarks(plot, best)),
            plot.text(lineEnds(curves, dots, top), {
              x: 'rate',
              y: 'ms',
              text: 'name',
              textAnchor: 'middle',
              dy: -10,
              ...labelStyle,
              fill: (end: LineEnd) => (end.curve === told ? colours.ink : colours.ink2),
            }),
            plot.tip(
              dots,
              plot.pointer({
                x: 'rate',
                y: 'ms',
                title: (dot: Dot) => dotWords(dot, curves[dot.curve]),
                fill: colours.ground,
              }),
            ),
          ],
        }),
      },
    ],
  };
}

/** The measured point with most throughput that holds the target; nothing is read off between two of them. */
function bestWithin(dots: readonly Dot[], targetMs: number): Dot | null {
  return dots
    .filter(({ ms, point }) => ms <= targetMs && !point.saturated && point.failed === 0)
    .reduce<Dot | null>((best, dot) => (best === null || dot.rate > best.rate ? dot : best), null);
}

type Marks = ReturnType<typeof axes>;
type Library = Parameters<typeof axes>[0];

function targetMarks(plot: Library, targetMs: number, percentile: string): Marks {
  return [
    plot.ruleY([targetMs], { stroke: colours.ink2, strokeDasharray: '4 3' }),
    plot.text([targetMs], {
      y: (ms: number) => ms,
      frameAnchor: 'right',
      textAnchor: 'end',
      dy: -7,
      text: (ms: number) => `${percentile} target ${msWithUnit(ms)}`,
      ...labelStyle,
    }),
  ];
}

function bestMarks(plot: Library, best: Dot): Marks {
  return [
    plot.ruleX([best], { x: 'rate', y1: 0, y2: 'ms', stroke: colours.ink, strokeDasharray: '2 2' }),
    plot.dot([best], { x: 'rate', y: 'ms', r: 6, stroke: colours.ink, strokeWidth: 1.5 }),
    plot.text([best], {
      x: 'rate',
      y: 0,
      dx: 5,
      dy: -8,
      textAnchor: 'start',
      text: (dot: Dot) => `${rateText(dot.rate)} /s`,
      ...labelStyle,
      fill: colours.ink,
      fontWeight: 600,
    }),
  ];
}

function kneeMarks(plot: Library, curves: readonly LoadCurve[], dots: readonly Dot[], top: number): Marks {
  const knees = curves.flatMap(({ points, knee }, curve) =>
    knee === null ? [] : dots.filter((dot) => dot.curve === curve && dot.point === points[knee] && dot.ms <= top),
  );
  return [
    plot.dot(knees, { x: 'rate', y: 'ms', symbol: 'diamond2', r: 5, stroke: colours.ink2, fill: colours.ground }),
    plot.text(knees, { x: 'rate', y: 'ms', dx: 8, dy: 8, textAnchor: 'start', text: () => 'knee', ...labelStyle }),
  ];
}

interface LineEnd {
  readonly curve: number;
  readonly rate: number;
  readonly ms: number;
  readonly name: string;
}

/** Where a line's name stands: over its last point in sight. One line needs no name. */
function lineEnds(curves: readonly LoadCurve[], dots: readonly Dot[], top: number): readonly LineEnd[] {
  if (curves.length < 2) return [];
  return curves.flatMap((curve, i) => {
    const last = dots.filter((dot) => dot.curve === i && dot.ms <= top).at(-1);
    return last === undefined ? [] : [{ curve: i, rate: last.rate, ms: last.ms, name: curveName(curve) }];
  });
}

function curveName({ batch }: LoadCurve): string {
  return batch === 0 ? 'as it is' : `batch ${batch}`;
}

function dotWords({ rate, ms, point }: Dot, curve: LoadCurve): string {
  const lines = [
    `${curveName(curve)}: ${rateText(rate)} requests a second`,
    `p50 ${msWithUnit(point.latency.p50)}, p95 ${msWithUnit(point.latency.p95)}, p99 ${msWithUnit(point.latency.p99)}`,
    `waited ${msWithUnit(point.wait.p50)} (p50)`,
  ];
  if (point.failed > 0) lines.push(`${point.failed} failed`);
  if (point.saturated) lines.push(`fell behind at ${rateText(point.offered)} a second, here ${msWithUnit(ms)}`);
  return lines.join('\n');
}
