import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../core/problems/problem.ts';
import { naturalOrder } from './naturalOrder.ts';

/** What stands at a path that the user named; links are followed. */
export async function kindOfPath(name: string): Promise<'file' | 'folder' | 'other' | null> {
  const found = await stat(name).catch(() => null);
  if (found === null) return null;
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
}

/** Names of the plain files of a folder, hidden ones left out, in natural order. Empty when there is no such folder. */
export async function plainFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile() || (entry.isSymbolicLink() && (await kindOfPath(path.join(folder, entry.name))) === 'file'))
      names.push(entry.name);
  }
  return names.sort(naturalOrder);
}

/** Names of the folders in a folder, hidden ones left out, in natural order. */
export async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort(naturalOrder);
}

/** Copies a file, making folders as needed. Throws `output-unwritable`. */
export async function copyInto(from: string, to: string): Promise<void> {
  try {
    await makeFolders(path.resolve(path.dirname(to)));
    await copyFile(from, to);
  } catch (cause) {
    throw new Problem('output-unwritable', {
      message: `"${from}" could not be copied to "${to}": ${(cause as Error).message}.`,
      fix: 'Check free space and permissions.',
      where: { file: to },
      cause,
    });
  }
}

/** Makes a folder and those above it. Throws `output-unwritable`. */
export async function makeFolder(folder: string): Promise<void> {
  await makeFolders(path.resolve(folder)).catch((cause: unknown) => {
    throw new Problem('output-unwritable', {
      message: `The folder "${folder}" could not be made: ${cause instanceof Error ? cause.message : cause}.`,
      fix: 'Check free space and permissions.',
      where: { file: folder },
      cause,
    });
  });
}

/** One after the other: in Node 20 `mkdir` with `recursive` never ends where a folder says that it is not there, as /proc does. */
async function makeFolders(folder: string): Promise<void> {
  if ((await kindOfPath(folder)) === 'folder') return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolders(parent);
  await mkdir(folder).catch(async (error: unknown) => {
    if ((await kindOfPath(folder)) !== 'folder') throw error;
  });
}

/** A path inside Tributary's own folder, from sources and from the bundle alike. */
export function ownPath(name: string): string {
  return fileURLToPath(new URL(/\.m?js$/.test(import.meta.url) ? `../${name}` : `../../${name}`, import.meta.url));
}

/** Version of a package that is installed here, without loading it; empty when it is not there. */
export async function packageVersion(name: string): Promise<string> {
  try {
    const { version } = JSON.parse(await readFile(ownPath(`node_modules/${name}/package.json`), 'utf8')) as {
      version: string;
    };
    return version;
  } catch {
    return '';
  }
}

/** Set by the build of a bundle's server, beside which lies the package.json of the bundle. */
declare const TRIBUTARY_VERSION: string | undefined;

export async function ownVersion(): Promise<string> {
  if (typeof TRIBUTARY_VERSION !== 'undefined') return TRIBUTARY_VERSION;
  const { version } = JSON.parse(await readFile(ownPath('package.json'), 'utf8')) as { version: string };
  return version;
}
