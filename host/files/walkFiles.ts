import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { naturalOrder } from './naturalOrder.ts';

export interface FoundFile {
  /** Relative to the folder, with /. */
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
  readonly modifiedAt: number;
}

export interface WalkOptions {
  /** Folders below the first that are entered: 0 for none. */
  readonly depth: number;
  /** Most files that are given. */
  readonly files: number;
  /** Most names that are looked at. */
  readonly names: number;
  readonly wanted: (name: string) => boolean;
}

/** Plain files under a folder, in natural order, folder by folder. Hidden names, links and node_modules are left out. */
export async function walkFiles(root: string, options: WalkOptions): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  let looked = 0;
  const todo = [{ folder: '', depth: 0 }];
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    const { folder, depth } = next;
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
    entries.sort((a, b) => naturalOrder(a.name, b.name));
    for (const entry of entries) {
      if (++looked > options.names || found.length >= options.files) return found;
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < options.depth) todo.push({ folder: relative, depth: depth + 1 });
      if (!entry.isFile() || !options.wanted(entry.name)) continue;
      const file = path.join(root, relative);
      const facts = await stat(file).catch(() => null);
      if (facts !== null)
        found.push({ path: relative, file, bytes: facts.size, modifiedAt: Math.round(facts.mtimeMs) });
    }
  }
  return found;
}
