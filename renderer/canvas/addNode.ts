import { type Point, paramSet } from '../../core/graph/changes.ts';
import { type DocumentWire, endOf } from '../../core/graph/document.ts';
import type { Json } from '../../core/kinds/value.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { edit } from '../state/edits.ts';
import { state } from '../state/state.ts';
import { seenBox } from './flow.ts';
import { addition, freshNode, type Insertion, insertion, portFor, sizeOf } from './placing.ts';
import { select } from './selecting.ts';
import { shownText } from './shownText.ts';

export interface Wanted {
  readonly type: string;
  readonly params?: Readonly<Record<string, Json>>;
  /** Top left corner. */
  readonly at: Point;
  /** What it is wired to: an output that feeds it, or an input that it feeds. */
  readonly wire?: { readonly end: string; readonly side: 'from' | 'to'; readonly port?: string };
}

export function titleOf(type: string): string {
  return state().specs.get(type)?.title ?? shownText(type, 60);
}

/** Adds a node and selects it; gives its id. null: the pipeline may not be changed. */
export function addNode({ type, params = {}, at, wire }: Wanted): string | null {
  const { document, specs, report, session } = state();
  if (session === null) return null;
  const spec = specs.get(type);
  const node = freshNode(document, type, params, at, spec);
  let joined: DocumentWire | null = null;
  if (wire !== undefined) {
    const kind = report?.types[wire.end]?.kind;
    const kinds = wire.side === 'from' && kind !== undefined ? [kind] : [];
    const port = wire.port ?? portFor(spec, wire.side === 'from' ? 'in' : 'out', kinds);
    if (port !== null)
      joined =
        wire.side === 'from'
          ? { from: wire.end, to: `${node.id}.${port}` }
          : { from: `${node.id}.${port}`, to: wire.end };
  }
  edit(`add ${titleOf(type)}`, addition(document, node, joined));
  return selectNew(node.id);
}

/** Adds a node with its first ports at the pointer's height and its middle, or its left edge, at the pointer. */
export function addNodeAt(type: string, pointer: Point, rest: Omit<Wanted, 'type' | 'at'> = {}): string | null {
  const { document, specs } = state();
  const { width } = sizeOf(document, freshNode(document, type, {}, pointer, specs.get(type)), null, specs);
  const dx = rest.wire === undefined ? width / 2 : rest.wire.side === 'from' ? 0 : width;
  const dy = rest.wire === undefined ? 16 : 40;
  return addNode({ type, at: { x: pointer.x - dx, y: pointer.y - dy }, ...rest });
}

/** Puts a new node into a wire, or where a wire is meant to be, in one edit. */
export function insertInWire(wire: DocumentWire, put: Insertion): string | null {
  const { document, report, specs, session } = state();
  if (session === null) return null;
  const { changes, id } = insertion(document, wire, put, report, specs);
  edit(`insert ${titleOf(put.type)}`, changes);
  return selectNew(id);
}

function selectNew(id: string): string | null {
  if (!state().document.nodes.some((node) => node.id === id)) return null;
  select([id]);
  return id;
}

/** What the button that mends a problem says; null: nobody knows how to mend it by a click. */
export function mendTitle(problem: ProblemData): string | null {
  const { mend, where } = problem;
  if (mend?.insert !== undefined) return wireOf(problem) === null ? null : `Insert ${titleOf(mend.insert.type)}`;
  if (mend?.setParam === undefined || where.node === undefined) return null;
  const { name, value } = mend.setParam;
  return `Set ${name} to ${shownText(typeof value === 'string' ? value : JSON.stringify(value), 32)}`;
}

/** Mends a problem as it offers, in one edit. */
export function applyMend(problem: ProblemData): void {
  const { mend, where } = problem;
  const { document, specs, report } = state();
  if (mend?.setParam !== undefined && where.node !== undefined) {
    const { name, value } = mend.setParam;
    edit(`set ${name}`, paramSet(document, where.node, name, value as Json));
    return;
  }
  const wire = wireOf(problem);
  if (mend?.insert === undefined || wire === null) return;
  const { type, params = {} } = mend.insert;
  const spec = specs.get(type);
  const kind = report?.types[wire.from]?.kind;
  const to = endOf(wire.to);
  const wants = report?.shapes[to.node]?.inputs.find((port) => port.name === to.port)?.kinds ?? [];
  const input = portFor(spec, 'in', kind === undefined ? [] : [kind]) ?? portFor(spec, 'in', []);
  const output = portFor(spec, 'out', wants) ?? portFor(spec, 'out', []);
  if (input !== null && output !== null)
    insertInWire(wire, { type, params: params as Readonly<Record<string, Json>>, input, output });
}

/** The wire that a problem is about. */
function wireOf({ where }: ProblemData): DocumentWire | null {
  if (where.wire !== undefined) return where.wire;
  if (where.node === undefined || where.port === undefined) return null;
  const to = `${where.node}.${where.port}`;
  return state().document.wires.find((wire) => wire.to === to) ?? null;
}

/** Adds a node where there is room in the middle of what is seen; wired to nothing. */
export function addNodeAtCentre(type: string, params: Readonly<Record<string, Json>> = {}): string | null {
  const { document } = state();
  const seen = seenBox();
  let at = { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 - 60 };
  // Not onto a node that was just added there.
  while (
    document.nodes.some(
      ({ position }) => Math.abs(position.x + 80 - at.x) < 24 && Math.abs(position.y + 16 - at.y) < 24,
    )
  )
    at = { x: at.x + 32, y: at.y + 32 };
  return addNodeAt(type, at, { params });
}
