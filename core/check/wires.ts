import type { NodeDefinition, NodeFiles } from '../define/node.ts';
import type { Ports } from '../define/port.ts';
import { type DocumentWire, endOf, type PipelineDocument } from '../graph/document.ts';
import { nearestName } from '../problems/nearestName.ts';
import { type ProblemData, problemData } from '../problems/problem.ts';

/** What is known of a node before its wires are looked at. */
export interface NodeShape {
  readonly definition: NodeDefinition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly files: NodeFiles;
  readonly inputs: Ports;
  readonly outputs: Ports;
}

export interface ResolvedWires {
  /** node → input port → `node.port` that feeds it. */
  readonly sources: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly problems: readonly ProblemData[];
}

/** Finds the source of every input, stepping over disabled nodes, and reports wires that hang loose. */
export function resolveWires(document: PipelineDocument, shapes: ReadonlyMap<string, NodeShape>): ResolvedWires {
  const problems: ProblemData[] = [];
  const known = new Set(document.nodes.map((node) => node.id));
  const disabled = new Set(document.nodes.filter((node) => node.disabled).map((node) => node.id));
  const feeding = new Map<string, string>();
  for (const wire of document.wires) {
    const loose = looseEnd(wire, known, shapes);
    if (loose !== null) problems.push(loose);
    else if (feeding.has(wire.to)) problems.push(secondWire(wire, feeding.get(wire.to) as string));
    else feeding.set(wire.to, wire.from);
  }
  const sources = new Map<string, Record<string, string>>();
  for (const [to, from] of feeding) {
    const end = endOf(to);
    if (disabled.has(end.node)) continue;
    const source = stepOver(from, feeding, disabled, shapes);
    if (source === null) continue;
    const of = sources.get(end.node) ?? {};
    of[end.port] = source;
    sources.set(end.node, of);
  }
  return { sources, problems };
}

/** A disabled node passes on what came in at its first input of the same kind; null when there is none. */
function stepOver(
  from: string,
  feeding: ReadonlyMap<string, string>,
  disabled: ReadonlySet<string>,
  shapes: ReadonlyMap<string, NodeShape>,
): string | null {
  let source = from;
  for (let steps = 0; steps <= disabled.size; steps++) {
    const end = endOf(source);
    if (!disabled.has(end.node)) return source;
    const shape = shapes.get(end.node);
    const kind = shape?.outputs[end.port]?.kinds[0];
    const through = Object.entries(shape?.inputs ?? {}).find(
      ([, spec]) => kind !== undefined && spec.kinds.includes(kind),
    );
    const before = through && feeding.get(`${end.node}.${through[0]}`);
    if (before === undefined) return null;
    source = before;
  }
  return null;
}

function looseEnd(
  wire: DocumentWire,
  known: ReadonlySet<string>,
  shapes: ReadonlyMap<string, NodeShape>,
): ProblemData | null {
  const ends = [
    { end: wire.from, side: 'outputs' },
    { end: wire.to, side: 'inputs' },
  ] as const;
  for (const { end, side } of ends) {
    const { node, port } = endOf(end);
    if (!known.has(node)) {
      const near = nearestName(node, [...known]);
      return problemData('wire-dangling', {
        message: `The wire ${wire.from} → ${wire.to} names the node "${node}", which is not there.`,
        fix: near ? `Did you mean "${near}"? Otherwise remove the wire.` : 'Remove the wire or add the node.',
        where: { wire },
      });
    }
    const shape = shapes.get(node);
    // An unknown node's ports cannot be judged; its wires are kept as they are.
    if (shape === undefined || Object.hasOwn(shape[side], port)) continue;
    if (shape.definition.dynamicPorts && Object.values(shape.files).some((file) => file?.problem)) continue;
    const ports = Object.keys(shape[side]);
    const near = nearestName(port, ports);
    return problemData('wire-dangling', {
      message: `The wire ${wire.from} → ${wire.to} names the port "${port}", but "${node}" (${shape.definition.title}) has ${ports.length === 0 ? `no ${side}` : `the ${side} ${ports.join(', ')}`}.`,
      fix: near ? `Did you mean "${near}"?` : 'Wire it to one of those ports.',
      where: { node, port, wire },
    });
  }
  return null;
}

function secondWire(wire: DocumentWire, first: string): ProblemData {
  return problemData('wire-duplicate', {
    message: `The input ${wire.to} has two wires: from ${first} and from ${wire.from}.`,
    fix: 'Remove one of them: an input takes a single wire.',
    where: { ...endOf(wire.to), wire },
  });
}

/** Node ids with each after its sources, in document order where free; and the loops, as lists of ids. */
export function orderNodes(
  ids: readonly string[],
  sources: ResolvedWires['sources'],
): { readonly order: readonly string[]; readonly loops: readonly (readonly string[])[] } {
  const needs = new Map<string, Set<string>>();
  const feeds = new Map<string, string[]>();
  for (const id of ids) {
    const before = new Set(Object.values(sources.get(id) ?? {}).map((end) => endOf(end).node));
    needs.set(id, before);
    for (const source of before) feeds.set(source, [...(feeds.get(source) ?? []), id]);
  }
  const order: string[] = [];
  const ready = ids.filter((id) => needs.get(id)?.size === 0);
  for (let at = 0; at < ready.length; at++) {
    const id = ready[at];
    order.push(id);
    for (const next of feeds.get(id) ?? []) {
      const left = needs.get(next) as Set<string>;
      left.delete(id);
      if (left.size === 0) ready.push(next);
    }
  }
  const placed = new Set(order);
  return {
    order,
    loops: findLoops(
      ids.filter((id) => !placed.has(id)),
      needs,
    ),
  };
}

function findLoops(
  stuck: readonly string[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): readonly (readonly string[])[] {
  const left = new Set(stuck);
  const loops: string[][] = [];
  for (const start of stuck) {
    if (!left.has(start)) continue;
    const path: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && left.has(at) && !path.includes(at)) {
      path.push(at);
      const before: ReadonlySet<string> | undefined = needs.get(at);
      at = before && [...before].find((id) => left.has(id) || path.includes(id));
    }
    if (at !== undefined && path.includes(at)) loops.push(path.slice(path.indexOf(at)).reverse());
    for (const id of path) left.delete(id);
  }
  return loops;
}
