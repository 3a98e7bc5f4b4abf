import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from './documentFile.ts';
import { decodeUtf8, readWhole } from './host.ts';

const mostBytes = 16 * 1024 * 1024;

/** A small JSON file of the program's own; null when it is absent or broken: such a file is never worth failing for. */
export async function readState(file: string): Promise<unknown> {
  try {
    return JSON.parse(decodeUtf8(await readWhole(file, { name: path.basename(file), maxBytes: mostBytes }), file));
  } catch {
    return null;
  }
}

/** Replaces it in one step. Throws `output-unwritable`. */
export async function writeState(file: string, value: unknown): Promise<void> {
  await replaceFile(file, new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`));
}

/** Names in a folder, hidden ones too; empty when it is not there. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** Removes a file or folder of the program's own; quiet when it is not there. */
export async function removeOwn(target: string): Promise<void> {
  await rm(target, { recursive: true, force: true }).catch(() => undefined);
}
