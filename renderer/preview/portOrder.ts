import { endOf, type PipelineDocument } from '../../core/graph/document.ts';

/** Ends in the order in which data flows: by node (left to right, then downwards where nothing else tells), then as given. */
export function portsInOrder(document: PipelineDocument, ends: readonly string[]): readonly string[] {
  const place = new Map(flowOrder(document).map((node, at) => [node, at]));
  return ends
    .map((end, at) => ({ end, at, node: place.get(endOf(end).node) ?? place.size }))
    .sort((a, b) => a.node - b.node || a.at - b.at)
    .map(({ end }) => end);
}

/** Node ids so that each stands after all that feed it; nodes of a loop come last, by position. */
function flowOrder({ nodes, wires }: PipelineDocument): readonly string[] {
  const inOrder = [...nodes].sort((a, b) => a.position.x - b.position.x || a.position.y - b.position.y);
  const waits = new Map(nodes.map((node) => [node.id, 0]));
  const after = new Map<string, string[]>();
  for (const wire of wires) {
    const from = endOf(wire.from).node;
    const to = endOf(wire.to).node;
    if (!waits.has(from) || !waits.has(to)) continue;
    waits.set(to, (waits.get(to) ?? 0) + 1);
    after.set(from, [...(after.get(from) ?? []), to]);
  }
  const rank = new Map(inOrder.map((node, at) => [node.id, at]));
  const ready = inOrder.filter((node) => waits.get(node.id) === 0).map((node) => node.id);
  const order: string[] = [];
  while (ready.length > 0) {
    const node = ready.shift() ?? '';
    order.push(node);
    for (const next of after.get(node) ?? []) {
      const left = (waits.get(next) ?? 0) - 1;
      waits.set(next, left);
      if (left === 0) insert(ready, next, rank);
    }
  }
  const done = new Set(order);
  return [...order, ...inOrder.map((node) => node.id).filter((id) => !done.has(id))];
}

function insert(ready: string[], node: string, rank: ReadonlyMap<string, number>): void {
  const mine = rank.get(node) ?? 0;
  const at = ready.findIndex((other) => (rank.get(other) ?? 0) > mine);
  ready.splice(at === -1 ? ready.length : at, 0, node);
}
