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
  const lists = new Map<ListName, unknown[]>();
  let next: { -readonly [K in keyof PipelineDocument]: PipelineDocument[K] } = { ...document };
  for (const change of changes) {
    if (change.in === 'name') next.name = change.after ?? '';
    else if (change.in === 'description') next = withDescription(next, change.after);
    else if (change.in === 'inputs' || change.in === 'outputs') next[change.in] = withName(next[change.in], change);
    else {
      const inList: ListChange = change;
      const list = lists.get(inList.in) ?? [...next[inList.in]];
      lists.set(inList.in, list);
      changeList(list, inList);
    }
  }
  return { ...next, ...Object.fromEntries(lists) };
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

function changeList(list: unknown[], change: ListChange): void {
  const { before, after } = change;
  if (before === null) {
    if (after !== null) list.splice(Math.min(change.index, list.length), 0, after);
    return;
  }
  const at = placeOf(list, change, before);
  if (at < 0) return;
  if (after === null) list.splice(at, 1);
  else list[at] = after;
}

function placeOf(list: readonly unknown[], change: ListChange, before: Entries[ListName]): number {
  const key = keyOf(change.in, before);
  const same = (entry: unknown): boolean => entry !== undefined && keyOf(change.in, entry as Entries[ListName]) === key;
  return same(list[change.index]) ? change.index : list.findIndex(same);
}

function withName(
  names: Readonly<Record<string, PublicName>>,
  change: NameChange,
): Readonly<Record<string, PublicName>> {
  const entries = Object.entries(names).filter(([name]) => name !== change.name);
  if (change.after !== null) {
    const old = Object.keys(names).indexOf(change.name);
    entries.splice(Math.min(old < 0 ? change.index : old, entries.length), 0, [change.name, change.after]);
  }
  return Object.fromEntries(entries);
}

function withDescription<T extends { description?: string }>(document: T, text: string | null): T {
  const { description: _, ...rest } = document;
  return (text === null ? rest : { ...rest, description: text }) as T;
}
