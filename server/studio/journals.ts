import { createHash } from 'node:crypto';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { Edited } from '../../core/graph/history.ts';
import { emptyHistory } from '../../core/graph/history.ts';
import { replayJournal, writeJournalLine } from '../../core/graph/journal.ts';
import { writeDocument } from '../../core/graph/write.ts';
import { type ProblemData, problemData } from '../../core/problems/problem.ts';
import {
  beginJournal,
  continueJournal,
  type JournalFile,
  readJournalText,
  setAsideJournal,
} from '../../host/files/journalFile.ts';

/** What a journal gave back of a document. */
export interface Restored {
  readonly journal: JournalFile;
  readonly edited: Edited;
  /** The document is not what the file holds. */
  readonly unsaved: boolean;
  readonly warnings: readonly ProblemData[];
}

/**
 * Opens the journal of a document that was read from its file. Where the journal went on from this very file, document
 * and history come back from it; where the file is another by now, the journal is set aside and begun anew.
 */
export async function restoreJournal(file: string, found: PipelineDocument, sha256: string): Promise<Restored> {
  const text = await readJournalText(file);
  const replayed = text === null ? null : replayJournal(text);
  if (text !== null && replayed !== null) {
    const document = { ...replayed.document, files: joinedFiles(replayed.document, found) };
    const unsaved = writeDocument(document) !== writeDocument(found);
    // After a kill between the file's rename and the journal's line, the file is what the journal says without knowing it.
    if (replayed.savedSha256 === sha256 || !unsaved || documentSha256(replayed.document) === sha256) {
      const journal = await continueJournal(file, text.slice(0, replayed.length));
      if (replayed.savedSha256 !== sha256) await journal.append(writeJournalLine({ line: 'saved', sha256 }));
      return { journal, edited: { document, history: replayed.history }, unsaved, warnings: [] };
    }
  }
  const old = await setAsideJournal(file);
  const lost = old !== null && (replayed === null || replayed.unsaved);
  return {
    journal: await beginJournal(file, writeJournalLine({ line: 'base', document: found, sha256 })),
    edited: { document: found, history: emptyHistory },
    unsaved: false,
    warnings: lost ? [setAside(old, replayed !== null)] : [],
  };
}

/** The journal of work without a file; null when nothing in it is good. */
export async function restoreUntitled(file: string): Promise<Restored | null> {
  const text = await readJournalText(file);
  const replayed = text === null ? null : replayJournal(text);
  if (text === null || replayed === null) return null;
  const journal = await continueJournal(file, text.slice(0, replayed.length));
  const { document, history, unsaved } = replayed;
  return { journal, edited: { document, history }, unsaved, warnings: [] };
}

/** Whether a journal of work without a file holds edits, and what the work is called. */
export async function untitledWork(file: string): Promise<{ readonly name: string; readonly edits: number } | null> {
  const text = await readJournalText(file);
  const replayed = text === null ? null : replayJournal(text);
  return replayed === null ? null : { name: replayed.document.name, edits: replayed.history.edits.length };
}

/** The journal up to the last save: what was done after it was saved under another name. */
export async function cutToSaved(file: string): Promise<void> {
  const text = await readJournalText(file);
  const replayed = text === null ? null : replayJournal(text);
  if (text === null || replayed === null) return;
  const journal = await continueJournal(file, text.slice(0, replayed.savedLength));
  await journal.close();
}

/** Begins the journal of another file with all that is in this one. */
export async function copyJournal(from: string, to: string): Promise<JournalFile | null> {
  const text = await readJournalText(from);
  const replayed = text === null ? null : replayJournal(text);
  return text === null || replayed === null ? null : beginJournal(to, text.slice(0, replayed.length));
}

/** The hash that the document's file would have. */
export function documentSha256(document: PipelineDocument): string {
  return createHash('sha256').update(writeDocument(document)).digest('hex');
}

/** Saving records hashes of files, which is no edit: the file knows records that the journal does not. */
function joinedFiles(journaled: PipelineDocument, found: PipelineDocument): PipelineDocument['files'] {
  const known = new Set(journaled.files.map((file) => file.path));
  const added = found.files.filter((file) => !known.has(file.path));
  if (added.length === 0) return journaled.files;
  const order = new Map(found.files.map((file, i) => [file.path, i]));
  const rank = (path: string): number => order.get(path) ?? found.files.length;
  return [...journaled.files, ...added].sort((a, b) => rank(a.path) - rank(b.path));
}

function setAside(old: string, readable: boolean): ProblemData {
  return problemData('document-conflict', {
    severity: 'warning',
    message: readable
      ? 'The file was changed by something else since your last edits, which were not saved.'
      : 'The journal of this file cannot be replayed, so undo begins here.',
    fix: `The file is open as it is on disk; the journal of those edits is kept at ${old}.`,
    where: { file: old },
  });
}
