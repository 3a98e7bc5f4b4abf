import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';

/** Where a pipeline's folder keeps what was taken out of it. */
export const trashFolder = '.trash';

/** Moves a file of a folder into that folder's trash, its time before its name. Throws `output-unwritable`. */
export async function moveToTrash(folder: string, file: string): Promise<void> {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  try {
    await mkdir(path.join(folder, trashFolder), { recursive: true });
    await rename(file, path.join(folder, trashFolder, `${stamp} ${path.basename(file)}`));
  } catch (cause) {
    throw new Problem('output-unwritable', {
      message: `"${path.basename(file)}" cannot be taken out of the folder: ${(cause as Error).message}.`,
      fix: 'Check the permissions of the folder.',
      where: { file },
      cause,
    });
  }
}
