import { endOf } from '../../../core/graph/document.ts';
import type { RunSummary } from '../../../core/studio/api.ts';

export interface ComparedEnd {
  readonly end: string;
  /** The public name of an output; else the node's label and the port. */
  readonly title: string;
  readonly published: boolean;
}

/** Ports that at least one of two runs kept: the published outputs first, then all others as the run names them. */
export function comparedEnds(left: RunSummary, right: RunSummary): readonly ComparedEnd[] {
  const names = new Map<string, string>();
  for (const run of [left, right]) {
    for (const [name, output] of Object.entries(run.outputs)) names.set(output.node, name);
  }
  const labels = new Map(
    [...left.document.nodes, ...right.document.nodes].map((node) => [node.id, node.label ?? node.id]),
  );
  const ends = [...new Set([...left.ports, ...right.ports].map((port) => port.end))];
  const all = ends.map((end): ComparedEnd => {
    const { node, port } = endOf(end);
    const name = names.get(node);
    return name === undefined
      ? { end, title: `${labels.get(node) ?? node} · ${port}`, published: false }
      : { end, title: name, published: true };
  });
  return [...all.filter((one) => one.published), ...all.filter((one) => !one.published)];
}

export interface TimeRow {
  readonly node: string;
  readonly title: string;
  readonly left: number | null;
  readonly right: number | null;
  /** From the cache, so its time says nothing. */
  readonly cached: 'left' | 'right' | 'both' | null;
}

/** Times of every node that ran in either, the largest difference first; what came from the cache has no time. */
export function timeRows(left: RunSummary, right: RunSummary): readonly TimeRow[] {
  const labels = new Map(
    [...left.document.nodes, ...right.document.nodes].map((node) => [node.id, node.label ?? node.id]),
  );
  const nodes = new Set([...Object.keys(left.nodes), ...Object.keys(right.nodes)]);
  const rows = [...nodes].map((node): TimeRow => {
    const [a, b] = [left.nodes[node], right.nodes[node]];
    const cached = [a?.state === 'cached' ? 'left' : '', b?.state === 'cached' ? 'right' : ''].filter(Boolean);
    return {
      node,
      title: labels.get(node) ?? node,
      left: a?.state === 'ran' ? a.runMs : null,
      right: b?.state === 'ran' ? b.runMs : null,
      cached: cached.length === 2 ? 'both' : cached[0] === 'left' ? 'left' : cached[0] === 'right' ? 'right' : null,
    };
  });
  return rows
    .filter((row) => row.left !== null || row.right !== null)
    .sort((x, y) => moved(y) - moved(x) || (y.left ?? y.right ?? 0) - (x.left ?? x.right ?? 0));
}

function moved({ left, right }: TimeRow): number {
  return left === null || right === null ? -1 : Math.abs(right - left);
}
