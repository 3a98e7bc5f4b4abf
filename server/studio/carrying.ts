import path from 'node:path';
import { filesOf } from '../../core/check/files.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { Problem } from '../../core/problems/problem.ts';
import { copyNew, refuseOther } from '../../host/files/copyNew.ts';
import { readModelFile } from '../../host/files/modelFile.ts';
import { kindOfPath, makeFolder } from '../../host/files/userPath.ts';
import { walkFiles } from '../../host/files/walkFiles.ts';
import { openWorkspace, outsideReason } from '../../host/files/workspace.ts';
import type { BackEnd } from './backEnd.ts';
import { listMedia } from './mediaFiles.ts';
import { inTurn, type Session } from './sessions.ts';
import { writeNote } from './untitled.ts';

/**
 * Copies the files that a document names into another folder, at the same relative paths: models with their external
 * data, tokenisers, labels, sample media, folders of samples. Nothing that stands there is replaced by other content:
 * `document-conflict`, before anything of the document is written.
 */
export async function carryFiles(
  back: BackEnd,
  session: Session,
  document: PipelineDocument,
  to: string,
): Promise<void> {
  await makeFolder(to);
  const names = new Set(await namedFiles(back, session.folder, document));
  // Work in a folder of the studio's own leaves nothing behind there.
  if (session.ownFolder !== null) {
    const own = await walkFiles(session.ownFolder, { depth: 6, files: 5000, names: 20_000, wanted: () => true });
    for (const file of own) names.add(file.path);
  }
  // All are looked at before the first is written.
  for (const name of names) await refuseOther(path.join(session.folder, name), path.join(to, name));
  for (const name of names) await copyNew(path.join(session.folder, name), path.join(to, name));
}

/** Gives a session whose folder is a sample's a folder of its own, with the sample's files, before it is written to. */
export async function ownFolderOf(back: BackEnd, session: Session): Promise<string> {
  if (!session.borrowed) return session.folder;
  return inTurn(session, async () => {
    if (!session.borrowed) return session.folder;
    const folder = path.join(back.state.untitled, session.id);
    await makeFolder(folder);
    const names = new Set(await namedFiles(back, session.folder, session.edited.document));
    for (const media of await listMedia(session.folder)) names.add(media.path);
    for (const name of names) await copyNew(path.join(session.folder, name), path.join(folder, name));
    session.folder = folder;
    session.ownFolder = folder;
    session.borrowed = false;
    const { sample, openedAt } = session;
    const note = { folder, borrowed: false, ownFolder: folder, sample, openedAt, pid: process.pid };
    await writeNote(back.state, session.id, note);
    return folder;
  });
}

/** Files of the folder that a document stands on, as relative paths. Names that lead outside are left out: check tells of them. */
async function namedFiles(back: BackEnd, folder: string, document: PipelineDocument): Promise<readonly string[]> {
  const workspace = await openWorkspace(folder);
  const found = new Set<string>();
  const wanted = filesOf({ ...document, nodes: document.nodes.map((n) => ({ ...n, disabled: false })) }, back.registry);
  const models = new Set(wanted.filter((file) => file.role === 'onnx').map((file) => file.path));
  const texts = document.nodes.flatMap((node) =>
    Object.values(node.params).filter((value) => typeof value === 'string'),
  );
  const named = new Set([...wanted.map((file) => file.path), ...document.files.map((file) => file.path), ...texts]);
  for (const name of named) {
    if (name.length > 1000 || outsideReason(name) !== null) continue;
    const file = await workspace.resolvePath(name).catch(() => null);
    if (file === null || file === workspace.folder) continue;
    const kind = await kindOfPath(file);
    if (kind === 'file') found.add(name);
    else if (kind === 'folder') {
      const inside = await walkFiles(file, { depth: 0, files: 5000, names: 20_000, wanted: () => true });
      for (const one of inside) found.add(path.posix.join(name, one.path));
    }
    if (!models.has(name)) continue;
    const { model } = await readModelFile(file, name).catch((error: unknown) => {
      if (error instanceof Problem) return { model: { externalData: [] } };
      throw error;
    });
    for (const data of model.externalData) {
      const beside = path.posix.join(path.posix.dirname(name), data);
      if ((await workspace.resolvePath(beside).catch(() => null)) !== null) found.add(beside);
    }
  }
  return [...found].sort();
}
