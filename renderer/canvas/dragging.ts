import type { NodeChange } from '@xyflow/react';
import { moved, type Point } from '../../core/graph/changes.ts';
import { type DocumentWire, endOf } from '../../core/graph/document.ts';
import { applyChanges } from '../../core/graph/edit.ts';
import { edit } from '../state/edits.ts';
import { state } from '../state/state.ts';
import { canvas, setCanvas } from './canvasState.ts';
import { boxOfShown, flow, seenBox } from './flow.ts';
import { boxOf, type FlowNode } from './flowNodes.ts';
import { snapped } from './geometry.ts';
import { alignTo, around, type Box } from './guides.ts';
import { wiresByInput } from './indexes.ts';
import { portFor, wiredInto } from './placing.ts';

/** Where groups stood when a drag began: their nodes go with them by as much. */
let groupStarts: ReadonlyMap<string, Point> = new Map();

/** Escape was pressed: what follows until the button is let go counts for nothing. */
let dropped = false;

export function dragBegan(shown: readonly FlowNode[]): void {
  dropped = false;
  groupStarts = new Map(
    shown.filter((node) => node.type === 'frame' || node.type === 'folded').map((node) => [node.id, node.position]),
  );
}

/** Takes React Flow's new places, holds them to the grid and in line, and shows them; the document waits. */
export function dragMoved(changes: readonly NodeChange<FlowNode>[]): void {
  const places = dropped ? new Map<string, Point>() : wishedPlaces(changes);
  if (places.size === 0) return;
  const { dx, dy, guides } = correction(places);
  const next = new Map<string, Point>();
  for (const [id, { x, y }] of places) next.set(id, { x: x + dx, y: y + dy });
  setCanvas({ dragged: next, guides });
}

function wishedPlaces(changes: readonly NodeChange<FlowNode>[]): Map<string, Point> {
  const { document } = state();
  const places = new Map<string, Point>();
  const groups: { readonly id: string; readonly to: Point }[] = [];
  for (const change of changes) {
    if (change.type !== 'position' || change.position === undefined || change.dragging !== true) continue;
    if (groupStarts.has(change.id)) groups.push({ id: change.id, to: change.position });
    else places.set(change.id, change.position);
  }
  for (const { id, to } of groups) {
    const start = groupStarts.get(id) ?? to;
    const inside = new Set(document.groups.find((group) => group.id === id)?.nodes);
    for (const { id: node, position } of document.nodes)
      if (inside.has(node) && !places.has(node))
        places.set(node, { x: position.x + to.x - start.x, y: position.y + to.y - start.y });
  }
  return places;
}

/** More than this many cards in sight, and nothing is aligned with them: it would take longer than a frame. */
const mostNeighbours = 300;

function correction(places: ReadonlyMap<string, Point>) {
  const [first] = places.values();
  const { snap } = canvas();
  const grid = snap ? { dx: snapped(first.x) - first.x, dy: snapped(first.y) - first.y } : { dx: 0, dy: 0 };
  const view = flow();
  if (view === null || !snap) return { ...grid, guides: [] };
  const boxes: Box[] = [];
  for (const [id, place] of places) {
    const box = boxOfShown(id);
    if (box !== null) boxes.push({ ...box, ...place });
  }
  const moving = around(boxes);
  if (moving === null) return { ...grid, guides: [] };
  const others = neighbours(places, view.getNodes());
  if (others.length > mostNeighbours) return { ...grid, guides: [] };
  const aligned = alignTo(moving, others, 5 / view.getZoom());
  return {
    dx: aligned.guides.some((guide) => guide.way === 'x') ? aligned.dx : grid.dx,
    dy: aligned.guides.some((guide) => guide.way === 'y') ? aligned.dy : grid.dy,
    guides: aligned.guides,
  };
}

function neighbours(places: ReadonlyMap<string, Point>, nodes: readonly FlowNode[]): readonly Box[] {
  const seen = seenBox();
  return nodes
    .filter((node) => node.type !== 'frame' && !places.has(node.id))
    .map(boxOf)
    .filter(
      (box) =>
        box.x < seen.x + seen.width &&
        box.x + box.width > seen.x &&
        box.y < seen.y + seen.height &&
        box.y + box.height > seen.y,
    );
}

/** Over a wire, a card that hangs on nothing will be put into it. */
export function dragOver(screen: Point): void {
  const { dragged, insertOn } = canvas();
  const id = dragged?.size === 1 ? [...dragged.keys()][0] : undefined;
  const wire = id === undefined ? null : wireUnder(screen, id);
  if ((wire?.to ?? null) !== insertOn) setCanvas({ insertOn: wire?.to ?? null });
}

function wireUnder(screen: Point, id: string): DocumentWire | null {
  const { document } = state();
  if (document.wires.some((wire) => endOf(wire.from).node === id || endOf(wire.to).node === id)) return null;
  const wire = wireAt(screen);
  const node = document.nodes.find((n) => n.id === id);
  return wire !== null && node !== undefined && portsInto(wire, node.type) !== null ? wire : null;
}

/** The wire drawn at a point of the window. */
export function wireAt(screen: Point): DocumentWire | null {
  const under = window.document.elementsFromPoint(screen.x, screen.y);
  const edge = under.map((element) => element.closest('.react-flow__edge')).find((found) => found !== null);
  return wiresByInput(state().document.wires).get(edge?.getAttribute('data-id') ?? '') ?? null;
}

/** The ports by which a node of a type would go into a wire; null when it would not. */
export function portsInto(
  wire: DocumentWire,
  type: string,
): { readonly input: string; readonly output: string } | null {
  const { specs, report } = state();
  const kind = report?.types[wire.from]?.kind;
  const to = endOf(wire.to);
  const wants = report?.shapes[to.node]?.inputs.find((port) => port.name === to.port)?.kinds;
  if (kind === undefined || wants === undefined) return null;
  const input = portFor(specs.get(type), 'in', [kind]);
  const output = portFor(specs.get(type), 'out', wants);
  return input === null || output === null ? null : { input, output };
}

/** The drag ends: all of it is one edit. */
export function dragEnded(): void {
  const { dragged, insertOn } = canvas();
  if (dragged !== null && dragged.size > 0) {
    const { document } = state();
    const moves = moved(document, dragged);
    const into = insertOn === null ? [] : intoWire(insertOn, [...dragged.keys()][0], moves);
    if (moves.length > 0)
      edit(into.length > 0 ? 'put into wire' : `move ${counted(moves.length)}`, [...moves, ...into]);
  }
  setCanvas({ dragged: null, guides: [], insertOn: null });
}

function intoWire(to: string, id: string, before: ReturnType<typeof moved>) {
  const { document } = state();
  const wire = wiresByInput(document.wires).get(to);
  const node = document.nodes.find((n) => n.id === id);
  const ports = wire === undefined || node === undefined ? null : portsInto(wire, node.type);
  if (wire === undefined || ports === null) return [];
  return wiredInto(applyChanges(document, before), wire, id, ports.input, ports.output);
}

/** Lets a drag go without doing it. */
export function dragDropped(): void {
  dropped = true;
  setCanvas({ dragged: null, guides: [], insertOn: null });
}

export function counted(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`;
}
