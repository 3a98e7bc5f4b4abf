import type { Json } from '../kinds/value.ts';
import type { DocumentGroup, DocumentNode, DocumentNote, DocumentWire, PipelineDocument } from './document.ts';
import { endOf } from './document.ts';
import type { Change, ListChange, ListName, NameChange } from './edit.ts';

/** What a person does, as changes of the document. Pure: each takes the document as it is and gives what would change. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A free id made from a node type's second part: `resize`, `resize2`. */
export function freeId(document: PipelineDocument, type: string, taken: ReadonlySet<string> = new Set()): string {
  const base = (type.split('.').at(-1) ?? 'node').replace(/[^A-Za-z0-9_-]/g, '').slice(0, 48) || 'node';
  const used = new Set([
    ...document.nodes.map((node) => node.id),
    ...document.notes.map((note) => note.id),
    ...document.groups.map((group) => group.id),
    ...taken,
  ]);
  if (!used.has(base)) return base;
  let n = 2;
  while (used.has(`${base}${n}`)) n++;
  return `${base}${n}`;
}

export function added<L extends ListName>(
  document: PipelineDocument,
  list: L,
  ...entries: readonly PipelineDocument[L][number][]
): readonly Change[] {
  return entries.map(
    (entry, i) => ({ in: list, index: document[list].length + i, before: null, after: entry }) as ListChange as Change,
  );
}

/** Node by id; undefined when it is not there. */
export function nodeOf(document: PipelineDocument, id: string): DocumentNode | undefined {
  return document.nodes.find((node) => node.id === id);
}

/** Replaces nodes; those that are the same object, or not there, give no change. */
export function replacedNodes(
  document: PipelineDocument,
  next: (node: DocumentNode) => DocumentNode,
): readonly Change[] {
  const changes: Change[] = [];
  document.nodes.forEach((node, index) => {
    const after = next(node);
    if (after !== node) changes.push({ in: 'nodes', index, before: node, after });
  });
  return changes;
}

/** Moves nodes and notes to new places, by id. */
export function moved(document: PipelineDocument, places: ReadonlyMap<string, Point>): readonly Change[] {
  const changes = [
    ...replacedNodes(document, (node) => {
      const to = places.get(node.id);
      return to === undefined || (to.x === node.position.x && to.y === node.position.y)
        ? node
        : { ...node, position: to };
    }),
  ];
  document.notes.forEach((note, index) => {
    const to = places.get(note.id);
    if (to !== undefined && (to.x !== note.position.x || to.y !== note.position.y))
      changes.push({ in: 'notes', index, before: note, after: { ...note, position: to } });
  });
  return changes;
}

/** Sets one parameter; undefined takes it out, so that the default holds. */
export function paramSet(
  document: PipelineDocument,
  id: string,
  name: string,
  value: Json | undefined,
): readonly Change[] {
  return replacedNodes(document, (node) => {
    if (node.id !== id) return node;
    const { [name]: _, ...rest } = node.params;
    return { ...node, params: value === undefined ? rest : { ...rest, [name]: value } };
  });
}

/** A wire from an output to an input. An input takes one wire: the one that was there goes. */
export function connected(document: PipelineDocument, from: string, to: string): readonly Change[] {
  const at = document.wires.findIndex((wire) => wire.to === to);
  const before = document.wires[at];
  if (before?.from === from) return [];
  return before === undefined
    ? added(document, 'wires', { from, to })
    : [{ in: 'wires', index: at, before, after: { from, to } }];
}

/** Takes wires out, named by the input where they end. */
export function disconnected(document: PipelineDocument, ends: readonly string[]): readonly Change[] {
  return removedFrom(document, 'wires', (wire) => ends.includes(wire.to));
}

/** Takes nodes, notes and groups out, with every wire and public name that hangs on them. */
export function removed(document: PipelineDocument, ids: readonly string[]): readonly Change[] {
  const gone = new Set(ids);
  const changes: Change[] = [
    ...removedFrom(document, 'wires', (wire) => gone.has(endOf(wire.from).node) || gone.has(endOf(wire.to).node)),
    ...removedNames(document, gone),
  ];
  const groups: Change[] = [];
  [...document.groups.entries()].reverse().forEach(([index, group]) => {
    const nodes = group.nodes.filter((id) => !gone.has(id));
    if (gone.has(group.id) || nodes.length === 0) groups.push({ in: 'groups', index, before: group, after: null });
    else if (nodes.length < group.nodes.length)
      groups.push({ in: 'groups', index, before: group, after: { ...group, nodes } });
  });
  return [
    ...changes,
    ...groups,
    ...removedFrom(document, 'notes', (note) => gone.has(note.id)),
    ...removedFrom(document, 'nodes', (node) => gone.has(node.id)),
  ];
}

function removedFrom<L extends ListName>(
  document: PipelineDocument,
  list: L,
  goes: (entry: PipelineDocument[L][number]) => boolean,
): readonly Change[] {
  // From the end, so that the places of those before it stay true.
  return [...document[list].entries()]
    .reverse()
    .filter(([, entry]) => goes(entry))
    .map(([index, entry]) => ({ in: list, index, before: entry, after: null }) as ListChange as Change);
}

function removedNames(document: PipelineDocument, gone: ReadonlySet<string>): readonly Change[] {
  return (['inputs', 'outputs'] as const).flatMap((side) =>
    [...Object.entries(document[side]).entries()]
      .reverse()
      .filter(([, [, { node }]]) => gone.has(node))
      .map(([index, [name, before]]): NameChange => ({ in: side, index, name, before, after: null })),
  );
}

/** Puts a node into a wire: `from` → node → `to`. */
export function inserted(
  document: PipelineDocument,
  wire: DocumentWire,
  node: DocumentNode,
  input: string,
  output: string,
): readonly Change[] {
  const at = document.wires.findIndex((w) => w.to === wire.to);
  const before = document.wires[at];
  const into: DocumentWire = { from: wire.from, to: `${node.id}.${input}` };
  const out: DocumentWire = { from: `${node.id}.${output}`, to: wire.to };
  return [
    ...added(document, 'nodes', node),
    before === undefined
      ? { in: 'wires', index: document.wires.length, before: null, after: out }
      : { in: 'wires', index: at, before, after: out },
    { in: 'wires', index: document.wires.length + (before === undefined ? 1 : 0), before: null, after: into },
  ];
}

/** A group around nodes; they leave the groups that they were in. */
export function grouped(document: PipelineDocument, ids: readonly string[], title: string): readonly Change[] {
  const inside = new Set(ids.filter((id) => nodeOf(document, id) !== undefined));
  if (inside.size === 0) return [];
  const changes: Change[] = [];
  [...document.groups.entries()].reverse().forEach(([index, group]) => {
    const nodes = group.nodes.filter((id) => !inside.has(id));
    if (nodes.length === group.nodes.length) return;
    changes.push({ in: 'groups', index, before: group, after: nodes.length === 0 ? null : { ...group, nodes } });
  });
  const group: DocumentGroup = { id: freeId(document, 'group'), title, nodes: [...inside] };
  return [...changes, { in: 'groups', index: document.groups.length, before: null, after: group }];
}

export function ungrouped(document: PipelineDocument, ids: readonly string[]): readonly Change[] {
  return removedFrom(document, 'groups', (group) => ids.includes(group.id));
}

export function groupChanged(
  document: PipelineDocument,
  id: string,
  part: Partial<Omit<DocumentGroup, 'id'>>,
): readonly Change[] {
  return document.groups.flatMap((group, index) =>
    group.id === id ? [{ in: 'groups', index, before: group, after: { ...group, ...part } } as const] : [],
  );
}

export function noteChanged(
  document: PipelineDocument,
  id: string,
  part: Partial<Omit<DocumentNote, 'id'>>,
): readonly Change[] {
  return document.notes.flatMap((note, index) =>
    note.id === id ? [{ in: 'notes', index, before: note, after: { ...note, ...part } } as const] : [],
  );
}

/** Gives a public input or output its name; the old name goes, its place and doc stay. An empty name takes it out. */
export function publicNamed(
  document: PipelineDocument,
  side: 'inputs' | 'outputs',
  node: string,
  name: string,
): readonly Change[] {
  const entries = Object.entries(document[side]);
  const at = entries.findIndex(([, entry]) => entry.node === node);
  const old = entries[at];
  if (old?.[0] === name) return [];
  const index = at < 0 ? entries.length : at;
  return [
    ...(old === undefined ? [] : [{ in: side, index, name: old[0], before: old[1], after: null } as NameChange]),
    ...(name === '' ? [] : [{ in: side, index, name, before: null, after: old?.[1] ?? { node } } as NameChange]),
  ];
}
