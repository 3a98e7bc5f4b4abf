import { type DocumentWire, endOf } from '../../core/graph/document.ts';
import type { NodeProfile } from '../../core/profile/profile.ts';

export interface CriticalChain {
  readonly nodes: ReadonlySet<string>;
  /** Wires, by the input where they end. */
  readonly wires: ReadonlySet<string>;
}

/**
 * The one line through the pipeline that is drawn as its critical path: from the end that was last in most runs back
 * along the inputs that were waited for in most runs. Runs differ; a single line says what is usual.
 */
export function criticalChain(
  wires: readonly DocumentWire[],
  measured: readonly Pick<NodeProfile, 'node' | 'stage' | 'onPathPercent' | 'criticalPercent'>[],
): CriticalChain {
  const parts = new Map(measured.map((node) => [node.node, node]));
  // A pass is on the path as a whole, even where a node's own share of it is nothing.
  const onPath = new Map<number, number>();
  for (const { stage, onPathPercent } of measured) onPath.set(stage, Math.max(onPathPercent, onPath.get(stage) ?? 0));
  const into = new Map<string, DocumentWire[]>();
  const feeding = new Set<string>();
  for (const wire of wires) {
    const to = endOf(wire.to).node;
    into.set(to, [...(into.get(to) ?? []), wire]);
    if (parts.has(to)) feeding.add(endOf(wire.from).node);
  }
  const weight = (node: string): number => {
    const of = parts.get(node);
    const often = of === undefined ? 0 : (onPath.get(of.stage) ?? 0);
    // What is on the path in as many runs is told apart by how much of the time it takes.
    return of === undefined || often <= 0 ? 0 : often + Math.min(of.criticalPercent, 100) / 1000;
  };
  const nodes = new Set<string>();
  const drawn = new Set<string>();
  let at = best(
    measured.map((node) => node.node).filter((node) => !feeding.has(node)),
    weight,
  );
  while (at !== null && !nodes.has(at)) {
    nodes.add(at);
    const inputs = into.get(at) ?? [];
    const from = best(
      inputs.map((wire) => endOf(wire.from).node),
      weight,
    );
    for (const wire of inputs) if (endOf(wire.from).node === from) drawn.add(wire.to);
    at = from;
  }
  return { nodes, wires: drawn };
}

function best(nodes: readonly string[], weight: (node: string) => number): string | null {
  let found: string | null = null;
  for (const node of nodes) if (weight(node) > (found === null ? 0 : weight(found))) found = node;
  return found;
}
