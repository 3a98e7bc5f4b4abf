import type { Parts, Profile } from '../profile.ts';
import type { Stats } from '../stats.ts';

const parts = ['total', 'run', 'copy', 'queue', 'gap'] as const satisfies readonly (keyof Parts)[];
const figures = [
  'mean',
  'deviation',
  'min',
  'p50',
  'p90',
  'p95',
  'p99',
  'max',
] as const satisfies readonly (keyof Stats)[];

type Cell = string | number | boolean | null;

const columns: readonly string[] = [
  'row',
  'node',
  'label',
  'type',
  'stage',
  'worker',
  'device',
  'shared_pass',
  'runs',
  'items',
  'bytes_in',
  'bytes_out',
  'critical_percent',
  'on_path_percent',
  'slack_ms',
  ...parts.flatMap((part) => figures.map((figure) => `${part}_${figure}_ms`)),
];

/**
 * A row per node with all its figures, then what belongs to no node and the time end to end, so that sums can be made.
 * Comma-separated as RFC 4180 has it: a header, lines that end in CRLF, fields in quotes where they need them.
 */
export function profileCsv(profile: Profile): string {
  const { measured, document } = profile;
  const known = new Map(document.nodes.map((node) => [node.id, node]));
  const rows: Cell[][] = measured.nodes.map((node) => {
    const { label = '', type = '' } = known.get(node.node) ?? {};
    return [
      'node',
      node.node,
      // A spreadsheet would take a label of somebody else's pipeline for a formula.
      /^[=+\-@\t\r]/.test(label) ? `'${label}` : label,
      type,
      node.stage,
      node.worker,
      node.device,
      node.shared,
      measured.runs,
      node.items,
      node.bytesIn,
      node.bytesOut,
      node.criticalPercent,
      node.onPathPercent,
      node.slackMs,
      ...parts.flatMap((part) => figuresOf(node[part])),
    ];
  });
  rows.push(
    wholeRow('remainder', measured.runs, measured.remainder),
    wholeRow('end to end', measured.runs, measured.wall),
  );
  return [columns, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

/** Only a total; everything else stays empty. */
function wholeRow(row: string, runs: number, stats: Stats): Cell[] {
  const facts = columns.slice(1, columns.length - parts.length * figures.length);
  return [
    row,
    ...facts.map((column) => (column === 'runs' ? runs : null)),
    ...figuresOf(stats),
    ...Array.from({ length: (parts.length - 1) * figures.length }, () => null),
  ];
}

function figuresOf(stats: Stats): readonly number[] {
  return figures.map((figure) => stats[figure]);
}

function cellText(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
