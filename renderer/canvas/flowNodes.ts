import type { Node } from '@xyflow/react';
import type { Point } from '../../core/graph/changes.ts';
import {
  type DocumentGroup,
  type DocumentNode,
  type DocumentNote,
  endOf,
  type PipelineDocument,
} from '../../core/graph/document.ts';
import type { Kind } from '../../core/kinds/value.ts';
import type { CheckReport, NodeSpec } from '../../core/studio/catalog.ts';
import {
  type CardShape,
  cardNode,
  cardShape,
  foldedNode,
  frameNode,
  noteNode,
  portsText,
  wellOf,
} from './flowShapes.ts';
import type { Ports } from './geometry.ts';
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

interface Kept {
  readonly source: DocumentNode | DocumentNote | DocumentGroup;
  readonly signature: string;
  readonly shown: FlowNode;
}
interface KeptCard {
  readonly node: DocumentNode;
  readonly ports: Ports;
  readonly portsText: string;
  readonly kind: Kind | null;
  readonly title: string | undefined;
  readonly shape: CardShape;
  readonly shown: CardNode;
}

/**
 * The document as React Flow wants it. A node that did not change stays the same object, so that a drag of one in a
 * thousand touches one.
 */
export class FlowNodes {
  #cards = new Map<string, KeptCard>();
  #kept = new Map<string, Kept>();

  of(source: FlowSource): FlowNode[] {
    const { document, selected, dragged } = source;
    const folded = foldedGroups(document);
    const frames: FlowNode[] = [];
    const shown: FlowNode[] = [];
    const boxes = new Map<string, Box>();
    const cards = new Map<string, KeptCard>();
    for (const node of document.nodes) {
      const card = this.#card(source, node);
      cards.set(node.id, card);
      boxes.set(node.id, boxOf(card.shown));
      if (!folded.has(node.id)) shown.push(card.shown);
    }
    this.#cards = cards;
    const kept = new Map<string, Kept>();
    const keep = (entry: Kept['source'], signature: string, make: () => FlowNode): FlowNode => {
      const known = this.#kept.get(entry.id);
      const same = known !== undefined && known.source === entry && known.signature === signature;
      const now: Kept = same ? known : { source: entry, signature, shown: make() };
      kept.set(entry.id, now);
      return now.shown;
    };
    for (const note of document.notes) {
      const at = dragged?.get(note.id) ?? note.position;
      const isSelected = selected.has(note.id);
      shown.push(keep(note, `${at.x},${at.y},${isSelected}`, () => noteNode(note, at, isSelected)));
    }
    for (const group of document.groups) {
      const box = around(group.nodes.flatMap((id) => boxes.get(id) ?? []));
      if (box === null) continue;
      const isSelected = selected.has(group.id);
      if (group.collapsed === true) {
        const ports = foldedPorts(document, group);
        const signature = `${box.x},${box.y},${isSelected},${ports.inputs.join()}|${ports.outputs.join()}`;
        shown.push(keep(group, signature, () => foldedNode(group, box, isSelected, ports)));
      } else {
        const signature = `${box.x},${box.y},${box.width},${box.height},${isSelected}`;
        frames.push(keep(group, signature, () => frameNode(group, box, isSelected)));
      }
    }
    this.#kept = kept;
    return [...frames, ...shown];
  }

  #card({ document, report, specs, selected, dragged }: FlowSource, node: DocumentNode): KeptCard {
    const known = this.#cards.get(node.id);
    const spec = specs.get(node.type);
    const ports = portsOf(document, node, report, spec);
    const well = wellOf(node, ports, report);
    const kind = well?.kind ?? null;
    const text = known !== undefined && known.ports === ports ? known.portsText : portsText(ports);
    const alike = known?.portsText === text && known.kind === kind && known.title === spec?.title;
    // A node that only moved is another object of the document, and the same card.
    const same = known !== undefined && alike && (known.node === node || sameButPlace(known.node, node));
    const shape = same ? known.shape : cardShape(node, ports, well, spec?.title);
    const { x, y } = dragged?.get(node.id) ?? node.position;
    const isSelected = selected.has(node.id);
    const before = known?.shown;
    const still = same && before?.position.x === x && before.position.y === y && before.selected === isSelected;
    const shown = still ? known.shown : cardNode(node.id, { x, y }, isSelected, shape);
    return { node, ports, portsText: text, kind, title: spec?.title, shape, shown };
  }
}

function sameButPlace(a: DocumentNode, b: DocumentNode): boolean {
  return a.type === b.type && a.label === b.label && a.disabled === b.disabled && a.params === b.params;
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
