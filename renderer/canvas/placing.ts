import { added, connected, freeId, inserted, moved, type Point } from '../../core/graph/changes.ts';
import { type DocumentNode, type DocumentWire, endOf, type PipelineDocument } from '../../core/graph/document.ts';
import { applyChanges, type Change } from '../../core/graph/edit.ts';
import type { Json, Kind } from '../../core/kinds/value.ts';
import type { CheckReport, NodeSpec } from '../../core/studio/catalog.ts';
import { cardSize, grid, portY, type Size, snapped, wellHeight } from './geometry.ts';
import { portsOf } from './indexes.ts';

/** Where new nodes come to stand, and what a wire needs to reach them. Pure. */

type Specs = ReadonlyMap<string, NodeSpec>;

export function freshNode(
  document: PipelineDocument,
  type: string,
  params: Readonly<Record<string, Json>>,
  at: Point,
  spec: NodeSpec | undefined,
): DocumentNode {
  const position = { x: snapped(at.x), y: snapped(at.y) };
  return { id: freeId(document, type), type, version: spec?.version ?? 1, params, position };
}

/** The size that the card of a node has. */
export function sizeOf(document: PipelineDocument, node: DocumentNode, report: CheckReport | null, specs: Specs): Size {
  const spec = specs.get(node.type);
  const ports = portsOf(document, node, report, spec);
  const port = ports.outputs[0] ?? ports.inputs[0];
  const kind = port === undefined ? null : (report?.types[`${node.id}.${port.name}`]?.kind ?? port.kinds[0] ?? null);
  return cardSize(node.label ?? spec?.title ?? node.type, ports, wellHeight(kind));
}

/** The first port of a type that takes, or gives, a kind. */
export function portFor(spec: NodeSpec | undefined, side: 'in' | 'out', kinds: readonly Kind[]): string | null {
  const ports = (side === 'in' ? spec?.inputs : spec?.outputs) ?? [];
  const fits = ports.find((port) => kinds.length === 0 || port.kinds.some((kind) => kinds.includes(kind)));
  return fits?.name ?? null;
}

/** Room that a node put into a wire has on each side. */
const gap = 40;
/** Of a card whose ports are not known yet. */
const likelyHeight = 176;

/**
 * Where a node put into a wire stands: in the middle, its first ports level with the output that it comes from. Where
 * there is no room, what follows the wire moves to the right, as far as is needed.
 */
export function roomInWire(
  document: PipelineDocument,
  wire: DocumentWire,
  width: number,
  report: CheckReport | null,
  specs: Specs,
): { readonly at: Point; readonly moves: ReadonlyMap<string, Point> } {
  const source = document.nodes.find((node) => node.id === endOf(wire.from).node);
  const target = document.nodes.find((node) => node.id === endOf(wire.to).node);
  if (source === undefined || target === undefined)
    return { at: source?.position ?? target?.position ?? { x: 0, y: 0 }, moves: new Map() };
  const right = source.position.x + sizeOf(document, source, report, specs).width;
  const left = target.position.x;
  const need = width + 2 * gap;
  const missing = left - right >= need ? 0 : snapped(need - (left - right) + 4);
  const row = portsOf(document, source, report, specs.get(source.type)).outputs.findIndex(
    (port) => port.name === endOf(wire.from).port,
  );
  const level = source.position.y + portY(Math.max(0, row)) - portY(0);
  // Behind the source the wire runs backwards: the node stands after the source and pushes nothing.
  if (left < source.position.x) return { at: { x: snapped(right + gap), y: snapped(level) }, moves: new Map() };
  const middle = missing > 0 ? right + gap : (right + left) / 2 - width / 2;
  const moves = new Map<string, Point>();
  if (missing > 0) {
    const after = followers(document, target.id);
    after.delete(source.id);
    for (const node of document.nodes)
      if (after.has(node.id) && node.position.x >= left)
        moves.set(node.id, { x: node.position.x + missing, y: node.position.y });
  }
  const y = missing > 0 ? level : (level + levelOf(target, wire, document, report, specs)) / 2;
  const at = { x: snapped(middle), y: snapped(y) };
  return { at: missing > 0 ? at : freePlace(document, at, width, report, specs), moves };
}

function levelOf(
  target: DocumentNode,
  wire: DocumentWire,
  document: PipelineDocument,
  report: CheckReport | null,
  specs: Specs,
): number {
  const ports = portsOf(document, target, report, specs.get(target.type)).inputs;
  const row = Math.max(
    0,
    ports.findIndex((port) => port.name === endOf(wire.to).port),
  );
  return target.position.y + portY(row) - portY(0);
}

/** Lower, for as long as another card stands there. */
function freePlace(
  document: PipelineDocument,
  at: Point,
  width: number,
  report: CheckReport | null,
  specs: Specs,
): Point {
  let { y } = at;
  const sizes = document.nodes.map((node) => ({ ...node.position, ...sizeOf(document, node, report, specs) }));
  const column = sizes.filter((box) => box.x < at.x + width && box.x + box.width > at.x).sort((a, b) => a.y - b.y);
  for (const box of column)
    if (box.y < y + likelyHeight && box.y + box.height > y) y = snapped(box.y + box.height + 3 * grid);
  return { x: at.x, y };
}

/** A node and all that it leads to. */
function followers(document: PipelineDocument, id: string): Set<string> {
  const found = new Set([id]);
  const open = [id];
  const next = new Map<string, string[]>();
  for (const wire of document.wires) {
    const from = endOf(wire.from).node;
    next.set(from, [...(next.get(from) ?? []), endOf(wire.to).node]);
  }
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const other of next.get(at) ?? [])
      if (!found.has(other)) {
        found.add(other);
        open.push(other);
      }
  return found;
}

export interface Insertion {
  readonly type: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly input: string;
  readonly output: string;
}

/** Puts a new node into a wire, whether the wire is there already or not, and makes room. */
export function insertion(
  document: PipelineDocument,
  wire: DocumentWire,
  put: Insertion,
  report: CheckReport | null,
  specs: Specs,
): { readonly changes: readonly Change[]; readonly id: string } {
  const spec = specs.get(put.type);
  const draft = freshNode(document, put.type, put.params, { x: 0, y: 0 }, spec);
  const { width } = sizeOf(document, draft, null, specs);
  const { at, moves } = roomInWire(document, wire, width, report, specs);
  const shifts = moved(document, moves);
  const node: DocumentNode = { ...draft, position: at };
  const after = applyChanges(document, shifts);
  return { changes: [...shifts, ...inserted(after, wire, node, put.input, put.output)], id: node.id };
}

/** A new node, wired where that is asked for. */
export function addition(document: PipelineDocument, node: DocumentNode, wire: DocumentWire | null): readonly Change[] {
  const add = added(document, 'nodes', node);
  if (wire === null) return add;
  return [...add, ...connected(applyChanges(document, add), wire.from, wire.to)];
}

/** Puts a node that is there, and hangs on nothing, into a wire. */
export function wiredInto(
  document: PipelineDocument,
  wire: DocumentWire,
  id: string,
  input: string,
  output: string,
): readonly Change[] {
  const first = connected(document, wire.from, `${id}.${input}`);
  return [...first, ...connected(applyChanges(document, first), `${id}.${output}`, wire.to)];
}
