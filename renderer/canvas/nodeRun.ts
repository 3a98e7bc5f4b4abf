import type { RunView } from '../state/state.ts';

/** How a node fared in the run that goes on or was the last. */
export interface NodeStanding {
  readonly is: 'idle' | 'running' | 'ran' | 'cached' | 'missing' | 'failed';
  readonly items: number;
  readonly ms: number | null;
  /** Device that ran it, where it says so. */
  readonly device: string | null;
  /** What went wrong, in words. */
  readonly problem: string | null;
}

const idle: NodeStanding = { is: 'idle', items: 0, ms: null, device: null, problem: null };

export function standingOf(run: RunView | null, id: string): NodeStanding {
  if (run === null) return idle;
  const { summary } = run;
  const live = run.nodes[id];
  if (summary === null) {
    if (live === undefined || live.state === 'skipped') return idle;
    return { ...idle, is: live.state, items: live.items, device: deviceOf(run.notes[id]) };
  }
  if (summary.problem?.where.node === id) return { ...idle, is: 'failed', problem: summary.problem.message };
  const report = summary.nodes[id];
  if (report === undefined || report.state === 'skipped') return idle;
  return {
    is: report.state,
    items: report.items,
    // Of nodes that ran as one the first has the time of all.
    ms:
      report.state === 'ran' && !(report.notes['compiledPart'] !== undefined && report.runMs === 0)
        ? report.runMs
        : null,
    device: deviceOf(report.notes),
    problem: null,
  };
}

function deviceOf(notes: Readonly<Record<string, unknown>> | undefined): string | null {
  const device = notes?.['device'];
  return typeof device === 'string' ? device : null;
}
