import type { SearchPoint, SearchResult } from '../../../core/profile/search.ts';
import { msWithUnit, rateText } from '../words.ts';
import { apartFrom, axes, type Chart, colours, frame, labelStyle, type NoChart } from './chart.ts';

export interface ParetoData {
  readonly search: SearchResult;
  readonly nameOf: (id: number) => string;
}

/** What was tried: latency against throughput, the front that none beats, the limit, the winner. */
export function paretoChart({ search, nameOf }: ParetoData): Chart | NoChart {
  const title = 'Latency against throughput';
  const { points, settings, stoppedBy } = search;
  const { metric, underMs } = settings.limit;
  if (points.length === 0) return { title, nothing: 'Nothing was tried yet.' };
  const byId = new Map(points.map((point) => [point.id, point]));
  const front = search.front
    .flatMap((id) => byId.get(id) ?? [])
    .sort((a, b) => a.throughput - b.throughput || a[metric] - b[metric]);
  const winner = search.winner === null ? undefined : byId.get(search.winner);
  const base = points.find((point) => point.settings.length === 0);
  const most = Math.max(...points.map((point) => point.throughput));
  const highest = Math.max(...points.map((point) => point[metric]));
  const top = Math.max(Math.min(highest, underMs * 4), underMs * 1.2);
  const shown = points.filter((point) => point[metric] <= top);
  const left = points.length - shown.length;
  const named = [
    ...(winner === undefined
      ? []
      : [{ point: winner, text: winner === base ? 'as it is, the winner' : nameOf(winner.id) }]),
    ...(base === undefined || base === winner ? [] : [{ point: base, text: 'as it is' }]),
  ].filter(({ point }) => point[metric] <= top);
  return {
    title,
    subtitle: `${metric} in ms over requests a second${left === 0 ? '' : `; ${left} far above are left out`}${stoppedBy === 'done' ? '' : '; not all was tried'}`,
    description:
      winner === undefined
        ? `None of ${points.length} settings holds ${metric} under ${msWithUnit(underMs)}.`
        : `Of ${points.length} settings ${nameOf(winner.id)} is best: ${rateText(winner.throughput)} requests a second at ${metric} ${msWithUnit(winner[metric])}.`,
    panels: [
      {
        share: 1,
        options: (plot, size) => {
          const inner = size.height - 52;
          const ys = named.map(({ point }) => inner * (1 - point[metric] / (top * 1.05)));
          const lifts = apartFrom(ys, 14, 6, inner - 6).map((y, i) => y - ys[i]);
          return {
            ...frame(size),
            marginRight: 24,
            x: { domain: [0, most * 1.1], nice: true },
            y: { domain: [0, top * 1.05], nice: true },
            marks: [
              ...axes(plot, size, 'requests a second', 'ms'),
              plot.ruleY([underMs], { stroke: colours.ink2, strokeDasharray: '4 3' }),
              plot.text([underMs], {
                y: (ms: number) => ms,
                frameAnchor: 'left',
                textAnchor: 'start',
                dx: 4,
                dy: -7,
                text: (ms: number) => `${metric} under ${msWithUnit(ms)}`,
                ...labelStyle,
              }),
              plot.line(front, {
                x: 'throughput',
                y: metric,
                curve: 'step-before',
                stroke: colours.ink2,
                strokeWidth: 1.25,
                clip: true,
              }),
              plot.dot(shown, {
                x: 'throughput',
                y: metric,
                r: 3.5,
                fill: (point: SearchPoint) => (point.holds ? colours.ink2 : colours.ground),
                stroke: colours.edge,
              }),
              ...(winner === undefined || winner[metric] > top
                ? []
                : [plot.dot([winner], { x: 'throughput', y: metric, r: 7, stroke: colours.ink, strokeWidth: 1.75 })]),
              ...named.map(({ point, text }, i) => {
                const right = point.throughput < most * 0.6;
                return plot.text([point], {
                  x: 'throughput',
                  y: metric,
                  dx: right ? 11 : -11,
                  dy: lifts[i],
                  textAnchor: right ? 'start' : 'end',
                  text: () => shortened(text, Math.floor((size.width * 0.45) / 5.7)),
                  ...labelStyle,
                  fill: point === winner ? colours.ink : colours.ink2,
                  fontWeight: point === winner ? 600 : 400,
                });
              }),
              plot.tip(
                shown,
                plot.pointer({
                  x: 'throughput',
                  y: metric,
                  title: (point: SearchPoint) => pointWords(point, metric, nameOf(point.id)),
                  fill: colours.ground,
                }),
              ),
            ],
          };
        },
      },
    ],
  };
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}

function pointWords(point: SearchPoint, metric: 'p50' | 'p95' | 'p99', name: string): string {
  const clients = point.concurrency === 1 ? '1 client' : `${point.concurrency} clients`;
  return [
    name,
    `${metric} ${msWithUnit(point[metric])}, ${rateText(point.throughput)} requests a second with ${clients}`,
    point.holds ? 'holds the limit' : 'does not hold the limit',
    ...(point.answersDifference === null
      ? []
      : [
          point.answersDifference === 0
            ? 'answers identical'
            : `answers differ by ${point.answersDifference.toPrecision(2)} at the most`,
        ]),
  ].join('\n');
}
