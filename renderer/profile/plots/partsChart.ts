import type { NodeProfile } from '../../../core/profile/profile.ts';
import { msWithUnit } from '../words.ts';
import { type Chart, colours, frame, labelStyle, type NoChart, textWidth, tickFormat } from './chart.ts';
import { patternDefinitions, patternFill } from './patterns.ts';

export interface PartsData {
  readonly nodes: readonly NodeProfile[];
  readonly titleOf: (node: string) => string;
  /** 0 to 5. */
  readonly heatOf: (node: string) => number;
  /** Mean wall time that belongs to no node. */
  readonly remainderMs: number;
  readonly selected: string | null;
}

/** Pixels under which a bar and its name are no longer read. */
const leastRow = 13;

const parts = ['queue', 'gap', 'copy', 'run'] as const;
type Part = (typeof parts)[number];

/** A piece of a node's bar. */
export interface PartPiece {
  /** Empty: the remainder. */
  readonly node: string;
  readonly row: string;
  readonly part: Part;
  readonly from: number;
  readonly to: number;
}

interface PartRow {
  readonly node: string;
  readonly row: string;
  readonly total: number;
  readonly ms: Readonly<Record<Part, number>>;
}

/** Where each node's time goes, the costliest first. Means, because means add up. */
export function partsChart({ nodes, titleOf, heatOf, remainderMs, selected }: PartsData): Chart | NoChart {
  const title = 'Where the time goes';
  const rows = nodes
    .map((node): PartRow => {
      const ms = { run: node.run.mean, copy: node.copy.mean, queue: node.queue.mean, gap: node.gap.mean };
      return { node: node.node, row: titleOf(node.node), total: ms.run + ms.copy + ms.queue + ms.gap, ms };
    })
    .sort((a, b) => b.total - a.total);
  if (rows.length === 0) return { title, nothing: 'No node was measured.' };
  const named = uniqueRows(rows);
  const remainder = {
    node: '',
    row: 'no node',
    total: remainderMs,
    ms: { run: 0, copy: 0, queue: 0, gap: remainderMs },
  };
  return {
    title,
    subtitle: 'ms per request, mean',
    description: `${named[0].row} takes most, ${msWithUnit(named[0].total)}: ${parts
      .filter((part) => named[0].ms[part] > 0)
      .map((part) => `${part} ${msWithUnit(named[0].ms[part])}`)
      .join(', ')}.`,
    panels: [
      {
        share: 1,
        options: (plot, size) => {
          const all = [...fewer(named, Math.max(3, Math.floor((size.height - 38) / leastRow) - 1)), remainder];
          const pieces = all.flatMap(piecesOf);
          const most = Math.max(...all.map((row) => row.total));
          const names = Math.min(170, Math.max(...all.map(({ row }) => textWidth(row))) + 20);
          return {
            ...frame(size),
            marginLeft: names,
            marginRight: 64,
            marginTop: 4,
            x: { domain: [0, most] },
            y: { domain: all.map(({ row }) => row), padding: 0.28 },
            marks: [
              patternDefinitions(size.id),
              plot.gridX({ stroke: colours.line, strokeOpacity: 1, ticks: 5 }),
              plot.axisX({ tickSize: 0, label: 'ms', labelAnchor: 'right', labelArrow: 'none', ticks: 5, tickFormat }),
              plot.axisY({
                tickSize: 0,
                label: null,
                fill: colours.ink2,
                fontSize: 11,
                tickFormat: (row: string) =>
                  row.length * 5.7 > names - 14 ? `${row.slice(0, Math.floor((names - 20) / 5.7))}…` : row,
              }),
              ...parts.map((part) =>
                plot.barX(
                  pieces.filter((piece) => piece.part === part),
                  {
                    x1: 'from',
                    x2: 'to',
                    y: 'row',
                    fill: (piece: PartPiece) => fillOf(piece, size.id, heatOf),
                    stroke: part === 'run' ? 'none' : colours.edge,
                    strokeDasharray: part === 'queue' ? '1 2' : undefined,
                    insetLeft: 0.25,
                    insetRight: 0.25,
                  },
                ),
              ),
              plot.barX(
                all.filter(({ node }) => node !== '' && node === selected),
                { x: 'total', y: 'row', fill: 'none', stroke: colours.ink, strokeWidth: 1.5, inset: -1.5 },
              ),
              plot.text(all, {
                x: 'total',
                y: 'row',
                dx: 6,
                textAnchor: 'start',
                text: ({ total }: PartRow) => msWithUnit(total),
                ...labelStyle,
                fill: colours.ink,
              }),
              plot.tip(
                pieces,
                plot.pointerY({
                  x: (piece: PartPiece) => piece.to,
                  y: 'row',
                  title: (piece: PartPiece) => rowWords(all.find(({ row }) => row === piece.row)),
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

/** The costliest, and the others together in one row, when there is no room for all. */
function fewer(rows: readonly PartRow[], most: number): readonly PartRow[] {
  if (rows.length <= most) return rows;
  const others = rows.slice(most - 1);
  const sum = (part: Part): number => others.reduce((ms, row) => ms + row.ms[part], 0);
  const ms = { run: sum('run'), copy: sum('copy'), queue: sum('queue'), gap: sum('gap') };
  const total = ms.run + ms.copy + ms.queue + ms.gap;
  return [...rows.slice(0, most - 1), { node: '', row: `${others.length} others`, total, ms }];
}

function piecesOf({ node, row, ms }: PartRow): readonly PartPiece[] {
  let from = 0;
  return parts.flatMap((part) => {
    if (ms[part] <= 0) return [];
    const piece = { node, row, part, from, to: from + ms[part] };
    from = piece.to;
    return [piece];
  });
}

/** Bars stand by their names, so nodes of one name are told apart by their ids. */
function uniqueRows(rows: readonly PartRow[]): readonly PartRow[] {
  const counts = new Map<string, number>();
  for (const { row } of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return rows.map((row) => ((counts.get(row.row) ?? 0) > 1 ? { ...row, row: `${row.row} (${row.node})` } : row));
}

function fillOf({ node, part }: PartPiece, id: string, heatOf: (node: string) => number): string {
  if (part === 'run') return `var(--heat-${Math.min(5, Math.max(0, Math.round(heatOf(node))))})`;
  if (part === 'copy') return patternFill(id, 'hatched');
  return part === 'queue' ? patternFill(id, 'dotted') : colours.ground;
}

function rowWords(row: PartRow | undefined): string {
  if (row === undefined) return '';
  const said = [...parts].reverse().filter((part) => row.ms[part] > 0);
  return [row.row, ...said.map((part) => `${part} ${msWithUnit(row.ms[part])}`)].join('\n');
}
