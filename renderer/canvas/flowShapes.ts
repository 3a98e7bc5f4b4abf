import { type Handle, type Node, Position } from '@xyflow/react';
import type { Point } from '../../core/graph/changes.ts';
import { type DocumentGroup, type DocumentNode, type DocumentNote, endOf } from '../../core/graph/document.ts';
import type { CheckReport, PortShape } from '../../core/studio/catalog.ts';
import type { CardNode, FoldedNode, FoldedPorts, FrameNode, NoteNode, Well } from './flowNodes.ts';
import { cardSize, type Ports, portSize, portY, type Size, wellHeight } from './geometry.ts';
import type { Box } from './guides.ts';

/** One entry of the document as the node that React Flow draws. */

/** Space between a group's frame and what stands inside it; the title has its own. */
const framePad = 16;
const frameTitle = 28;
export const noteSize: Size = { width: 224, height: 80 };

/** Handles are named by side and end, since a node may have an input and an output of one name. */
export function handleId(side: 'in' | 'out', end: string): string {
  return `${side}:${end}`;
}
export function endOfHandle(handle: string): { readonly side: 'in' | 'out'; readonly end: string } {
  const colon = handle.indexOf(':');
  return { side: handle.slice(0, colon) === 'in' ? 'in' : 'out', end: handle.slice(colon + 1) };
}

export function wellOf(node: DocumentNode, ports: Ports, report: CheckReport | null): Well | null {
  const port = ports.outputs[0] ?? ports.inputs[0];
  if (port === undefined) return null;
  const end = `${node.id}.${port.name}`;
  const kind = report?.types[end]?.kind ?? (port.kinds.length > 0 && port.kinds.length <= 4 ? port.kinds[0] : null);
  return kind === null ? null : { end, kind };
}

export function portsText({ inputs, outputs }: Ports): string {
  const text = (port: PortShape): string => `${port.name}:${port.kinds.join('/')}:${port.wants}:${port.optional}`;
  return `${inputs.map(text).join()}>${outputs.map(text).join()}`;
}

/** The part of a card that stays the same while it is moved and selected. */
export type CardShape = Pick<CardNode, 'width' | 'height' | 'measured' | 'handles' | 'data' | 'ariaLabel'>;

export function cardShape(
  node: DocumentNode,
  ports: Ports,
  well: Well | null,
  specTitle: string | undefined,
): CardShape {
  const title = node.label ?? specTitle ?? node.type;
  const size = cardSize(title, ports, wellHeight(well?.kind ?? null));
  return {
    ...fixed(size),
    handles: [
      ...ports.inputs.map((port, row) => handle('in', `${node.id}.${port.name}`, row, size.width)),
      ...ports.outputs.map((port, row) => handle('out', `${node.id}.${port.name}`, row, size.width)),
    ],
    data: { node, ports, well },
    ariaLabel: `${title.slice(0, 120)}, node ${node.id}`,
  };
}

export function cardNode(id: string, position: Point, selected: boolean, shape: CardShape): CardNode {
  return { id, type: 'card', position, selected, zIndex: selected ? 2 : 1, ...shape };
}

export function noteNode(note: DocumentNote, position: Point, selected: boolean): NoteNode {
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

export function frameNode(group: DocumentGroup, box: Box, selected: boolean): FrameNode {
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

export function foldedNode(group: DocumentGroup, box: Box, selected: boolean, ports: FoldedPorts): FoldedNode {
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
