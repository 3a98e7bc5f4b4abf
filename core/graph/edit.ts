import type {
  DocumentFile,
  DocumentGroup,
  DocumentNode,
  DocumentNote,
  DocumentWire,
  PipelineDocument,
  PublicName,
} from './document.ts';

/** What a list of the document holds, and by what an entry is known there. */
export interface Entries {
  readonly nodes: DocumentNode;
  readonly wires: DocumentWire;
  readonly groups: DocumentGroup;
  readonly notes: DocumentNote;
  readonly files: DocumentFile;
}
export type ListName = keyof Entries;

/** One entry of a list: added (`before` null), removed (`after` null) or replaced. `index` is its place in the list. */
export interface ListChange<L extends ListName = ListName> {
  readonly in: L;
  readonly index: number;
  readonly before: Entries[L] | null;
  readonly after: Entries[L] | null;
}
/** A public name, the same way. */
interface NameChangeIn<I extends 'inputs' | 'outputs'> {
  readonly in: I;
  readonly index: number;
  readonly name: string;
  readonly before: PublicName | null;
  readonly after: PublicName | null;
}
export type NameChange = NameChangeIn<'inputs'> | NameChangeIn<'outputs'>;
interface TextChangeIn<I extends 'name' | 'description'> {
  readonly in: I;
  readonly before: string | null;
  readonly after: string | null;
}
export type TextChange = TextChangeIn<'name'> | TextChangeIn<'description'>;
export type Change = ListChange | NameChange | TextChange;

/** What a person did in one go. Everything that is done to a document is one of these, so everything can be undone. */
export interface Edit {
  /** Shown in the menu: "Undo move 3 nodes". */
  readonly label: string;
  readonly changes: readonly Change[];
  /** Edits that follow each other with the same key are one step of undo: a slider's drag, typing in a field. */
  readonly merge?: string;
}

/** Applies changes in order. Changes that name an entry that is not there are left out: the document stays valid. */
export function applyChanges(document: PipelineDocument, changes: readonly Change[]): PipelineDocument {
  return takeChanges(document, changes).document;
}

export interface Taken {
  readonly document: PipelineDocument;
  /** What was really done: true places and true `before`s, changes without effect left out, so that it inverts exactly. */
  readonly changes: readonly Change[];
}

/** Applies changes in order, and tells what each of them came to. */
export function takeChanges(document: PipelineDocument, changes: readonly Change[]): Taken {
  const lists = new Map<ListName, Entries[ListName][]>();
  const done: Change[] = [];
  let next: { -readonly [K in keyof PipelineDocument]: PipelineDocument[K] } = { ...document };
  for (const change of changes) {
    if (change.in === 'name' || change.in === 'description') {
      const before = next[change.in] ?? null;
      const after = change.in === 'name' ? (change.after ?? '') : change.after;
      if (before === after) continue;
      if (change.in === 'name') next.name = after ?? '';
      else next = withDescription(next, after);
      done.push({ in: change.in, before, after });
    } else if (change.in === 'inputs' || change.in === 'outputs') {
      const taken = takeName(next[change.in], change);
      if (taken === null) continue;
      next[change.in] = taken.names;
      done.push({ ...change, before: taken.before, index: taken.index } as Change);
    } else {
      const inList: ListChange = change;
      const list = lists.get(inList.in) ?? [...next[inList.in]];
      lists.set(inList.in, list);
      const taken = takeEntry(list, inList);
      if (taken !== null) done.push(taken as Change);
    }
  }
  return { document: { ...next, ...Object.fromEntries(lists) }, changes: done };
}

/** The changes that take `changes` back. */
export function invertChanges(changes: readonly Change[]): readonly Change[] {
  return [...changes].reverse().map((change) => ({ ...change, before: change.after, after: change.before }) as Change);
}

/** What an entry of a list is known by; a wire by where it ends, for an input takes a single wire. */
export function keyOf<L extends ListName>(list: L, entry: Entries[L]): string {
  switch (list) {
    case 'wires':
      return (entry as DocumentWire).to;
    case 'files':
      return (entry as DocumentFile).path;
    default:
      return (entry as DocumentNode).id;
  }
}

function takeEntry(list: Entries[ListName][], change: ListChange): ListChange | null {
  const { before, after } = change;
  if (before === null) {
    if (after === null) return null;
    const index = Math.min(change.index, list.length);
    list.splice(index, 0, after);
    return { ...change, index };
  }
  const at = placeOf(list, change, before);
  if (at < 0) return null;
  const was = list[at];
  if (after === null) list.splice(at, 1);
  else list[at] = after;
  return { ...change, index: at, before: was };
}

function placeOf(list: readonly Entries[ListName][], change: ListChange, before: Entries[ListName]): number {
  const key = keyOf(change.in, before);
  const same = (entry: Entries[ListName] | undefined): boolean =>
    entry !== undefined && keyOf(change.in, entry) === key;
  return same(list[change.index]) ? change.index : list.findIndex(same);
}

function takeName(
  names: Readonly<Record<string, PublicName>>,
  change: NameChange,
): {
  readonly names: Readonly<Record<string, PublicName>>;
  readonly before: PublicName | null;
  readonly index: number;
} | null {
  const entries = Object.entries(names);
  const old = entries.findIndex(([name]) => name === change.name);
  const before = old < 0 ? null : entries[old][1];
  if (before === null && change.after === null) return null;
  const index = old < 0 ? Math.min(change.index, entries.length) : old;
  const written: [string, PublicName][] = change.after === null ? [] : [[change.name, change.after]];
  entries.splice(index, old < 0 ? 0 : 1, ...written);
  return { names: Object.fromEntries(entries), before, index };
}

function withDescription<T extends { description?: string }>(document: T, text: string | null): T {
  const { description: _, ...rest } = document;
  return (text === null ? rest : { ...rest, description: text }) as T;
}
