import type { NodeProto } from '../../onnx/gen/onnx-ml_pb.ts';
import type { DeclaredType } from '../../onnx/valueTypes.ts';
import type { FlatGraph } from './flatGraph.ts';

/** Operators that hang together and run between models. */
export interface Stretch {
  /** How many models lie one behind the other before it, at most. */
  readonly level: number;
  readonly nodes: readonly NodeProto[];
  /** Values from outside, in the order in which they are first read. */
  readonly reads: readonly string[];
  /** Values that others read or that go out. */
  readonly makes: readonly string[];
}

/**
 * The operators of a graph as stretches between its models. What has nothing to do with each other becomes different
 * stretches, which can run at once; what only later stretches read is done there. Values that are no rows of items (shapes,
 * single numbers) do not pass between stretches: who needs them computes them again. With one item at a time only single
 * numbers do not.
 */
export function stretchesOf(graph: FlatGraph, types: ReadonlyMap<string, DeclaredType>): readonly Stretch[] {
  const makers = makersOf(graph);
  const free = freeNodes(graph, makers);
  const groups = groupsOf(graph, makers, free);
  const placed = new Map(groups.flatMap(({ nodes }, group) => nodes.map((node) => [node, group] as const)));
  const wanted = new Set([...graph.outputs.values(), ...graph.grafts.flatMap((graft) => Object.values(graft.inputs))]);
  const passes = (value: string): boolean => {
    const shape = types.get(value)?.shape ?? [];
    return shape.length > 0 && (graph.items === 1 || shape[0] === graph.items);
  };
  // From the last on: what a stretch computes again, those before it need not make.
  const stretches: Stretch[] = [];
  for (let group = groups.length - 1; group >= 0; group--) {
    const own = new Set<NodeProto>();
    const reads = new Set<string>();
    const take = (value: string): void => {
      const maker = makers.get(value);
      if (value === '' || graph.constants.has(value)) return;
      if (maker === undefined) {
        reads.add(value);
        return;
      }
      if (own.has(maker)) return;
      const elsewhere = placed.get(maker) !== group && !free.has(maker);
      if (elsewhere && passes(value)) {
        reads.add(value);
        wanted.add(value);
        return;
      }
      own.add(maker);
      for (const read of maker.input) take(read);
    };
    const makes = groups[group].nodes.flatMap((node) => node.output.filter((value) => wanted.has(value)));
    for (const value of makes) take(value);
    if (makes.length === 0) continue;
    const order = graph.nodes.filter((node) => own.has(node));
    stretches.push({ level: groups[group].level, nodes: order, reads: inOrder(order, reads), makes });
  }
  return stretches.reverse();
}

function makersOf(graph: FlatGraph): ReadonlyMap<string, NodeProto> {
  return new Map(graph.nodes.flatMap((node) => node.output.map((value) => [value, node] as const)));
}

/** Operators on constants alone: they belong wherever somebody reads them. */
function freeNodes(graph: FlatGraph, makers: ReadonlyMap<string, NodeProto>): ReadonlySet<NodeProto> {
  const free = new Set<NodeProto>();
  const constant = (value: string): boolean => {
    const maker = makers.get(value);
    return value === '' || graph.constants.has(value) || (maker !== undefined && free.has(maker));
  };
  for (const node of graph.nodes) if (node.input.every(constant)) free.add(node);
  return free;
}

interface Group {
  readonly level: number;
  readonly nodes: readonly NodeProto[];
}

function groupsOf(
  graph: FlatGraph,
  makers: ReadonlyMap<string, NodeProto>,
  free: ReadonlySet<NodeProto>,
): readonly Group[] {
  const levels = levelsOf(graph, makers);
  const placed = graph.nodes.filter((node) => !free.has(node));
  const readers = readersOf(placed);
  const fed = new Set([...graph.outputs.values(), ...graph.grafts.flatMap((graft) => Object.values(graft.inputs))]);
  for (;;) {
    const groups = connected(placed, makers, levels);
    let sunk = false;
    for (const { nodes } of groups) {
      if (nodes.some((node) => node.output.some((value) => fed.has(value)))) continue;
      const own = new Set(nodes);
      const later = nodes
        .flatMap((node) => node.output.flatMap((value) => readers.get(value) ?? []))
        .filter((reader) => !own.has(reader))
        .map((reader) => levels.get(reader) ?? 0);
      const to = Math.min(...later);
      if (!Number.isFinite(to)) continue;
      for (const node of nodes) levels.set(node, to);
      sunk = true;
    }
    if (!sunk) return groups;
  }
}

/**
 * For each operator in front of how many models it runs at the latest: no sooner than what it reads is there, and with the
 * other operators of its node of the pipeline where that is in time for who reads it.
 */
function levelsOf(graph: FlatGraph, makers: ReadonlyMap<string, NodeProto>): Map<NodeProto, number> {
  const { levels, fed } = earliest(graph, makers);
  const latest = new Map<string, number>();
  for (const node of graph.nodes)
    latest.set(nodeOf(node), Math.max(latest.get(nodeOf(node)) ?? 0, levels.get(node) ?? 0));
  const wantedBy = new Map<string, number>(fed);
  for (const node of [...graph.nodes].reverse()) {
    const level = Math.min(
      latest.get(nodeOf(node)) ?? 0,
      ...node.output.map((value) => wantedBy.get(value) ?? Infinity),
    );
    levels.set(node, level);
    for (const value of node.input) wantedBy.set(value, Math.min(wantedBy.get(value) ?? Infinity, level));
  }
  return levels;
}

/** By how many models lie before it, at most: of operators, and of what models are fed with. */
function earliest(
  graph: FlatGraph,
  makers: ReadonlyMap<string, NodeProto>,
): { readonly levels: Map<NodeProto, number>; readonly fed: ReadonlyMap<string, number> } {
  const levels = new Map<NodeProto, number>();
  const fed = new Map<string, number>();
  const behind = new Map<string, number>();
  const levelOf = (value: string): number => {
    const maker = makers.get(value);
    return maker === undefined ? (behind.get(value) ?? 0) : (levels.get(maker) ?? 0);
  };
  // Each round settles at least the models whose inputs are settled.
  for (let round = 0; round <= graph.grafts.length; round++) {
    for (const node of graph.nodes) levels.set(node, Math.max(0, ...node.input.map(levelOf)));
    for (const graft of graph.grafts) {
      const inputs = Object.values(graft.inputs);
      const level = Math.max(0, ...inputs.map(levelOf));
      for (const value of inputs) fed.set(value, level);
      for (const value of Object.values(graft.outputs)) behind.set(value, level + 1);
    }
  }
  return { levels, fed };
}

/** The pipeline's node that an operator is of. */
function nodeOf({ name }: NodeProto): string {
  return name.slice(0, Math.max(0, name.indexOf('/')));
}

function readersOf(nodes: readonly NodeProto[]): ReadonlyMap<string, readonly NodeProto[]> {
  const readers = new Map<string, NodeProto[]>();
  for (const node of nodes) for (const value of node.input) readers.set(value, [...(readers.get(value) ?? []), node]);
  return readers;
}

/** Operators of one level that hang together, in order. */
function connected(
  nodes: readonly NodeProto[],
  makers: ReadonlyMap<string, NodeProto>,
  levels: ReadonlyMap<NodeProto, number>,
): readonly Group[] {
  const root = new Map<NodeProto, NodeProto>(nodes.map((node) => [node, node]));
  const find = (node: NodeProto): NodeProto => {
    let top = node;
    for (let next = root.get(top); next !== undefined && next !== top; next = root.get(top)) top = next;
    root.set(node, top);
    return top;
  };
  for (const node of nodes) {
    for (const value of node.input) {
      const maker = makers.get(value);
      if (maker === undefined || !root.has(maker) || levels.get(maker) !== levels.get(node)) continue;
      root.set(find(node), find(maker));
    }
  }
  const groups = new Map<NodeProto, NodeProto[]>();
  for (const node of nodes) groups.set(find(node), [...(groups.get(find(node)) ?? []), node]);
  return [...groups.values()]
    .map((own) => ({ level: levels.get(own[0]) ?? 0, nodes: own }))
    .sort((a, b) => a.level - b.level);
}

function inOrder(nodes: readonly NodeProto[], reads: ReadonlySet<string>): readonly string[] {
  return [...new Set(nodes.flatMap((node) => node.input.filter((value) => reads.has(value))))];
}
