import path from 'node:path';
import { type PipelineDocument, schemaVersion } from '../../core/graph/document.ts';
import { type Edited, emptyHistory } from '../../core/graph/history.ts';
import { writeJournalLine } from '../../core/graph/journal.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import type { OpenedSession } from '../../core/studio/api.ts';
import { openDocument as readDocument, realPath } from '../../host/files/documentFile.ts';
import { beginJournal, setAsideJournal } from '../../host/files/journalFile.ts';
import { takeLock } from '../../host/files/locks.ts';
import { removeOwn } from '../../host/files/stateFile.ts';
import { kindOfPath, makeFolder } from '../../host/files/userPath.ts';
import type { BackEnd } from './backEnd.ts';
import { endSession } from './closing.ts';
import { restoreJournal, restoreUntitled } from './journals.ts';
import { proposeDocument } from './newDocument.ts';
import { inTurn, type Session } from './sessions.ts';
import { newId } from './statePaths.ts';
import { forgetUntitled, readNote, untitledId, writeNote } from './untitled.ts';
import { watchDocument } from './watching.ts';
import { holderText } from './words.ts';

interface OpenArgs {
  readonly path: string;
  readonly copy?: boolean;
  readonly readOnly?: boolean;
}

/** Opens a document's file (or folder), a copy of it, or untitled work by its journal. */
export async function openDocument(back: BackEnd, client: string, args: OpenArgs): Promise<OpenedSession> {
  await back.sessions.settled();
  const untitled = untitledId(back.state, args.path);
  if (untitled !== null) return reopenUntitled(back, client, untitled);
  const found = await readDocument(args.path, back.limits);
  // A shipped sample is never written over by accident: without a word it opens as a copy.
  if (args.copy ?? sampleName(back, found.folder) !== null) {
    const session = blankSession(back, client, {
      folder: found.folder,
      borrowed: true,
      sample: sampleName(back, found.folder),
      edited: { document: found.document, history: emptyHistory },
      readOnly: found.readOnly,
    });
    await beginUntitled(back, session);
    return describe(session, { unsaved: false, warnings: found.warnings });
  }
  const file = await realPath(found.file);
  // A window that comes back to its file after a reload goes on where it was.
  for (const old of back.sessions.all()) if (old.client === client && old.path === file) await endSession(back, old);
  const session = blankSession(back, client, {
    folder: found.folder,
    sample: sampleName(back, found.folder),
    edited: { document: found.document, history: emptyHistory },
    readOnly: found.readOnly || args.readOnly === true,
    path: file,
    sha256: found.sha256,
  });
  try {
    const restored = await attach(back, session, found.document);
    await back.recent.add(file, session.edited.document.name);
    return describe(session, { ...restored, warnings: [...found.warnings, ...restored.warnings] });
  } catch (error) {
    await endSession(back, session);
    throw error;
  }
}

/** An empty pipeline in a folder of its own, or one around a model, which is copied there. */
export async function newDocument(back: BackEnd, client: string, model: string | undefined): Promise<OpenedSession> {
  back.sessions.requireRoom();
  const id = newId();
  const folder = path.join(back.state.untitled, id);
  await makeFolder(folder);
  try {
    const document = model === undefined ? emptyDocument() : await proposeDocument(back, folder, model);
    const session = blankSession(back, client, {
      id,
      folder,
      ownFolder: folder,
      edited: { document, history: emptyHistory },
    });
    await beginUntitled(back, session);
    return describe(session, { unsaved: model !== undefined, warnings: [] });
  } catch (error) {
    await removeOwn(folder);
    await forgetUntitled(back.state, id);
    throw error;
  }
}

/** The file as it is on disk now; edits that were not saved are set aside with their journal. */
export function reloadDocument(back: BackEnd, session: Session): Promise<OpenedSession> {
  return inTurn(session, async () => {
    if (session.path === null) {
      throw new Problem('usage', {
        message: 'This pipeline has no file yet, so there is nothing to reload.',
        fix: 'Save it first; undo takes back what you did.',
      });
    }
    const found = await readDocument(session.path, back.limits);
    session.sha256 = found.sha256;
    session.edited = { document: found.document, history: emptyHistory };
    session.linesTaken = 0;
    if (session.journal !== null) {
      const { file } = session.journal;
      await session.journal.close();
      session.journal = null;
      await setAsideJournal(file);
      const base = { line: 'base', document: found.document, sha256: found.sha256 } as const;
      session.journal = await beginJournal(file, writeJournalLine(base));
    }
    return describe(session, { unsaved: false, warnings: found.warnings });
  });
}

/**
 * Ties a session to its file: lock, journal, watch. The journal belongs to whoever has the lock; a second window on the
 * same file keeps one of its own for as long as it is open.
 */
export async function attach(
  back: BackEnd,
  session: Session,
  onDisk: PipelineDocument,
): Promise<{ readonly unsaved: boolean; readonly recovered: boolean; readonly warnings: readonly ProblemData[] }> {
  const file = session.path;
  if (file === null) return { unsaved: false, recovered: false, warnings: [] };
  session.stopWatching = watchDocument(back, session);
  if (session.readOnly) return { unsaved: false, recovered: false, warnings: [] };
  await takeFile(back, session, file);
  if (session.lock === null) {
    const side = `${back.state.journalOf(file)}.${session.id}`;
    const base = { line: 'base', document: onDisk, sha256: session.sha256 } as const;
    session.journal = await beginJournal(side, writeJournalLine(base));
    return { unsaved: false, recovered: false, warnings: [] };
  }
  const restored = await restoreJournal(back.state.journalOf(file), onDisk, session.sha256 ?? '');
  session.journal = restored.journal;
  session.edited = restored.edited;
  return { unsaved: restored.unsaved, recovered: restored.unsaved, warnings: restored.warnings };
}

/** Takes the lock of a file, or notes who has it. */
export async function takeFile(back: BackEnd, session: Session, file: string): Promise<void> {
  session.otherSession = back.sessions.all().some((other) => other !== session && other.path === file && other.lock);
  if (session.otherSession) {
    session.lock = null;
    return;
  }
  const lock = await takeLock(back.state.lockOf(file));
  session.otherHolder = lock.heldBy;
  session.lock = lock.heldBy === null ? lock : null;
}

async function reopenUntitled(back: BackEnd, client: string, id: string): Promise<OpenedSession> {
  const open = back.sessions.find(id);
  if (open !== undefined) {
    if (open.client !== client) throw gone('another window has it open');
    await endSession(back, open, { keep: true });
  }
  const note = await readNote(back.state, id);
  if (note === null || (await kindOfPath(note.folder)) !== 'folder') throw gone('its folder is not there any more');
  const restored = await restoreUntitled(back.state.untitledJournal(id));
  if (restored === null) throw gone('nothing in its journal can be read');
  const { folder, borrowed, ownFolder, sample } = note;
  const session = blankSession(back, client, { id, folder, borrowed, ownFolder, sample, edited: restored.edited });
  session.journal = restored.journal;
  await writeNote(back.state, id, { ...note, openedAt: Date.now(), pid: process.pid });
  return describe(session, { unsaved: restored.unsaved, recovered: restored.unsaved, warnings: [] });
}

async function beginUntitled(back: BackEnd, session: Session): Promise<void> {
  const { folder, borrowed, ownFolder, sample, openedAt } = session;
  await writeNote(back.state, session.id, { folder, borrowed, ownFolder, sample, openedAt, pid: process.pid });
  const base = { line: 'base', document: session.edited.document, sha256: null } as const;
  session.journal = await beginJournal(back.state.untitledJournal(session.id), writeJournalLine(base));
}

function blankSession(back: BackEnd, client: string, given: Partial<Session> & { readonly edited: Edited }): Session {
  back.sessions.requireRoom();
  const session: Session = {
    id: newId(),
    client,
    openedAt: Date.now(),
    path: null,
    folder: '',
    borrowed: false,
    ownFolder: null,
    sample: null,
    readOnly: false,
    sha256: null,
    journal: null,
    linesTaken: 0,
    lock: null,
    otherHolder: null,
    otherSession: false,
    stopWatching: () => undefined,
    queue: Promise.resolve(),
    ...given,
  };
  back.sessions.add(session);
  return session;
}

function describe(
  session: Session,
  more: {
    readonly unsaved: boolean;
    readonly recovered?: boolean;
    readonly warnings: readonly ProblemData[];
  },
): OpenedSession {
  return {
    session: session.id,
    path: session.path,
    folder: session.folder,
    document: session.edited.document,
    history: session.edited.history,
    readOnly: session.readOnly,
    recovered: more.recovered ?? false,
    unsaved: more.unsaved,
    alsoOpen: holderText(session),
    warnings: more.warnings,
    ...(session.path === null && session.journal !== null ? { recovery: session.journal.file } : {}),
  };
}

/** The sample's name when a folder is a shipped sample's. */
function sampleName(back: BackEnd, folder: string): string | null {
  const relative = path.relative(back.samplesFolder, folder);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? null : relative;
}

function emptyDocument(): PipelineDocument {
  const lists = { nodes: [], wires: [], groups: [], notes: [], files: [] };
  return { schemaVersion, name: 'Untitled', ...lists, inputs: {}, outputs: {} };
}

function gone(why: string): Problem {
  return new Problem('file-missing', {
    message: `That unsaved pipeline cannot be opened: ${why}.`,
    fix: 'Begin a new pipeline, or open one from its file.',
  });
}
