import { type DocumentNode, endOf } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { problemTable } from '../../core/problems/table.ts';

export interface ProblemRow {
  readonly key: string;
  readonly problem: ProblemData;
  /** Where it comes from. */
  readonly from: 'check' | 'run' | 'opening';
  /** In words: node, port or parameter, file. */
  readonly place: string;
  /** The table's short name of it. */
  readonly title: string;
}

interface Sources {
  readonly check: readonly ProblemData[];
  readonly run: readonly ProblemData[];
  readonly opening: readonly ProblemData[];
}

/** All problems as rows, errors first, each once: what the check says already is not said again by a run. */
export function problemRows(
  sources: Sources,
  nodes: readonly Pick<DocumentNode, 'id' | 'label'>[],
): readonly ProblemRow[] {
  const labels = new Map(nodes.map((node) => [node.id, node.label]));
  const seen = new Set<string>();
  const rows: ProblemRow[] = [];
  for (const from of ['check', 'run', 'opening'] as const) {
    for (const problem of sources[from]) {
      const key = `${problem.code} ${problem.message} ${JSON.stringify(problem.where)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      rows.push({ key, problem, from, place: placeText(problem, labels), title: problemTable[problem.code].title });
    }
  }
  const rank = ({ problem }: ProblemRow): number => (problem.severity === 'error' ? 0 : 1);
  return rows.sort((a, b) => rank(a) - rank(b));
}

/** Rows that hold every word of the filter in their text, code or place. */
export function filterRows(
  rows: readonly ProblemRow[],
  text: string,
  hidden: ReadonlySet<ProblemData['severity']>,
): readonly ProblemRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ problem, place, title }) => {
    if (hidden.has(problem.severity)) return false;
    const all = `${problem.message} ${problem.fix} ${problem.code} ${place} ${title}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

function placeText({ where }: ProblemData, labels: ReadonlyMap<string, string | undefined>): string {
  const name = (id: string): string => {
    const label = labels.get(id);
    return label === undefined ? id : `${label} (${id})`;
  };
  const parts: string[] = [];
  if (where.node !== undefined) parts.push(name(where.node));
  else if (where.wire !== undefined) parts.push(name(endOf(where.wire.to).node));
  if (where.wire !== undefined) parts.push(`wire from ${where.wire.from}`);
  if (where.port !== undefined) parts.push(`port ${where.port}`);
  if (where.param !== undefined) parts.push(`parameter ${where.param}`);
  if (where.file !== undefined) parts.push(where.file);
  if (where.at !== undefined) parts.push(where.at);
  if (where.timeSeconds !== undefined) parts.push(`at ${where.timeSeconds.toFixed(2)} s`);
  return parts.join(' · ');
}
