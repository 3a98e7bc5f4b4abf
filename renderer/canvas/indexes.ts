import { type DocumentNode, type DocumentWire, endOf, type PipelineDocument } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { CheckReport, NodeSpec, PortShape } from '../../core/studio/catalog.ts';
import type { Ports } from './geometry.ts';

/** Look-ups over lists of the document and the report, made once for each list that ever is. */
function remembered<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, V>();
  return (of) => {
    const known = made.get(of);
    if (known !== undefined) return known;
    const fresh = make(of);
    made.set(of, fresh);
    return fresh;
  };
}

/** The wire that ends at each input. */
export const wiresByInput = remembered(
  (wires: readonly DocumentWire[]): ReadonlyMap<string, DocumentWire> => new Map(wires.map((wire) => [wire.to, wire])),
);
/** Outputs that feed something. */
export const feedingOutputs = remembered(
  (wires: readonly DocumentWire[]): ReadonlySet<string> => new Set(wires.map((wire) => wire.from)),
);
export const nodesById = remembered(
  (nodes: readonly DocumentNode[]): ReadonlyMap<string, DocumentNode> => new Map(nodes.map((node) => [node.id, node])),
);

interface Used {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}
/** Ports of each node that wires name. */
export const usedPorts = remembered((wires: readonly DocumentWire[]): ReadonlyMap<string, Used> => {
  const used = new Map<string, { inputs: string[]; outputs: string[] }>();
  const of = (node: string) => {
    const known = used.get(node) ?? { inputs: [], outputs: [] };
    used.set(node, known);
    return known;
  };
  for (const wire of wires) {
    const from = endOf(wire.from);
    const to = endOf(wire.to);
    const outputs = of(from.node).outputs;
    if (!outputs.includes(from.port)) outputs.push(from.port);
    of(to.node).inputs.push(to.port);
  }
  return used;
});

const none: readonly ProblemData[] = [];
const problemsOf = remembered((problems: readonly ProblemData[]): ReadonlyMap<string, readonly ProblemData[]> => {
  const by = new Map<string, ProblemData[]>();
  for (const problem of problems) {
    const node = problem.where.node ?? (problem.where.wire && endOf(problem.where.wire.to).node);
    if (node === undefined) continue;
    const list = by.get(node) ?? [];
    list.push(problem);
    by.set(node, list);
  }
  return by;
});
export function nodeProblems(report: CheckReport | null, node: string): readonly ProblemData[] {
  return report === null ? none : (problemsOf(report.problems).get(node) ?? none);
}

const wrongWires = remembered((problems: readonly ProblemData[]): ReadonlyMap<string, ProblemData> => {
  const by = new Map<string, ProblemData>();
  for (const problem of problems) {
    const { wire, node, port } = problem.where;
    if (wire !== undefined) by.set(wire.to, problem);
    else if (node !== undefined && port !== undefined && problem.code.startsWith('wire-'))
      by.set(`${node}.${port}`, problem);
  }
  return by;
});
/** What is wrong with the wire that ends there. */
export function wireProblem(report: CheckReport | null, to: string): ProblemData | undefined {
  return report === null ? undefined : wrongWires(report.problems).get(to);
}

const noPorts: Ports = { inputs: [], outputs: [] };
/**
 * Ports of a node: as the check found them, else as its type has them; and those that only a wire knows of, so that
 * a wire to a port that is not there can still be seen and taken off.
 */
export function portsOf(
  document: PipelineDocument,
  node: DocumentNode,
  report: CheckReport | null,
  spec: NodeSpec | undefined,
): Ports {
  const known: Ports = report?.shapes[node.id] ?? spec ?? noPorts;
  const used = usedPorts(document.wires).get(node.id);
  if (used === undefined) return known;
  return { inputs: withUsed(known.inputs, used.inputs), outputs: withUsed(known.outputs, used.outputs) };
}

function withUsed(ports: readonly PortShape[], used: readonly string[]): readonly PortShape[] {
  const missing = used.filter((name) => !ports.some((port) => port.name === name));
  return missing.length === 0 ? ports : [...ports, ...missing.map(strayPort)];
}

function strayPort(name: string): PortShape {
  return { name, kinds: [], doc: 'This port is not there any more.', optional: true, acceptsMissing: false, wants: '' };
}
