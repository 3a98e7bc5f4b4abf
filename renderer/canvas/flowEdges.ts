import type { Edge } from '@xyflow/react';
import { type DocumentWire, endOf, type PipelineDocument } from '../../core/graph/document.ts';
import { foldedGroups } from './flowNodes.ts';
import { handleId } from './flowShapes.ts';

export type WireEdge = Edge<{ readonly wire: DocumentWire }, 'wire'>;

interface Kept {
  readonly wire: DocumentWire;
  readonly signature: string;
  readonly edge: WireEdge;
}

/** The document's wires as React Flow wants them; a wire that did not change stays the same object. */
export class FlowEdges {
  #kept = new Map<string, Kept>();

  /** `open`: the wire whose ends may be taken hold of. */
  of(document: PipelineDocument, selected: ReadonlySet<string>, open: string | null): WireEdge[] {
    const kept = new Map<string, Kept>();
    const inside = foldedGroups(document);
    const known = new Set(document.nodes.map((node) => node.id));
    const edges: WireEdge[] = [];
    for (const wire of document.wires) {
      const from = endOf(wire.from).node;
      const to = endOf(wire.to).node;
      if (!known.has(from) || !known.has(to)) continue;
      const source = inside.get(from) ?? from;
      const target = inside.get(to) ?? to;
      if (source === target && source !== from) continue;
      const isSelected = selected.has(wire.to);
      const reconnectable = isSelected || open === wire.to;
      const signature = `${source}>${target},${isSelected},${reconnectable}`;
      const before = this.#kept.get(wire.to);
      const now: Kept =
        before !== undefined && before.wire === wire && before.signature === signature
          ? before
          : { wire, signature, edge: wireEdge(wire, source, target, isSelected, reconnectable) };
      // Of two wires into one input, which a file made by hand may hold, each is drawn.
      const id = kept.has(wire.to) ? `${wire.to} ${wire.from}` : wire.to;
      kept.set(id, now);
      edges.push(id === wire.to ? now.edge : { ...now.edge, id });
    }
    this.#kept = kept;
    return edges;
  }
}

function wireEdge(
  wire: DocumentWire,
  source: string,
  target: string,
  selected: boolean,
  reconnectable: boolean,
): WireEdge {
  return {
    id: wire.to,
    type: 'wire',
    source,
    target,
    sourceHandle: handleId('out', wire.from),
    targetHandle: handleId('in', wire.to),
    selected,
    reconnectable,
    zIndex: selected ? 1 : 0,
    data: { wire },
    ariaLabel: `Wire from ${wire.from} to ${wire.to}`,
  };
}
