import type { Measured, NodeProfile, PartName } from '../../core/profile/profile.ts';

export interface Slowest {
  readonly node: NodeProfile;
  /** The others that it runs in one pass with. */
  readonly passWith: readonly string[];
  /** What most of its time is. */
  readonly because: PartName;
  /** It ends sooner than the run would without it: making it faster alone gains nothing. */
  readonly offPath: boolean;
}

/**
 * The node to look at first: the one that most of the wall time is spent in, on the critical path. Null when nothing
 * was measured.
 */
export function slowestOf({ nodes, stages }: Pick<Measured, 'nodes' | 'stages'>): Slowest | null {
  if (nodes.length === 0) return null;
  const onPath = nodes.some((node) => node.criticalPercent > 0);
  const weight = (node: NodeProfile): number => (onPath ? node.criticalPercent : node.total.mean);
  const node = nodes.reduce((best, other) => (weight(other) > weight(best) ? other : best));
  const parts = ['run', 'queue', 'copy', 'gap'] as const;
  return {
    node,
    passWith: stages.find((stage) => stage.stage === node.stage)?.nodes.filter((id) => id !== node.node) ?? [],
    because: parts.reduce((best, part) => (node[part].mean > node[best].mean ? part : best)),
    offPath: node.criticalPercent === 0,
  };
}

/** Why measuring ended, for the line of conditions. */
export function stoppedText({ stoppedBy, intervalPercent }: Pick<Measured, 'stoppedBy' | 'intervalPercent'>): string {
  const width = `±${intervalPercent < 10 ? intervalPercent.toFixed(1) : Math.round(intervalPercent)} %`;
  switch (stoppedBy) {
    case 'interval':
      return `median known to ${width}`;
    case 'budget':
      return `time was up at ${width}`;
    case 'count':
      return `enough runs at ${width}`;
    case 'cancelled':
      return `cancelled at ${width}`;
  }
}
