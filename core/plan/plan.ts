import type { Checked, CheckedNode } from '../check/checked.ts';
import type { ImageStep } from '../define/image-step.ts';
import { endOf } from '../graph/document.ts';
import type { Sequence } from '../kinds/type.ts';

/** What the engine starts as one: a node, or a chain of image nodes that go over the pixels together. */
export interface Stage {
  readonly index: number;
  /** In order; more than one only for a fused chain. */
  readonly nodes: readonly CheckedNode[];
  /** For a fused chain, each node's step. */
  readonly steps: readonly ImageStep[];
  /** The first node's inputs: port → `node.port`. */
  readonly sources: Readonly<Record<string, string>>;
  /** Whether its inputs come one at a time; a stream stage pulls for itself. */
  readonly mode: 'item' | 'stream';
  /** Output port of the last node → whether one or many items. */
  readonly gives: Readonly<Record<string, Sequence>>;
  /** Input ports whose value no other stage reads. */
  readonly owned: ReadonlySet<string>;
  /** True when a modality missing here can be absorbed by a node further down. */
  readonly absorbable: boolean;
}

export interface Plan {
  readonly stages: readonly Stage[];
  /** `node.port` → number of stages that read it. */
  readonly readers: ReadonlyMap<string, number>;
  /** Stages that everything else is there for; each runs to its end, whether anybody reads it or not. */
  readonly targets: ReadonlySet<number>;
  /** Public output → node id. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Node id → public input. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Node id → stage index. */
  readonly stageOf: ReadonlyMap<string, number>;
}

export interface Wanted {
  /** Public outputs; all unless given. */
  readonly outputs?: readonly string[];
  /** Nodes to run to, in place of outputs. */
  readonly targets?: readonly string[];
}

/** Orders what the wanted outputs or nodes need, drops the rest and fuses neighbouring image nodes. All of it must have been found free of errors. */
export function planRun(checked: Checked, wanted: Wanted = {}): Plan {
  const outputs = new Map(
    [...checked.publicOutputs].filter(
      ([name, id]) => wanted.targets?.includes(id) ?? wanted.outputs?.includes(name) ?? true,
    ),
  );
  const roots = wanted.targets ?? [...outputs.values()];
  const alive = neededBy(roots, checked);
  const order = checked.order.filter((id) => alive.has(id));
  const readersOf = consumers(order, checked);
  const absorbing = absorbingNodes(order, checked);
  const stages: Stage[] = [];
  const stageOf = new Map<string, number>();
  const readers = new Map<string, number>();
  for (const id of order) {
    if (stageOf.has(id)) continue;
    const chain = chainFrom(checked.nodes.get(id) as CheckedNode, checked, readersOf);
    const first = chain[0];
    const last = chain[chain.length - 1];
    for (const node of chain) stageOf.set(node.id, stages.length);
    for (const source of new Set(Object.values(first.sources))) readers.set(source, (readers.get(source) ?? 0) + 1);
    stages.push({
      index: stages.length,
      nodes: chain,
      steps: chain.length > 1 ? chain.map((node) => stepOf(node) as ImageStep) : [],
      sources: first.sources,
      mode: first.definition.stream === null ? 'item' : 'stream',
      gives: sequencesOf(last, checked),
      owned: ownedPorts(first, checked, readersOf),
      absorbable: absorbing.has(last.id),
    });
  }
  const inputs = new Map([...checked.publicInputs].map(([name, node]) => [node, name]));
  const targets = new Set(roots.flatMap((id) => stageOf.get(id) ?? []));
  return { stages, readers, targets, outputs, inputs, stageOf };
}

function neededBy(roots: readonly string[], checked: Checked): ReadonlySet<string> {
  const alive = new Set<string>();
  const todo = [...roots];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    const node = checked.nodes.get(id);
    if (node === undefined || alive.has(id)) continue;
    alive.add(id);
    for (const source of Object.values(node.sources)) todo.push(endOf(source).node);
  }
  return alive;
}

/** `node.port` → the `node.port` ends that read it, among the living. */
function consumers(order: readonly string[], checked: Checked): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const id of order) {
    for (const [port, source] of Object.entries((checked.nodes.get(id) as CheckedNode).sources)) {
      const list = found.get(source);
      if (list) list.push(`${id}.${port}`);
      else found.set(source, [`${id}.${port}`]);
    }
  }
  return found;
}

/** Nodes from which some way down leads to a port that accepts a missing modality. */
function absorbingNodes(order: readonly string[], checked: Checked): ReadonlySet<string> {
  const found = new Set<string>();
  for (const id of [...order].reverse()) {
    const node = checked.nodes.get(id) as CheckedNode;
    for (const [port, source] of Object.entries(node.sources)) {
      if (node.inputs[port]?.missing === 'accept' || found.has(id)) found.add(endOf(source).node);
    }
  }
  return found;
}

function stepOf(node: CheckedNode): ImageStep | null {
  return node.definition.run !== null && node.definition.pure && node.definition.step !== null
    ? node.definition.step(node.params)
    : null;
}

/** The longest chain of image nodes that starts here, each the only reader of the one before. */
function chainFrom(
  start: CheckedNode,
  checked: Checked,
  readersOf: ReadonlyMap<string, readonly string[]>,
): readonly CheckedNode[] {
  const chain = [start];
  if (stepOf(start) === null) return chain;
  for (;;) {
    const last = chain[chain.length - 1];
    const ports = Object.keys(last.outputs);
    const readers = ports.flatMap((port) => readersOf.get(`${last.id}.${port}`) ?? []);
    if (ports.length !== 1 || readers.length !== 1) return chain;
    const next = checked.nodes.get(endOf(readers[0]).node) as CheckedNode;
    if (
      stepOf(next) === null ||
      Object.keys(next.sources).length !== 1 ||
      checked.types.get(`${last.id}.${ports[0]}`)?.kind !== 'image'
    )
      return chain;
    chain.push(next);
  }
}

/** Ports whose value this stage alone reads, and only once: a single item that meets a whole sequence is read again and again. */
function ownedPorts(
  node: CheckedNode,
  checked: Checked,
  readersOf: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const counts = Object.entries(node.sources).map(([port, source]) => ({
    port,
    alone: readersOf.get(source)?.length === 1,
    many: checked.types.get(source)?.sequence.count === 'many',
  }));
  const repeated = counts.some(({ many }) => many);
  return new Set(counts.flatMap(({ port, alone, many }) => (alone && (many || !repeated) ? [port] : [])));
}

function sequencesOf(node: CheckedNode, checked: Checked): Readonly<Record<string, Sequence>> {
  const found: Record<string, Sequence> = {};
  for (const port of Object.keys(node.outputs))
    found[port] = checked.types.get(`${node.id}.${port}`)?.sequence ?? { count: 'one' };
  return found;
}
