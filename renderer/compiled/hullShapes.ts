import type { DocumentWire } from '../../core/graph/document.ts';
import { endOf } from '../../core/graph/document.ts';
import { boxOf, type FlowNode } from '../canvas/flowNodes.ts';
import { portY } from '../canvas/geometry.ts';
import type { Box } from '../canvas/guides.ts';

/** A card on the canvas, or the folded group that stands for it, and the heights of its ports under its top. */
export interface Place {
  readonly box: Box;
  readonly inputs: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, number>>;
}

/** A wire between two cards of a part, from right edge to left edge. */
export interface HullWire {
  readonly key: string;
  readonly sourceX: number;
  readonly sourceY: number;
  readonly targetX: number;
  readonly targetY: number;
}
export interface Hull {
  readonly boxes: readonly Box[];
  readonly wires: readonly HullWire[];
  /** Top left of its first card: where its name stands. */
  readonly at: { readonly x: number; readonly y: number };
}

/** Where each node stands, by id. */
export function placesOf(shown: readonly FlowNode[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const node of shown) {
    const box = boxOf(node);
    if (node.type === 'card') {
      const { inputs, outputs } = node.data.ports;
      const rows = (ports: readonly { readonly name: string }[]) =>
        Object.fromEntries(ports.map(({ name }, row) => [name, portY(row)]));
      places.set(node.id, { box, inputs: rows(inputs), outputs: rows(outputs) });
    } else if (node.type === 'folded') {
      for (const id of node.data.group.nodes) places.set(id, { box, inputs: {}, outputs: {} });
    }
  }
  return places;
}

/** What is drawn around the nodes of one part: their cards, and the wires that join them. Null when none is shown. */
export function hullOf(
  nodes: readonly string[],
  wires: readonly DocumentWire[],
  places: ReadonlyMap<string, Place>,
): Hull | null {
  const inside = new Set(nodes);
  const boxes = [...new Set(nodes.flatMap((id) => places.get(id)?.box ?? []))];
  if (boxes.length === 0) return null;
  const joined = wires.flatMap((wire): readonly HullWire[] => {
    const [from, to] = [endOf(wire.from), endOf(wire.to)];
    if (!inside.has(from.node) || !inside.has(to.node)) return [];
    const [source, target] = [places.get(from.node), places.get(to.node)];
    if (source === undefined || target === undefined || source.box === target.box) return [];
    return [
      {
        key: wire.to,
        sourceX: source.box.x + source.box.width,
        sourceY: source.box.y + (source.outputs[from.port] ?? source.box.height / 2),
        targetX: target.box.x,
        targetY: target.box.y + (target.inputs[to.port] ?? target.box.height / 2),
      },
    ];
  });
  const first = boxes.reduce((least, box) => (box.x < least.x || (box.x === least.x && box.y < least.y) ? box : least));
  return { boxes, wires: joined, at: { x: first.x, y: first.y } };
}
