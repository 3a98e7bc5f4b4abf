import type { ExportFileView } from '../../core/studio/exportingCalls.ts';

/** A line of the tree: a folder with what is below it, or a file. */
export interface TreeRow {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly bytes: number;
  /** Files below; null for a file. */
  readonly files: number | null;
  readonly open: boolean;
}

/** Files as a tree from the top down, files before folders; what lies below a closed folder is left out. */
export function treeRows(files: readonly ExportFileView[], closed: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  addBelow('', files, 0, closed, rows);
  return rows;
}

function addBelow(
  folder: string,
  files: readonly ExportFileView[],
  depth: number,
  closed: ReadonlySet<string>,
  rows: TreeRow[],
): void {
  const skip = folder === '' ? 0 : folder.length + 1;
  const folders = new Map<string, ExportFileView[]>();
  for (const file of files) {
    const rest = file.path.slice(skip);
    const slash = rest.indexOf('/');
    if (slash < 0) rows.push({ path: file.path, name: rest, depth, bytes: file.bytes, files: null, open: false });
    else {
      const path = file.path.slice(0, skip + slash);
      const list = folders.get(path) ?? [];
      folders.set(path, list);
      list.push(file);
    }
  }
  for (const [path, below] of folders) {
    const open = !closed.has(path);
    const bytes = below.reduce((sum, file) => sum + file.bytes, 0);
    rows.push({ path, name: path.slice(skip), depth, bytes, files: below.length, open });
    if (open) addBelow(path, below, depth + 1, closed, rows);
  }
}
