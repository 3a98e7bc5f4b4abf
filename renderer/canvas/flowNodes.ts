import { type Handle, type Node, Position } from '@xyflow/react';
import type { Point } from '../../core/graph/changes.ts';
import {
  type DocumentGroup,
  type DocumentNode,
  type DocumentNote,
  endOf,
  type PipelineDocument,
} from '../../core/graph/document.ts';
import type { Kind } from '../../core/kinds/value.ts';
import type { CheckReport, NodeSpec, PortShape } from '../../core/studio/catalog.ts';
import { cardSize, type Ports, portSize, portY, type Size, wellHeight } from './geometry.ts';
import { around, type Box } from './guides.ts';
import { portsOf } from './indexes.ts';

/** What a card shows in its well: the value at this end, of this kind. */
export interface Well {
  readonly end: string;
  readonly kind: Kind;
}
export type CardNode = Node<{ readonly node: DocumentNode; readonly ports: Ports; readonly well: Well | null }, 'card'>;
export type NoteNode = Node<{ readonly note: DocumentNote }, 'note'>;
export type FrameNode = Node<{ readonly group: DocumentGroup }, 'frame'>;
export type FoldedNode = Node<{ readonly group: DocumentGroup; readonly ports: FoldedPorts }, 'folded'>;
export type FlowNode = CardNode | NoteNode | FrameNode | FoldedNode;

/** Ports of a folded group: ends of nodes inside. */
export interface FoldedPorts {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface FlowSource {
  readonly document: PipelineDocument;
  readonly report: CheckReport | null;
  readonly specs: ReadonlyMap<string, NodeSpec>;
  readonly selected: ReadonlySet<string>;
  readonly dragged: ReadonlyMap<string, Point> | null;
}

/** Handles are named by side and end, since a node may have an input and an output of one name. */
export function handleId(side: 'in' | 'out', end: string): string {
  return `${side}:${end}`;
}
export function endOfHandle(handle: string): { readonly side: 'in' | 'out'; readonly end: string } {
  const colon = handle.indexOf(':');
  return { side: handle.slice(0, colon) === 'in' ? 'in' : 'out', end: handle.slice(colon + 1) };
}

interface Kept {
  readonly source: DocumentNode | DocumentNote | DocumentGroup;
  readonly signature: string;
  readonly shown: FlowNode;
}

/** Space between a group's frame and what stands inside it; the title has its own. */
const framePad = 16;
const frameTitle = 28;
export const noteSize: Size = { width: 224, height: 80 };

/**
 * The document as React Flow wants it. A node that did not change stays the same object, so that a drag of one in a
 * thousand touches one.
 */
export class FlowNodes {
  #kept = new Map<string, Kept>();

  of(source: FlowSource): FlowNode[] {
    const { document, report, specs, selected, dragged } = source;
    const kept = new Map<string, Kept>();
    const folded = foldedGroups(document);
    const frames: FlowNode[] = [];
    const cards: FlowNode[] = [];
    const boxes = new Map<string, Box>();
    const keep = <T extends FlowNode>(entry: Kept['source'], signature: string, make: () => T): T => {
      const known = this.#kept.get(entry.id);
      const same = known !== undefined && known.source === entry && known.signature === signature;
      const now: Kept = same ? known : { source: entry, signature, shown: make() };
      kept.set(entry.id, now);
      return now.shown as T;
    };
    for (const node of document.nodes) {
      const spec = specs.get(node.type);
      const ports = portsOf(document, node, report, spec);
      const well = wellOf(node, ports, report);
      const at = dragged?.get(node.id) ?? node.position;
      const isSelected = selected.has(node.id);
      const signature = `${at.x},${at.y},${isSelected},${well?.kind ?? ''},${spec?.title ?? ''}|${portsText(ports)}`;
      const known = this.#kept.get(node.id);
      let card: FlowNode;
      if (known !== undefined && known.source === node && known.signature === signature) {
        kept.set(node.id, known);
        card = known.shown;
      } else {
        card = cardNode(node, at, isSelected, ports, well, spec?.title);
        kept.set(node.id, { source: node, signature, shown: card });
      }
      boxes.set(node.id, boxOf(card));
      if (!folded.has(node.id)) cards.push(card);
    }
    for (const note of document.notes) {
      const at = dragged?.get(note.id) ?? note.position;
      const isSelected = selected.has(note.id);
      cards.push(keep(note, `${at.x},${at.y},${isSelected}`, () => noteNode(note, at, isSelected)));
    }
    for (const group of document.groups) {
      const box = around(group.nodes.flatMap((id) => boxes.get(id) ?? []));
      if (box === null) continue;
      const isSelected = selected.has(group.id);
      if (group.collapsed === true) {
        const ports = foldedPorts(document, group);
        const signature = `${box.x},${box.y},${isSelected},${ports.inputs.join()}|${ports.outputs.join()}`;
        cards.push(keep(group, signature, () => foldedNode(group, box, isSelected, ports)));
      } else {
        const signature = `${box.x},${box.y},${box.width},${box.height},${isSelected}`;
        frames.push(keep(group, signature, () => frameNode(group, box, isSelected)));
      }
    }
    this.#kept = kept;
    return [...frames, ...cards];
  }
}

/** Node inside a folded group → that group. */
export function foldedGroups(document: PipelineDocument): ReadonlyMap<string, string> {
  const inside = new Map<string, string>();
  for (const group of document.groups)
    if (group.collapsed === true) for (const id of group.nodes) inside.set(id, group.id);
  return inside;
}

/** The ends inside a group whose wires cross its border. */
export function foldedPorts(document: PipelineDocument, group: DocumentGroup): FoldedPorts {
  const inside = new Set(group.nodes);
  const inputs: string[] = [];
  const outputs = new Set<string>();
  for (const wire of document.wires) {
    const from = inside.has(endOf(wire.from).node);
    const to = inside.has(endOf(wire.to).node);
    if (to && !from) inputs.push(wire.to);
    if (from && !to) outputs.add(wire.from);
  }
  return { inputs, outputs: [...outputs] };
}

export function boxOf(node: FlowNode): Box {
  return { ...node.position, width: node.width ?? 0, height: node.height ?? 0 };
}

function wellOf(node: DocumentNode, ports: Ports, report: CheckReport | null): Well | null {
  const port = ports.outputs[0] ?? ports.inputs[0];
  if (port === undefined) return null;
  const end = `${node.id}.${port.name}`;
  const kind = report?.types[end]?.kind ?? (port.kinds.length > 0 && port.kinds.length <= 4 ? port.kinds[0] : null);
  return kind === null ? null : { end, kind };
}

function portsText({ inputs, outputs }: Ports): string {
  const text = (port: PortShape): string => `${port.name}:${port.kinds.join('/')}:${port.wants}:${port.optional}`;
  return `${inputs.map(text).join()}>${outputs.map(text).join()}`;
}

function cardNode(
  node: DocumentNode,
  position: Point,
  selected: boolean,
  ports: Ports,
  well: Well | null,
  specTitle: string | undefined,
): CardNode {
  const title = node.label ?? specTitle ?? node.type;
  const size = cardSize(title, ports, wellHeight(well?.kind ?? null));
  return {
    id: node.id,
    type: 'card',
    position,
    selected,
    zIndex: selected ? 2 : 1,
    ...fixed(size),
    handles: [
      ...ports.inputs.map((port, row) => handle('in', `${node.id}.${port.name}`, row, size.width)),
      ...ports.outputs.map((port, row) => handle('out', `${node.id}.${port.name}`, row, size.width)),
    ],
    data: { node, ports, well },
    ariaLabel: `${title.slice(0, 120)}, node ${node.id}`,
  };
}

function noteNode(note: DocumentNote, position: Point, selected: boolean): NoteNode {
  const size = note.size ?? noteSize;
  return {
    id: note.id,
    type: 'note',
    position,
    selected,
    zIndex: selected ? 2 : 0,
    ...fixed(size),
    handles: [],
    data: { note },
    ariaLabel: `Note: ${note.text.slice(0, 60)}`,
  };
}

function frameNode(group: DocumentGroup, box: Box, selected: boolean): FrameNode {
  return {
    id: group.id,
    type: 'frame',
    position: { x: box.x - framePad, y: box.y - framePad - frameTitle },
    selected,
    zIndex: -10,
    ...fixed({ width: box.width + 2 * framePad, height: box.height + 2 * framePad + frameTitle }),
    handles: [],
    // Only its title is taken hold of: through the rest one reaches what stands inside and the canvas.
    style: { pointerEvents: 'none' },
    dragHandle: '.frame-title',
    selectable: false,
    data: { group },
    ariaLabel: `Group ${group.title.slice(0, 120)}`,
  };
}

function foldedNode(group: DocumentGroup, box: Box, selected: boolean, ports: FoldedPorts): FoldedNode {
  const shapes: Ports = { inputs: ports.inputs.map(namedPort), outputs: ports.outputs.map(namedPort) };
  const size = cardSize(group.title, shapes, 0);
  return {
    id: group.id,
    type: 'folded',
    position: { x: box.x, y: box.y },
    selected,
    zIndex: selected ? 2 : 1,
    ...fixed(size),
    handles: [
      ...ports.inputs.map((end, row) => handle('in', end, row, size.width)),
      ...ports.outputs.map((end, row) => handle('out', end, row, size.width)),
    ],
    data: { group, ports },
    ariaLabel: `Group ${group.title.slice(0, 120)}, ${group.nodes.length} nodes`,
  };
}

function namedPort(end: string): PortShape {
  return { name: endOf(end).port, kinds: [], doc: '', optional: true, acceptsMissing: false, wants: '' };
}

function fixed(size: Size): Pick<Node, 'width' | 'height' | 'measured'> {
  return { width: size.width, height: size.height, measured: { width: size.width, height: size.height } };
}

function handle(side: 'in' | 'out', end: string, row: number, width: number): Omit<Handle, 'nodeId'> & { id: string } {
  const half = portSize / 2;
  return {
    id: handleId(side, end),
    type: side === 'in' ? 'target' : 'source',
    position: side === 'in' ? Position.Left : Position.Right,
    x: (side === 'in' ? 0 : width) - half,
    y: portY(row) - half,
    width: portSize,
    height: portSize,
  };
}
