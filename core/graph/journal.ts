import { z } from 'zod';
import type { PipelineDocument } from './document.ts';
import type { Edit } from './edit.ts';
import { documentSchema, entrySchemas, publicNameSchema } from './entries.ts';
import { doEdit, type Edited, type GrowingHistory, grow, redoEdit, undoEdit } from './history.ts';

/** One line of a document's journal. Appended within a second of what it tells; replayed after a kill. */
export type JournalLine =
  /** The document as it was when the journal began. */
  | { readonly line: 'base'; readonly document: PipelineDocument; readonly sha256: string | null }
  | { readonly line: 'edit'; readonly edit: Edit }
  | { readonly line: 'undo' }
  | { readonly line: 'redo' }
  /** It was saved here: the file then had this hash. */
  | { readonly line: 'saved'; readonly sha256: string };

const index = z.number().int().min(0);
function listChange<L extends keyof typeof entrySchemas>(list: L) {
  const entry = entrySchemas[list].nullable();
  return z.object({ in: z.literal(list), index, before: entry, after: entry });
}
function nameChange<I extends 'inputs' | 'outputs'>(side: I) {
  const entry = publicNameSchema.nullable();
  const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);
  return z.object({ in: z.literal(side), index, name, before: entry, after: entry });
}
function textChange<I extends 'name' | 'description'>(field: I) {
  const text = z.string().max(100_000).nullable();
  return z.object({ in: z.literal(field), before: text, after: text });
}
export const changeSchema = z.discriminatedUnion('in', [
  listChange('nodes'),
  listChange('wires'),
  listChange('groups'),
  listChange('notes'),
  listChange('files'),
  nameChange('inputs'),
  nameChange('outputs'),
  textChange('name'),
  textChange('description'),
]);
export const journalLineSchema = z.discriminatedUnion('line', [
  z.strictObject({
    line: z.literal('base'),
    document: documentSchema,
    sha256: z.string().nullable(),
  }),
  z.strictObject({
    line: z.literal('edit'),
    edit: z.strictObject({
      label: z.string().max(1000),
      changes: z.array(changeSchema).readonly(),
      merge: z.string().max(1000).optional(),
    }),
  }),
  z.strictObject({ line: z.literal('undo') }),
  z.strictObject({ line: z.literal('redo') }),
  z.strictObject({ line: z.literal('saved'), sha256: z.string().max(64) }),
]);

export interface Replayed extends Edited {
  /** Hash of the file when it was last saved or opened; null when it never was a file. */
  readonly savedSha256: string | null;
  /** True when there are edits after the last save. */
  readonly unsaved: boolean;
  /** Lines that were good. A torn tail is left out; what stands before it counts. */
  readonly lines: number;
  /** Characters of the good lines: a torn tail begins there. */
  readonly length: number;
  /** Characters up to the last save (or the base), its line included. */
  readonly savedLength: number;
}

/** Replays a journal: the longest prefix of good lines, each ended by its line break. null when not even the first is good. */
export function replayJournal(text: string): Replayed | null {
  let state: GrowingHistory | null = null;
  let savedSha256: string | null = null;
  let savedDocument: PipelineDocument | null = null;
  let lines = 0;
  let length = 0;
  let savedLength = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', length)) {
    const line = readLine(text.slice(length, end));
    if (line === null || (state === null) !== (line.line === 'base')) break;
    length = end + 1;
    lines++;
    if (line.line === 'base') state = { document: line.document, edits: [], at: 0 };
    else if (state !== null && line.line !== 'saved') grow(state, line.line === 'edit' ? line.edit : line.line);
    if (line.line === 'base' || line.line === 'saved') {
      savedSha256 = line.sha256;
      savedDocument = state?.document ?? null;
      savedLength = length;
    }
  }
  if (state === null) return null;
  const { document, edits, at } = state;
  const unsaved = document !== savedDocument;
  return { document, history: { edits, at }, savedSha256, unsaved, lines, length, savedLength };
}

/** What a line makes of a document that is open. */
export function followLine(state: Edited, line: JournalLine): Edited {
  switch (line.line) {
    case 'edit':
      return doEdit(state, line.edit);
    case 'undo':
      return undoEdit(state);
    case 'redo':
      return redoEdit(state);
    case 'base':
    case 'saved':
      return state;
  }
}

/** One line as it stands in the journal, its line break included. */
export function writeJournalLine(line: JournalLine): string {
  return `${JSON.stringify(line)}\n`;
}

function readLine(text: string): JournalLine | null {
  try {
    const parsed = journalLineSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
