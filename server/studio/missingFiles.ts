import path from 'node:path';
import { filesOf } from '../../core/check/files.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { FoundFile } from '../../core/studio/api.ts';
import { findByHash, type LostFile } from '../../host/files/findByHash.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import type { BackEnd } from './backEnd.ts';
import type { Session } from './sessions.ts';

const patienceMs = 20_000;

/** Looks for the files that a document names and that are not there: in its folder, the folders named, those of recent files. */
export async function findMissing(
  back: BackEnd,
  session: Session,
  document: PipelineDocument,
  folders: readonly string[],
): Promise<readonly FoundFile[]> {
  const recorded = new Map(document.files.map((file) => [file.path, file.sha256]));
  const named = new Set([...filesOf(document, back.registry).map((file) => file.path), ...recorded.keys()]);
  const workspace = await openWorkspace(session.folder);
  const lost: LostFile[] = [];
  for (const name of named) {
    const there = await workspace.resolvePath(name).catch(() => null);
    if (there === null) lost.push({ path: name, sha256: recorded.get(name) ?? '' });
  }
  if (lost.length === 0) return [];
  const recent = (await back.recent.list()).map((file) => file.folder);
  const absolute = folders.filter((folder) => path.isAbsolute(folder));
  const found = await findByHash(lost, [session.folder, ...absolute, ...recent], patienceMs);
  return lost.map((file) => ({ ...file, foundAt: found.get(file.path) ?? null }));
}
