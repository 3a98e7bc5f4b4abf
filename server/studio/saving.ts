import path from 'node:path';
import { filesOf } from '../../core/check/files.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { type Edited, emptyHistory, undoEdit } from '../../core/graph/history.ts';
import { writeJournalLine } from '../../core/graph/journal.ts';
import { parseDocument } from '../../core/graph/parse.ts';
import { writeDocument } from '../../core/graph/write.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { StudioResults } from '../../core/studio/api.ts';
import { documentSuffix, realPath, saveDocument as writeFile } from '../../host/files/documentFile.ts';
import { readFacts } from '../../host/files/facts.ts';
import { safeFileName } from '../../host/files/fileNames.ts';
import { beginJournal } from '../../host/files/journalFile.ts';
import { openProfileStore, profilesName } from '../../host/files/profileStore.ts';
import { removeOwn } from '../../host/files/stateFile.ts';
import { kindOfPath } from '../../host/files/userPath.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import type { BackEnd } from './backEnd.ts';
import { carryFiles } from './carrying.ts';
import { copyJournal, cutToSaved } from './journals.ts';
import { takeFile } from './opening.ts';
import { profilesOf } from './profiling/place.ts';
import { inTurn, type Session } from './sessions.ts';
import { forgetUntitled } from './untitled.ts';
import { watchDocument } from './watching.ts';
import { holderText } from './words.ts';

interface SaveArgs {
  readonly path?: string;
  readonly replace?: boolean;
}

/** Saves a document where it came from, or under another name with the files that it stands on. */
export function saveDocument(
  back: BackEnd,
  session: Session,
  given: PipelineDocument,
  args: SaveArgs,
): Promise<StudioResults['saveDocument']> {
  return inTurn(session, async () => {
    const { document, readOnly } = parseDocument(writeDocument(given), back.limits, `"${given.name}"`);
    if (readOnly) throw newer(given);
    const target = await targetOf(session, document, args.path);
    return target === session.path
      ? saveInPlace(back, session, document, target, args.replace === true)
      : saveAs(back, session, document, target, args.replace === true);
  });
}

async function saveInPlace(
  back: BackEnd,
  session: Session,
  given: PipelineDocument,
  target: string,
  replace: boolean,
): Promise<StudioResults['saveDocument']> {
  if (session.readOnly) {
    throw new Problem('usage', {
      message: `"${path.basename(target)}" is open for reading only.`,
      fix: 'Save it under another name.',
      where: { file: target },
    });
  }
  // Whoever had the file may have closed it by now.
  if (session.lock === null) await takeOver(back, session, target);
  if (session.lock === null && !replace) throw conflict(target, holderText(session) ?? 'Another has it open.');
  const document = await withHashes(back, session.folder, given);
  const replaces = replace ? undefined : (session.sha256 ?? undefined);
  const sha256 = await writeFile(target, document, { replaces });
  session.sha256 = sha256;
  await noteSaved(session, document, sha256);
  await back.recent.add(target, document.name);
  return { path: target, folder: session.folder, sha256, document };
}

async function saveAs(
  back: BackEnd,
  session: Session,
  given: PipelineDocument,
  target: string,
  replace: boolean,
): Promise<StudioResults['saveDocument']> {
  if (!replace && (await kindOfPath(target)) !== null) throw conflict(target, 'There is a file of that name already.');
  const folder = path.dirname(target);
  if (folder !== session.folder) await carryFiles(back, session, given, folder);
  await profilesOf(back, session).copyTo(openProfileStore(folder, profilesName(target)));
  const document = await withHashes(back, folder, given);
  const sha256 = await writeFile(target, document);
  const before = { path: session.path, ownFolder: session.ownFolder, journal: session.journal, lock: session.lock };
  session.stopWatching();
  Object.assign(session, { path: target, folder, borrowed: false, ownFolder: null, sha256, readOnly: false });
  await takeFile(back, session, target);
  const journalFile = back.state.journalOf(target) + (session.lock === null ? `.${session.id}` : '');
  const from = before.journal?.file ?? null;
  session.journal =
    (from === null ? null : await copyJournal(from, journalFile)) ??
    (await beginJournal(journalFile, writeJournalLine({ line: 'base', document, sha256 })));
  await noteSaved(session, document, sha256);
  await before.journal?.close();
  if (before.path === null) await forgetUntitled(back.state, session.id);
  // The file that it came from stands as it was last saved, and so does its journal.
  else if (from !== null && before.lock === null) await removeOwn(from);
  else if (from !== null) await cutToSaved(from);
  await before.lock?.release();
  session.stopWatching = watchDocument(back, session);
  await back.recent.add(target, document.name);
  return { path: target, folder, sha256, document };
}

/**
 * Writes down that a document was saved. One that the journal does not lead to (its lines never arrived) begins it anew:
 * else it would give back an older one.
 */
async function noteSaved(session: Session, document: PipelineDocument, sha256: string): Promise<void> {
  const { journal } = session;
  if (journal === null) return;
  if (leadsTo(session.edited, document)) {
    const { edited } = session;
    session.edited = { ...edited, document: { ...edited.document, files: document.files } };
    return journal.append(writeJournalLine({ line: 'saved', sha256 }));
  }
  await journal.close();
  session.journal = await beginJournal(journal.file, writeJournalLine({ line: 'base', document, sha256 }));
  session.edited = { document, history: emptyHistory };
  session.linesTaken = 0;
}

/** Edits may have been made while it was saved: the document stands then some steps back. */
const mostStepsBack = 20;

function leadsTo(edited: Edited, document: PipelineDocument): boolean {
  const text = writeDocument({ ...document, files: [] });
  let state = edited;
  for (let step = 0; step <= mostStepsBack; step++) {
    if (writeDocument({ ...state.document, files: [] }) === text) return true;
    if (state.history.at === 0) return false;
    state = undoEdit(state);
  }
  return false;
}

/** Takes the lock when nobody has it any more, and the file's journal with it. */
async function takeOver(back: BackEnd, session: Session, target: string): Promise<void> {
  const side = session.journal;
  await takeFile(back, session, target);
  if (session.lock === null || side === null) return;
  const file = back.state.journalOf(target);
  const copied = await copyJournal(side.file, file);
  if (copied === null) return;
  await side.close();
  await removeOwn(side.file);
  session.journal = copied;
}

/** Absolute, its links followed, with the ending of a pipeline. */
async function targetOf(session: Session, document: PipelineDocument, named: string | undefined): Promise<string> {
  if (named === undefined) {
    if (session.path !== null) return session.path;
    throw new Problem('usage', {
      message: `"${document.name}" has no file yet.`,
      fix: 'Say where it is to be saved.',
    });
  }
  if (!path.isAbsolute(named) || named.includes('\0')) {
    throw new Problem('usage', {
      message: `"${named.slice(0, 200)}" is not the full path of a file.`,
      fix: 'Name the folder and the file, from the root on.',
    });
  }
  const inFolder = (await kindOfPath(named)) === 'folder';
  const file = inFolder ? path.join(named, safeFileName(document.name)) : path.resolve(named);
  const ended = file.endsWith(documentSuffix) ? file : file.replace(/(\.tributary)?(\.json)?$/, documentSuffix);
  return (await kindOfPath(ended)) === null
    ? path.join(await realPath(path.dirname(ended)), path.basename(ended))
    : realPath(ended);
}

/**
 * Records the hash of each file that the pipeline stands on and that has no record yet. A record stays although the file
 * is another by now, so that it is told; one of a file that nothing names and that is gone goes.
 */
export async function withHashes(back: BackEnd, folder: string, document: PipelineDocument): Promise<PipelineDocument> {
  const wanted = filesOf(document, back.registry).filter((file) => file.role !== 'media');
  const facts = await readFacts(await openWorkspace(folder), wanted);
  const files = [];
  for (const file of document.files) {
    const named = document.nodes.some((node) => Object.values(node.params).includes(file.path));
    if (named || (await kindOfPath(path.join(folder, file.path))) !== null) files.push(file);
  }
  const recorded = new Set(files.map((file) => file.path));
  for (const { path: name } of wanted) {
    const sha256 = facts.get(name)?.sha256 ?? '';
    if (recorded.has(name) || sha256 === '') continue;
    recorded.add(name);
    files.push({ path: name, sha256 });
  }
  return { ...document, files };
}

function conflict(target: string, why: string): Problem {
  return new Problem('document-conflict', {
    message: `"${path.basename(target)}" was not saved. ${why}`,
    fix: 'Save under another name, or replace it.',
    where: { file: target },
  });
}

function newer(document: PipelineDocument): Problem {
  return new Problem('document-newer', {
    message: `"${document.name}" was made with a newer Tributary: saved from here it would lose what this one does not know.`,
    fix: 'Update Tributary to change it.',
  });
}
