import { z } from 'zod';
import type { PipelineDocument } from './document.ts';
import type { Change, Edit } from './edit.ts';
import { doEdit, type Edited, emptyHistory, redoEdit, undoEdit } from './history.ts';

/** One line of a document's journal. Appended within a second of what it tells; replayed after a kill. */
export type JournalLine =
  /** The document as it was when the journal began. */
  | { readonly line: 'base'; readonly document: PipelineDocument; readonly sha256: string | null }
  | { readonly line: 'edit'; readonly edit: Edit }
  | { readonly line: 'undo' }
  | { readonly line: 'redo' }
  /** It was saved here: the file then had this hash. */
  | { readonly line: 'saved'; readonly sha256: string };

const change = z.custom<Change>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'in' in value &&
    'before' in value &&
    'after' in value &&
    typeof value.in === 'string' &&
    ['nodes', 'wires', 'groups', 'notes', 'files', 'inputs', 'outputs', 'name', 'description'].includes(value.in),
  'must be a change of the document',
);
export const journalLineSchema = z.discriminatedUnion('line', [
  z.strictObject({
    line: z.literal('base'),
    document: z.custom<PipelineDocument>((value) => typeof value === 'object' && value !== null && 'nodes' in value),
    sha256: z.string().nullable(),
  }),
  z.strictObject({
    line: z.literal('edit'),
    edit: z.strictObject({
      label: z.string().max(1000),
      changes: z.array(change),
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
}

/** Replays a journal: the longest prefix of good lines. null when not even the first is good. */
export function replayJournal(text: string): Replayed | null {
  let state: Edited | null = null;
  let savedSha256: string | null = null;
  let savedDocument: PipelineDocument | null = null;
  let lines = 0;
  for (const written of text.split('\n')) {
    if (written === '') continue;
    const line = readLine(written);
    if (line === null || (state === null) !== (line.line === 'base')) break;
    if (line.line === 'base') {
      state = { document: line.document, history: emptyHistory };
      savedSha256 = line.sha256;
      savedDocument = line.document;
    } else if (line.line === 'saved') {
      savedSha256 = line.sha256;
      savedDocument = (state as Edited).document;
    } else if (line.line === 'edit') state = doEdit(state as Edited, line.edit);
    else state = line.line === 'undo' ? undoEdit(state as Edited) : redoEdit(state as Edited);
    lines++;
  }
  return state === null ? null : { ...state, savedSha256, unsaved: state.document !== savedDocument, lines };
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
