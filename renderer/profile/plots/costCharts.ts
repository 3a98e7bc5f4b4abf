import type { CostResult, CostRow } from '../../../core/profile/cost.ts';
import { moneyText } from '../words.ts';
import {
  apartFrom,
  axes,
  type Chart,
  colours,
  frame,
  labelStyle,
  type NoChart,
  textWidth,
  tickFormat,
} from './chart.ts';
import { patternDefinitions, patternFill } from './patterns.ts';

export interface CostData {
  readonly cost: CostResult;
  readonly currency: string;
  readonly months: number;
}

/** What a million requests cost on each machine, cheapest first. Own machines hatched, so that both kinds are told apart. */
export function perMillionChart({ cost, currency }: Pick<CostData, 'cost' | 'currency'>): Chart | NoChart {
  const title = 'Cost of a million requests';
  const rows = [...cost.rows].filter((row) => row.perMillion > 0).sort((a, b) => a.perMillion - b.perMillion);
  if (rows.length === 0) return { title, nothing: 'No machine to be priced, or no traffic.' };
  const names = Math.min(180, Math.max(...rows.map((row) => textWidth(row.machine))) + 24);
  return {
    title,
    subtitle: `${currency}, by machine`,
    description: `Cheapest is ${rows[0].machine} with ${moneyText(rows[0].perMillion)} ${currency}.`,
    panels: [
      {
        share: 1,
        options: (plot, size) => ({
          ...frame(size),
          marginLeft: names,
          marginRight: 120,
          marginTop: 6,
          x: { domain: [0, Math.max(...rows.map((row) => row.perMillion))] },
          y: { domain: rows.map((row) => row.machine), padding: 0.35 },
          marks: [
            patternDefinitions(size.id),
            plot.axisY({ tickSize: 0, label: null, fill: colours.ink2, fontSize: 11 }),
            plot.axisX({
              tickSize: 0,
              label: currency,
              labelAnchor: 'right',
              labelArrow: 'none',
              ticks: 4,
              tickFormat,
            }),
            plot.gridX({ stroke: colours.line, strokeOpacity: 1, ticks: 4 }),
            plot.barX(rows, {
              x: 'perMillion',
              y: 'machine',
              fill: (row: CostRow) => (row.kind === 'own' ? patternFill(size.id, 'hatched') : colours.edge),
              stroke: colours.edge,
            }),
            plot.text(rows, {
              x: 'perMillion',
              y: 'machine',
              dx: 6,
              textAnchor: 'start',
              text: (row: CostRow) =>
                `${moneyText(row.perMillion)}  ${row.kind === 'own' ? 'own' : 'cloud'}, ${row.replicasAtPeak} at peak`,
              ...labelStyle,
              fill: colours.ink,
            }),
          ],
        }),
      },
    ],
  };
}

interface SpentLine {
  readonly machine: string;
  readonly own: boolean;
  readonly points: readonly { readonly month: number; readonly spent: number }[];
}

/** What has been spent after so many months, and when an own machine has cost less than the cheapest cloud. */
export function breakEvenChart({ cost, currency, months }: CostData): Chart | NoChart {
  const title = 'Spent over time';
  if (cost.rows.length === 0 || months < 1) return { title, nothing: 'No machine to be priced.' };
  const spentOf = (row: CostRow, month: number): number => row.upfront + row.runningPerMonth * month;
  const cheapest = cost.rows.filter(({ kind }) => kind === 'cloud').sort((a, b) => a.perMonth - b.perMonth)[0];
  const lines = cost.rows
    .filter((row) => row.kind === 'own' || row === cheapest)
    .map(
      (row): SpentLine => ({
        machine: row.machine,
        own: row.kind === 'own',
        points: [0, months].map((month) => ({ month, spent: spentOf(row, month) })),
      }),
    );
  const crossings = cost.breakEven.flatMap(({ own, month }) => {
    const row = cost.rows.find(({ machine }) => machine === own);
    return row === undefined || month === null || month > months ? [] : [{ own, month, spent: spentOf(row, month) }];
  });
  const most = Math.max(...lines.flatMap(({ points }) => points.map(({ spent }) => spent)));
  const words = cost.breakEven.map(({ own, cloud, month }) =>
    month === null ? `${own} never costs less than ${cloud}` : `${own} has cost less than ${cloud} from month ${month}`,
  );
  return {
    title,
    subtitle: `${currency} over months`,
    description: words.length === 0 ? 'There is nothing to hold against each other.' : `${words.join('; ')}.`,
    panels: [
      {
        share: 1,
        options: (plot, size) => {
          const names = Math.min(160, Math.max(...lines.map(({ machine }) => textWidth(machine))) + 16);
          const room = size.height - 52;
          const ends = lines.map(({ points }) => room - (points[1].spent / (most * 1.08)) * room);
          const shifted = apartFrom(ends, 12, 0, room);
          return {
            ...frame(size),
            marginLeft: 56,
            marginRight: names,
            x: { domain: [0, months] },
            y: { domain: [0, most * 1.08] },
            marks: [
              ...axes(plot, size, 'months', currency),
              ...lines.flatMap(({ machine, own, points }, i) => [
                plot.line(points, {
                  x: 'month',
                  y: 'spent',
                  stroke: own ? colours.ink : colours.ink2,
                  strokeWidth: 1.5,
                  strokeDasharray: own ? undefined : '5 3',
                }),
                plot.text([points[1]], {
                  x: 'month',
                  y: 'spent',
                  dx: 6,
                  dy: shifted[i] - ends[i],
                  textAnchor: 'start',
                  text: () => machine,
                  ...labelStyle,
                  fill: own ? colours.ink : colours.ink2,
                }),
              ]),
              plot.dot(crossings, {
                x: 'month',
                y: 'spent',
                r: 5,
                stroke: colours.ink,
                strokeWidth: 1.5,
                fill: colours.ground,
              }),
              plot.text(crossings, {
                x: 'month',
                y: 'spent',
                dy: -12,
                text: ({ month }: { month: number }) => `month ${month}`,
                ...labelStyle,
                fill: colours.ink,
                fontWeight: 600,
              }),
            ],
          };
        },
      },
    ],
  };
}
