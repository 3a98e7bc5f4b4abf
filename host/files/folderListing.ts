import { readdir, realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { naturalOrder } from './naturalOrder.ts';
import { readFailure } from './readFailure.ts';

export interface ListedFolder {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly {
    readonly name: string;
    readonly folder: boolean;
    readonly bytes: number;
    readonly modifiedAt: number;
  }[];
}

const mostEntries = 5000;

/** Folders first, then the files that fit, hidden ones left out; null begins in the home folder. Throws `file-missing` and `file-unreadable`. */
export async function listFolder(named: string | null, fits: (name: string) => boolean): Promise<ListedFolder> {
  const asked = path.resolve(named ?? os.homedir());
  const folder = await realpath(asked).catch((error: unknown) => {
    throw readFailure(error, asked, 'a folder');
  });
  const names = await readdir(folder).catch((error: unknown) => {
    throw readFailure(error, asked, 'a folder');
  });
  const shown = names.filter((name) => !name.startsWith('.')).sort(naturalOrder);
  const entries = [];
  for (const name of shown) {
    const found = await stat(path.join(folder, name)).catch(() => null);
    if (found === null || !(found.isDirectory() || (found.isFile() && fits(name)))) continue;
    const { size, mtimeMs } = found;
    entries.push({
      name,
      folder: found.isDirectory(),
      bytes: found.isDirectory() ? 0 : size,
      modifiedAt: Math.round(mtimeMs),
    });
    if (entries.length >= mostEntries) break;
  }
  const parent = path.dirname(folder);
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    entries: [...entries.filter((entry) => entry.folder), ...entries.filter((entry) => !entry.folder)],
  };
}
