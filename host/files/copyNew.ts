import { constants } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';
import { hashFile } from './hashFile.ts';
import { makeFolder } from './makeFolder.ts';

/**
 * Copies a file where none stands, making folders. One of the same content that stands there will do; another throws
 * `document-conflict`. Throws `output-unwritable` too.
 */
export async function copyNew(from: string, to: string): Promise<void> {
  try {
    await makeFolder(path.dirname(to));
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      return refuseOther(from, to);
    }
    throw new Problem('output-unwritable', {
      message: `"${from}" could not be copied to "${to}": ${(cause as Error).message}.`,
      fix: 'Check free space and permissions.',
      where: { file: to },
      cause,
    });
  }
}

/** Throws `document-conflict` when something of other content stands where a file is to be copied to. */
export async function refuseOther(from: string, to: string): Promise<void> {
  if ((await stat(to).catch(() => null)) === null || (await sameContent(from, to))) return;
  throw new Problem('document-conflict', {
    message: `"${to}" is there already, with another content than the pipeline's file of that name.`,
    fix: 'Save in another folder, or move that file away.',
    where: { file: to },
  });
}

/** Whether two files hold the same bytes. */
async function sameContent(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(a), stat(b)]);
  if (!first.isFile() || !second.isFile() || first.size !== second.size) return false;
  return (await hashFile(a)) === (await hashFile(b));
}
