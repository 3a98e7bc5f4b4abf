import { type Command, titleOf, whyNot } from '../commands/command.ts';
import type { StudioState } from '../state/state.ts';
import { fuzzy, type Match } from './fuzzy.ts';

/** A row of the command palette. */
export interface PaletteEntry {
  readonly id: string;
  readonly title: string;
  /** Quiet, before the title: where it belongs. */
  readonly group: string;
  readonly keys?: readonly string[];
  readonly whyNot?: string;
  readonly words: string;
  readonly does: { readonly command: string } | { readonly add: string } | { readonly goTo: string };
}

/** All that can be done and gone to, as things stand. */
export function paletteEntries(commands: readonly Command[], state: StudioState): readonly PaletteEntry[] {
  const done = commands.map((command): PaletteEntry => {
    const reason = whyNot(command, state);
    return {
      id: command.id,
      title: titleOf(command, state),
      group: command.group,
      keys: command.keys,
      ...(reason === undefined ? {} : { whyNot: reason }),
      words: command.keywords?.join(' ') ?? '',
      does: { command: command.id },
    };
  });
  if (state.session === null) return done;
  const readOnly = state.session.readOnly;
  const added = [...state.specs.values()].map(
    (spec): PaletteEntry => ({
      id: `add:${spec.type}`,
      title: `Add ${spec.title}`,
      group: spec.family,
      words: [spec.type, ...spec.keywords].join(' '),
      ...(readOnly
        ? { whyNot: 'Open for reading only' }
        : state.screen === 'design'
          ? {}
          : { whyNot: 'On the Design screen (F8)' }),
      does: { add: spec.type },
    }),
  );
  const there = state.document.nodes.map((node): PaletteEntry => {
    const title = node.label ?? state.specs.get(node.type)?.title ?? node.type;
    return {
      id: `go:${node.id}`,
      title: `Go to ${title}`,
      group: 'Node',
      words: `${node.type} ${node.id}`,
      does: { goTo: node.id },
    };
  });
  return [...done, ...there, ...added];
}

export interface Found {
  readonly entry: PaletteEntry;
  readonly marks: readonly number[];
}

/** Entries that fit the words, best first. Without words: those used last, then all commands. */
export function searchEntries(
  entries: readonly PaletteEntry[],
  query: string,
  recent: readonly string[],
  most = 60,
): readonly Found[] {
  if (query.trim() === '') {
    const used = recent.flatMap((id) => entries.filter((entry) => entry.id === id && entry.whyNot === undefined));
    const rest = entries.filter((entry) => 'command' in entry.does && !used.includes(entry));
    return [...used, ...rest].map((entry) => ({ entry, marks: [] }));
  }
  const found: { readonly entry: PaletteEntry; readonly marks: readonly number[]; readonly score: number }[] = [];
  for (const entry of entries) {
    const byTitle = fuzzy(query, entry.title);
    const match = byTitle ?? byWords(query, entry);
    if (match === null) continue;
    const used = recent.indexOf(entry.id);
    const score =
      match.score -
      (byTitle === null ? 30 : 0) -
      (entry.whyNot === undefined ? 0 : 15) -
      ('command' in entry.does ? 0 : 4) +
      (used < 0 ? 0 : 8 - used);
    found.push({ entry, marks: byTitle?.marks ?? [], score });
  }
  return found.sort((a, b) => b.score - a.score).slice(0, most);
}

/** Besides the title only beginnings of words count, or everything would be found by anything. */
function byWords(query: string, entry: PaletteEntry): Match | null {
  const words = `${entry.title} ${entry.group} ${entry.words}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const types = entry.words.toLowerCase();
  const there = query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => types.startsWith(word) || words.some((known) => known.startsWith(word)));
  return there ? { score: 10, marks: [] } : null;
}
