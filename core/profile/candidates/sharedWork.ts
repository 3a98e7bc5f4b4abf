import type { CheckedNode } from '../../check/checked.ts';
import { connected, removed } from '../../graph/changes.ts';
import { endOf, type PipelineDocument } from '../../graph/document.ts';
import { costMs } from './imageChain.ts';
import { type Idea, inTurn, nameOf, type Subject } from './subject.ts';
import { listWords, msWords, percentWords } from './words.ts';

const worthShare = 0.01;

/** Nodes that do the same to the same: one of them is enough for all that read them. */
export function sharedWorkIdeas(subject: Subject): readonly Idea[] {
  const kept = new Map<string, string>();
  const instead = new Map<string, string>();
  for (const id of subject.checked.order) {
    const node = subject.checked.nodes.get(id) as CheckedNode;
    const { definition } = node;
    if (!definition.pure || definition.external !== null || definition.publishes) continue;
    const sources = Object.entries(node.sources)
      .map(([port, source]) => {
        const end = endOf(source);
        return `${port}=${instead.get(end.node) ?? end.node}.${end.port}`;
      })
      .sort();
    if (sources.length === 0) continue;
    const key = JSON.stringify([definition.type, Object.entries(node.params).sort(), sources]);
    const same = kept.get(key);
    if (same === undefined) kept.set(key, id);
    else if (wiredPlainly(subject, node)) instead.set(id, same);
  }
  return [...new Set(instead.values())].flatMap((root) => {
    // Chains of the same nodes go together, told by their first.
    if ([...instead].some(([twin, same]) => same === root && follows(subject, twin, instead))) return [];
    const twins = twinsFrom(subject, root, instead);
    const ms = twins.reduce((sum, id) => sum + costMs(subject, id), 0);
    if (twins.length === 0 || ms < worthShare * subject.wallMs) return [];
    const roots = [...new Set(twins.map((id) => instead.get(id) as string))];
    return [
      {
        id: `fuse:shared:${twins.join('+')}`,
        kind: 'fuse' as const,
        title: `${listWords(roots.map((id) => nameOf(subject, id)))} once for all branches`,
        why: `${listWords(twins.map((id) => nameOf(subject, id)))} ${twins.length === 1 ? 'does' : 'do'} the same to the same input again, for ${msWords(ms)} a request (${percentWords((100 * ms) / subject.wallMs)}).`,
        nodes: [...roots, ...twins],
        changes: inTurn(subject.document, [
          ...subject.document.wires.flatMap((wire) => {
            const from = endOf(wire.from);
            const same = twins.includes(from.node) ? instead.get(from.node) : undefined;
            if (same === undefined || twins.includes(endOf(wire.to).node)) return [];
            return [(now: PipelineDocument) => connected(now, `${same}.${from.port}`, wire.to)];
          }),
          (now) => removed(now, twins),
        ]),
        aims: 'latency' as const,
        expected: Math.min(1, (0.7 * ms) / subject.wallMs),
      },
    ];
  });
}

/** Whether the twin only hangs on other twins, so that it is told with them. */
function follows(subject: Subject, twin: string, instead: ReadonlyMap<string, string>): boolean {
  return Object.values(subject.checked.nodes.get(twin)?.sources ?? {}).some((source) =>
    instead.has(endOf(source).node),
  );
}

/** Twins of a root, and twins that hang on them. */
function twinsFrom(subject: Subject, root: string, instead: ReadonlyMap<string, string>): readonly string[] {
  const found = new Set([...instead].flatMap(([twin, same]) => (same === root ? [twin] : [])));
  for (const id of subject.checked.order) {
    if (!instead.has(id)) continue;
    const sources = Object.values(subject.checked.nodes.get(id)?.sources ?? {});
    if (sources.some((source) => found.has(endOf(source).node))) found.add(id);
  }
  return [...found];
}

/** No bypassed node sits in its wires, nor hangs on it. */
function wiredPlainly(subject: Subject, node: CheckedNode): boolean {
  const { wires } = subject.document;
  const plain = Object.entries(node.sources).every(([port, source]) =>
    wires.some((wire) => wire.to === `${node.id}.${port}` && wire.from === source),
  );
  return plain && wires.every((w) => endOf(w.from).node !== node.id || subject.checked.nodes.has(endOf(w.to).node));
}
