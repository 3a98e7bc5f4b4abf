import { z } from 'zod';
import { freeId, type Point } from './changes.ts';
import {
  type DocumentGroup,
  type DocumentNode,
  type DocumentNote,
  type DocumentWire,
  endOf,
  type PipelineDocument,
} from './document.ts';
import type { Change } from './edit.ts';

/** A part of a pipeline as it stands on the clipboard: JSON that another window, or a chat message, may carry. */
export interface Clipping {
  readonly tributary: 'clipping';
  readonly nodes: readonly DocumentNode[];
  readonly wires: readonly DocumentWire[];
  readonly groups: readonly DocumentGroup[];
  readonly notes: readonly DocumentNote[];
}

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** As the journal wants them: what is pasted must be fit to be written down. */
const end = z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[^\s.][^\n\r]{0,255}$/u);
const point = z.strictObject({ x: z.number(), y: z.number() });
const clippingSchema = z.strictObject({
  tributary: z.literal('clipping'),
  nodes: z.array(
    z.strictObject({
      id,
      type: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}(?:\.[A-Za-z0-9]{1,64}){1,4}$/),
      version: z.number().int().min(1),
      params: z.record(z.string().max(256), z.json()),
      position: point,
      label: z.string().max(100_000).optional(),
      disabled: z.boolean().optional(),
    }),
  ),
  wires: z.array(z.strictObject({ from: end, to: end })),
  groups: z.array(
    z.strictObject({ id, title: z.string().max(100_000), nodes: z.array(id), collapsed: z.boolean().optional() }),
  ),
  notes: z.array(
    z.strictObject({
      id,
      text: z.string().max(100_000),
      position: point,
      size: z.strictObject({ width: z.number(), height: z.number() }).optional(),
    }),
  ),
});

/** The nodes and notes named, with the wires between them and the groups that lie wholly inside. */
export function clip(document: PipelineDocument, ids: readonly string[]): Clipping {
  const wanted = new Set(ids);
  for (const group of document.groups) if (wanted.has(group.id)) for (const node of group.nodes) wanted.add(node);
  return {
    tributary: 'clipping',
    nodes: document.nodes.filter((node) => wanted.has(node.id)),
    wires: document.wires.filter((wire) => wanted.has(endOf(wire.from).node) && wanted.has(endOf(wire.to).node)),
    groups: document.groups.filter((group) => group.nodes.every((node) => wanted.has(node))),
    notes: document.notes.filter((note) => wanted.has(note.id)),
  };
}

/** Reads what was pasted; null when it is something else. */
export function readClipping(text: string): Clipping | null {
  if (text.length > 16_000_000 || !text.includes('"clipping"')) return null;
  try {
    const parsed = clippingSchema.safeParse(JSON.parse(text));
    return parsed.success && idsApart(parsed.data) ? parsed.data : null;
  } catch {
    return null;
  }
}

function idsApart({ nodes, notes, groups }: Clipping): boolean {
  const all = [...nodes, ...notes, ...groups].map((entry) => entry.id);
  return new Set(all).size === all.length;
}

export interface Pasted {
  readonly changes: readonly Change[];
  /** Ids of the new nodes and notes, to be selected. */
  readonly ids: readonly string[];
}

/**
 * Pastes with new ids, the top left corner at `at`. `keepWires`: inputs fed from outside the clipping are fed from there
 * again where that node is still there (duplicate).
 */
export function paste(
  document: PipelineDocument,
  clipping: Clipping,
  at: Point,
  keepWires: readonly DocumentWire[] = [],
): Pasted {
  const places = [...clipping.nodes, ...clipping.notes].map((entry) => entry.position);
  if (places.length === 0) return { changes: [], ids: [] };
  const left = Math.min(...places.map((p) => p.x));
  const top = Math.min(...places.map((p) => p.y));
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const entry of [...clipping.nodes, ...clipping.notes, ...clipping.groups]) {
    const base = entry.id.replace(/\d+$/, '') || entry.id;
    const fresh = freeId(document, base, taken);
    taken.add(fresh);
    names.set(entry.id, fresh);
  }
  const place = (p: Point): Point => ({ x: p.x - left + at.x, y: p.y - top + at.y });
  const named = (old: string): string => names.get(old) ?? old;
  const nodes = clipping.nodes.map((n) => ({ ...n, id: named(n.id), position: place(n.position) }));
  const notes = clipping.notes.map((n) => ({ ...n, id: named(n.id), position: place(n.position) }));
  const groups = clipping.groups.map((g) => ({ ...g, id: named(g.id), nodes: g.nodes.map(named) }));
  const known = new Set(clipping.nodes.map((node) => node.id));
  const between = clipping.wires.filter((wire) => known.has(endOf(wire.from).node) && known.has(endOf(wire.to).node));
  const wires = [
    ...between.map((wire) => ({ from: renamed(wire.from, names), to: renamed(wire.to, names) })),
    ...keepWires.map((wire) => ({ from: wire.from, to: renamed(wire.to, names) })),
  ];
  const changes: Change[] = [
    ...nodes.map((after, i): Change => ({ in: 'nodes', index: document.nodes.length + i, before: null, after })),
    ...wires.map((after, i): Change => ({ in: 'wires', index: document.wires.length + i, before: null, after })),
    ...groups.map((after, i): Change => ({ in: 'groups', index: document.groups.length + i, before: null, after })),
    ...notes.map((after, i): Change => ({ in: 'notes', index: document.notes.length + i, before: null, after })),
  ];
  return { changes, ids: [...nodes, ...notes].map((entry) => entry.id) };
}

function renamed(end: string, names: ReadonlyMap<string, string>): string {
  const { node, port } = endOf(end);
  return `${names.get(node) ?? node}.${port}`;
}
