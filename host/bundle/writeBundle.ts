import { randomBytes } from 'node:crypto';
import { chmod, constants, copyFile, lstat, mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';
import { manifestName } from '../../core/serve/manifest.ts';
import { hashFile } from '../files/hashFile.ts';
import { makeFolder } from '../files/makeFolder.ts';
import type { PlannedExport } from './planExport.ts';
import { contentBytes } from './sizes.ts';
import { readManifest } from './verify.ts';

export interface WriteListeners {
  readonly signal?: AbortSignal;
  /** After each file. */
  readonly onFile?: (done: number, of: number, path: string) => void;
}

/**
 * Writes an export into a folder that is new, empty, or holds an older one of ours and nothing else: beside it first, then
 * put in its place in one step, so that the old or the new one stands there whole. Throws `output-unwritable`, and
 * `document-conflict` where other files lie; nothing of those is touched.
 */
export async function writeBundle(
  folder: string,
  files: PlannedExport['files'],
  { signal, onFile }: WriteListeners = {},
): Promise<void> {
  const target = path.resolve(folder);
  const before = await whatIsThere(target);
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await makeFolder(path.dirname(target));
    await mkdir(beside, { mode: 0o755 });
    for (const [at, file] of files.entries()) {
      signal?.throwIfAborted();
      await writeOne(beside, file);
      onFile?.(at + 1, files.length, file.path);
    }
    await putInPlace(beside, target, before);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    if (error instanceof Problem || signal?.aborted) throw error;
    throw unwritable(target, error);
  }
}

async function writeOne(beside: string, file: PlannedExport['files'][number]): Promise<void> {
  const { content, mode = 0o644, listed } = file;
  const to = path.join(beside, ...file.path.split('/'));
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 });
  if ('copy' in content) {
    await copyFile(content.copy.from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    // What was hashed and recorded is what must be shipped, though somebody may have changed it meanwhile.
    if ((await hashFile(to)) !== listed.sha256)
      throw new Problem('model-changed', {
        message: `"${file.path}" changed while it was exported.`,
        fix: 'Export again.',
        where: { file: file.path },
      });
  } else await writeFile(to, contentBytes(content), { flag: 'wx' });
  await chmod(to, mode);
}

/** What stands at the target. Throws `document-conflict` for anything that an export may not replace. */
async function whatIsThere(target: string): Promise<'nothing' | 'empty' | 'bundle'> {
  const found = await lstat(target).catch(() => null);
  if (found === null) return 'nothing';
  if (!found.isDirectory())
    throw conflict(
      target,
      found.isSymbolicLink() ? 'is a link' : 'is no folder',
      'Name a folder that is new or empty.',
    );
  const there = await filesBelow(target);
  if (there.length === 0) return 'empty';
  const manifest = there.includes(manifestName) ? await readManifest(target).catch(() => null) : null;
  if (manifest === null)
    throw conflict(
      target,
      `holds files, ${JSON.stringify(there[0])} for one, and is no export of Tributary`,
      'Name a folder that is new or empty.',
    );
  const own = new Set([manifestName, ...manifest.files.map((file) => file.path)]);
  const foreign = there.filter((file) => !own.has(file));
  if (foreign.length === 0) return 'bundle';
  const what = foreign[0].startsWith('node_modules/') ? 'node_modules' : foreign[0];
  throw conflict(
    target,
    `holds ${foreign.length} files that no export put there, ${JSON.stringify(what)} for one`,
    'Move them away, or name another folder.',
  );
}

async function putInPlace(beside: string, target: string, before: 'nothing' | 'empty' | 'bundle'): Promise<void> {
  if (before === 'empty') await rmdir(target);
  if (before !== 'bundle') return rename(beside, target);
  const old = `${beside}.old`;
  await rename(target, old);
  try {
    await rename(beside, target);
  } catch (error) {
    await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** Paths of all that is no folder, with `/`, hidden ones too. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

function conflict(target: string, why: string, fix: string): Problem {
  return new Problem('document-conflict', { message: `"${target}" ${why}.`, fix, where: { file: target } });
}

function unwritable(target: string, cause: unknown): Problem {
  return new Problem('output-unwritable', {
    message: `"${target}" cannot be written: ${cause instanceof Error ? cause.message : cause}.`,
    fix: 'Check free space and permissions; what stood there is unchanged.',
    where: { file: target },
    cause,
  });
}
