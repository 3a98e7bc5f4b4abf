import type { BatchRow, RunSummary } from '../../../core/studio/api.ts';
import { differenceText, runDifferences } from '../documentDifference.ts';

/** `14:03:07` */
export function clockText(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

const phases = { running: 'Running', done: 'Done', failed: 'Failed', cancelled: 'Cancelled' } as const;
export function phaseText(phase: RunSummary['phase']): string {
  return phases[phase];
}

/** What changed since the run before, in one line: at most two changes are named. */
export function changedText(before: RunSummary | undefined, run: RunSummary): string {
  if (before === undefined) return 'First run that is kept';
  const changes = runDifferences(before, run);
  if (changes.length === 0) return 'Nothing changed since the run before';
  const named = changes.slice(0, 2).map(differenceText).join('; ');
  return changes.length > 2 ? `${named}; and ${changes.length - 2} more` : named;
}

/** `5 ran, 9 from cache` */
export function nodesText(run: RunSummary): string {
  const states = Object.values(run.nodes).map((node) => node.state);
  const count = (state: string): number => states.filter((one) => one === state).length;
  return [
    [count('ran'), 'ran'],
    [count('cached'), 'from cache'],
    [count('missing'), 'missing'],
    [count('skipped'), 'skipped'],
  ]
    .filter(([n]) => n !== 0)
    .map(([n, words]) => `${n} ${words}`)
    .join(', ');
}

export type BatchSort = { readonly by: string; readonly down: boolean };

/** Columns of a batch: the outputs that any item gave. */
export function answerNames(rows: readonly BatchRow[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.answers)))];
}

/** By `name`, `ms`, `problem` or an output; names and answers as people sort them, numbers within them by size. */
export function sortedRows(rows: readonly BatchRow[], { by, down }: BatchSort): readonly BatchRow[] {
  const compare = (a: BatchRow, b: BatchRow): number => {
    if (by === 'ms') return a.wallMs - b.wallMs;
    const text = (row: BatchRow): string =>
      by === 'name' ? row.name : by === 'problem' ? (row.problem?.message ?? '') : (row.answers[by] ?? '');
    return text(a).localeCompare(text(b), undefined, { numeric: true });
  };
  return [...rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
}

/** RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function batchCsv(rows: readonly BatchRow[]): string {
  const answers = answerNames(rows);
  const lines = rows.map((row) => [
    row.name,
    ...answers.map((name) => row.answers[name] ?? ''),
    String(Math.round(row.wallMs * 1000) / 1000),
    row.problem?.message ?? '',
  ]);
  return [['name', ...answers, 'ms', 'problem'], ...lines].map((line) => line.map(csvCell).join(',')).join('\r\n');
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
