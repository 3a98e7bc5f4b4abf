import {
  added,
  disconnected,
  freeId,
  groupChanged,
  grouped,
  moved,
  type Point,
  removed,
  replacedNodes,
  ungrouped,
} from '../../core/graph/changes.ts';
import { clip, paste, readClipping } from '../../core/graph/clipboard.ts';
import { endOf, type PipelineDocument } from '../../core/graph/document.ts';
import { applyChanges } from '../../core/graph/edit.ts';
import { edit } from '../state/edits.ts';
import { state } from '../state/state.ts';
import { toast } from '../state/toasts.ts';
import { type Alignment, alignedPlaces, type Placed, spreadPlaces } from './arranging.ts';
import { canvas, setCanvas } from './canvasState.ts';
import { counted } from './dragging.ts';
import { boxOfShown, placeToAdd, seenBox } from './flow.ts';
import { noteSize } from './flowShapes.ts';
import { foldGroup } from './GroupCards.tsx';
import { grid, snapped } from './geometry.ts';
import { sizeOf } from './placing.ts';
import { select, selectedNodes, withGroups } from './selecting.ts';

/** What a person does to what is selected. Each is one edit. */

/** Selected nodes and notes, nodes of selected groups among them. */
export function selectedIds(): readonly string[] {
  const { selection, document } = state();
  const wanted = withGroups(selection.ids);
  return [...document.nodes, ...document.notes].filter((entry) => wanted.has(entry.id)).map((entry) => entry.id);
}

export function deleteSelected(): void {
  const { selection, document } = state();
  const ids = [...withGroups(selection.ids)];
  const off = disconnected(document, selection.wires);
  const gone = removed(applyChanges(document, off), ids);
  const nodes = selectedNodes().length;
  const label =
    nodes > 0
      ? `delete ${counted(nodes)}`
      : ids.length > 0
        ? 'delete note'
        : selection.wires.length === 1
          ? 'delete wire'
          : 'delete wires';
  edit(label, [...off, ...gone]);
}

/** What is selected as text; null when that is nothing. */
export function copyText(): string | null {
  const { document, selection } = state();
  const clipping = clip(document, selection.ids);
  return clipping.nodes.length + clipping.notes.length === 0 ? null : JSON.stringify(clipping, null, 1);
}

/** Where what was last pasted came to lie, so that pasting again does not hide it. */
let lastPaste: { readonly text: string; readonly at: Point } | null = null;

/** Pastes nodes that were copied here or in another window. False: it is something else. */
export function pasteText(text: string): boolean {
  const clipping = readClipping(text);
  if (clipping === null) return false;
  const { document } = state();
  const { at } = placeToAdd();
  let corner = { x: snapped(at.x), y: snapped(at.y) };
  if (
    lastPaste !== null &&
    lastPaste.text === text &&
    Math.hypot(lastPaste.at.x - corner.x, lastPaste.at.y - corner.y) < 4
  )
    corner = { x: corner.x + 3 * grid, y: corner.y + 3 * grid };
  lastPaste = { text, at: corner };
  const { changes, ids } = paste(document, clipping, corner);
  edit(`paste ${counted(clipping.nodes.length)}`, changes);
  select(ids);
  return true;
}

/** Copies of what is selected beside it, fed from where the originals are fed. */
export function duplicateSelected(): void {
  const { document } = state();
  const ids = selectedIds();
  const clipping = clip(document, [...ids, ...wholeGroups(document, ids)]);
  const all = [...clipping.nodes, ...clipping.notes];
  if (all.length === 0) return;
  const inside = new Set(clipping.nodes.map((node) => node.id));
  const keep = document.wires.filter((wire) => inside.has(endOf(wire.to).node) && !inside.has(endOf(wire.from).node));
  const at = {
    x: Math.min(...all.map((entry) => entry.position.x)) + 3 * grid,
    y: Math.min(...all.map((entry) => entry.position.y)) + 3 * grid,
  };
  const { changes, ids: fresh } = paste(document, clipping, at, keep);
  edit(`duplicate ${counted(clipping.nodes.length)}`, changes);
  select(fresh);
}

function wholeGroups(document: PipelineDocument, ids: readonly string[]): readonly string[] {
  return document.groups.filter((group) => group.nodes.every((id) => ids.includes(id))).map((group) => group.id);
}

/** Bypassed nodes pass on what comes in; all of them run again when none of the selected does. */
export function bypassSelected(): void {
  const ids = new Set(selectedNodes().map((node) => node.id));
  const on = selectedNodes().some((node) => node.disabled !== true);
  edit(
    `${on ? 'bypass' : 'take in again'} ${counted(ids.size)}`,
    replacedNodes(state().document, (node) => {
      if (!ids.has(node.id) || (node.disabled === true) === on) return node;
      const { disabled: _, ...rest } = node;
      return on ? { ...rest, disabled: true } : rest;
    }),
  );
}

export function renameSelected(): void {
  const [id] = state().selection.ids;
  if (id !== undefined) setCanvas({ writing: id });
}

export function groupSelected(): void {
  const { document } = state();
  const ids = selectedNodes().map((node) => node.id);
  const changes = grouped(document, ids, 'Group');
  edit(`group ${counted(ids.length)}`, changes);
  const fresh = state().document.groups.at(-1);
  if (changes.length > 0 && fresh !== undefined) {
    select([fresh.id]);
    setCanvas({ writing: fresh.id });
  }
}

/** Groups that are selected, or that hold what is selected. */
export function selectedGroups(): readonly string[] {
  const { document, selection } = state();
  const ids = new Set(selection.ids);
  return document.groups
    .filter((group) => ids.has(group.id) || group.nodes.some((id) => ids.has(id)))
    .map((group) => group.id);
}

export function ungroupSelected(): void {
  const { document } = state();
  const groups = selectedGroups();
  const inside = document.groups.filter((group) => groups.includes(group.id)).flatMap((group) => group.nodes);
  edit('ungroup', ungrouped(document, groups));
  select(inside);
}

export function foldSelected(): void {
  const groups = state().document.groups.filter((group) => selectedGroups().includes(group.id));
  const [first] = groups;
  if (first === undefined) return;
  const collapsed = groups.some((group) => group.collapsed !== true);
  if (groups.length === 1) foldGroup(first.id, collapsed);
  else
    edit(
      collapsed ? 'collapse groups' : 'expand groups',
      groups.flatMap((group) => groupChanged(state().document, group.id, { collapsed })),
    );
  select(groups.map((group) => group.id));
}

export function addNote(): void {
  const { document, session } = state();
  if (session?.readOnly !== false) return;
  const { at } = placeToAdd();
  const id = freeId(document, 'note');
  edit(
    'add note',
    added(document, 'notes', { id, text: '', position: { x: snapped(at.x), y: snapped(at.y) }, size: noteSize }),
  );
  select([id]);
  setCanvas({ writing: id });
}

function placedSelection(): readonly Placed[] {
  const { document, report, specs } = state();
  const wanted = new Set(selectedIds());
  return [
    ...document.nodes
      .filter((node) => wanted.has(node.id))
      .map((node) => ({ id: node.id, ...node.position, ...sizeOf(document, node, report, specs) })),
    ...document.notes
      .filter((note) => wanted.has(note.id))
      .map((note) => ({ id: note.id, ...note.position, ...(note.size ?? noteSize) })),
  ];
}

export function alignSelected(how: Alignment): void {
  edit(`align ${how}`, moved(state().document, alignedPlaces(placedSelection(), how)));
}

export function spreadSelected(way: 'x' | 'y'): void {
  edit(
    way === 'x' ? 'distribute across' : 'distribute down',
    moved(state().document, spreadPlaces(placedSelection(), way)),
  );
}

/** Moves what is selected by steps of the grid; steps that follow each other are one of undo. */
export function nudge(dx: number, dy: number): void {
  const { document } = state();
  const ids = new Set(selectedIds());
  const places = new Map<string, Point>();
  for (const entry of [...document.nodes, ...document.notes])
    if (ids.has(entry.id)) places.set(entry.id, { x: entry.position.x + dx, y: entry.position.y + dy });
  edit(`move ${counted(ids.size)}`, moved(document, places), `nudge ${[...ids].join(' ')}`);
}

/** Selects the node that is nearest in a direction, or, when none is selected, the one nearest to the middle. */
export function stepTo(way: 'left' | 'right' | 'up' | 'down'): void {
  const { document, selection } = state();
  const boxes = document.nodes.flatMap((node) => {
    const box = boxOfShown(node.id);
    return box === null ? [] : [{ id: node.id, x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  });
  const seen = seenBox();
  const from = boxes.find((box) => box.id === selection.ids.at(-1)) ?? {
    id: '',
    x: seen.x + seen.width / 2,
    y: seen.y + seen.height / 2,
  };
  const along = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[way];
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (box.id === from.id) continue;
    const [dx, dy] = [box.x - from.x, box.y - from.y];
    const ahead = dx * along[0] + dy * along[1];
    const aside = Math.abs(dx * along[1]) + Math.abs(dy * along[0]);
    if (from.id !== '' && ahead <= 0) continue;
    const far = from.id === '' ? Math.hypot(dx, dy) : ahead + 2 * aside;
    if (far < least) {
      least = far;
      best = box.id;
    }
  }
  if (best !== null) {
    select([best]);
    window.document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(best)}"]`)?.focus();
  }
}

export function toggleSnap(): void {
  const snap = !canvas().snap;
  setCanvas({ snap });
  toast({ tone: 'ok', text: snap ? 'Snapping to the grid and to other nodes.' : 'Nodes move freely.' });
}
