import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExportFile } from '../../../core/export/target.ts';
import { textOf } from './exportInput.ts';

/** Writes the files of a target that are text below `folder`. */
export function writeFiles(folder: string, files: readonly ExportFile[]): void {
  for (const { path: name } of files) {
    const to = path.join(folder, name);
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, textOf(files, name));
  }
}
