import type { RunView } from '../state/state.ts';

export interface RunCounts {
  readonly ran: number;
  readonly cached: number;
  /** Begun, done or not. */
  readonly started: number;
  /** Skipped, or without what they need. */
  readonly failed: number;
}

/** How the nodes of a run fared so far; after its end by its summary. */
export function runCounts({ nodes, summary }: Pick<RunView, 'nodes' | 'summary'>): RunCounts {
  const states = Object.values(summary?.nodes ?? nodes).map((node) => node.state);
  const count = (state: string): number => states.filter((s) => s === state).length;
  return {
    ran: count('ran'),
    cached: count('cached'),
    started: states.length,
    failed: count('skipped') + count('missing'),
  };
}
