import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { makeLimits } from '../../core/define/limits.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type Manifest, manifestName } from '../../core/serve/manifest.ts';
import { parseManifest } from '../../core/serve/manifestText.ts';
import { type OpenedDocument, openDocument } from '../files/documentFile.ts';
import { hashFile } from '../files/hashFile.ts';
import { decodeUtf8, readWhole } from '../files/host.ts';
import { sha256Of } from './sizes.ts';

/** A bundle whose every file is the one that was exported. */
export interface Bundle {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly opened: OpenedDocument;
  /** Folders with the user's own nodes, compiled. */
  readonly nodeFolders: readonly string[];
  /** Files that only deploy it, and are not here: an image does without them. */
  readonly without: readonly string[];
}

const manifestBytes = 64 * 1024 * 1024;
const hashedAtOnce = 4;

/** Reads `bundle.json`, and no other file. Throws `bundle-invalid` and `bundle-changed`. */
export async function readManifest(folder: string): Promise<Manifest> {
  const bytes = await readWhole(path.join(folder, manifestName), { name: manifestName, maxBytes: manifestBytes }).catch(
    (cause: unknown) => {
      throw new Problem('bundle-invalid', {
        message: `"${folder}" is no bundle: ${cause instanceof Error ? cause.message : cause}`,
        fix: 'Name the folder that `tributary export` wrote.',
        where: { file: manifestName },
        cause,
      });
    },
  );
  let text: string;
  try {
    text = decodeUtf8(bytes, manifestName);
  } catch (cause) {
    throw changed(manifestName, 'it is no text', cause);
  }
  return parseManifest(text, sha256Of);
}

/**
 * Opens a bundle and holds every file against its hash. Throws `bundle-invalid`, or `bundle-changed` naming the first file
 * that is missing, no plain file, or other than it was exported.
 */
export async function openBundle(folder: string): Promise<Bundle> {
  const root = path.resolve(folder);
  const manifest = await readManifest(root);
  const without = await holdFiles(root, manifest.files);
  const opened = await openDocument(path.join(root, manifest.document), makeLimits());
  return {
    folder: root,
    manifest,
    opened,
    nodeFolders: manifest.nodes.length === 0 ? [] : [path.join(root, 'nodes')],
    without,
  };
}

/**
 * Holds files of a bundle against their hashes; gives those that are absent and may be. For what must be known before the
 * whole is: code that is about to be loaded. Throws `bundle-changed`.
 */
export async function holdFiles(root: string, files: Manifest['files']): Promise<readonly string[]> {
  const without: string[] = [];
  const todo = [...files];
  const work = async (): Promise<void> => {
    for (let file = todo.shift(); file !== undefined; file = todo.shift()) {
      if (!(await holdsFile(root, file))) without.push(file.path);
    }
  };
  await Promise.all(Array.from({ length: hashedAtOnce }, work));
  return without.sort();
}

/** False when it is absent and may be. */
async function holdsFile(root: string, file: Manifest['files'][number]): Promise<boolean> {
  const place = path.join(root, ...file.path.split('/'));
  const found = await lstat(place).catch(() => null);
  if (found === null) {
    if (!file.served) return false;
    throw changed(file.path, 'it is not there');
  }
  if (!found.isFile()) throw changed(file.path, 'it is no plain file');
  if (found.size !== file.bytes) throw changed(file.path, `it has ${found.size} bytes, and had ${file.bytes}`);
  if ((await hashFile(place)) !== file.sha256) throw changed(file.path, 'its content is another');
  return true;
}

function changed(file: string, why: string, cause?: unknown): Problem {
  return new Problem('bundle-changed', {
    message: `"${file}" of the bundle is not the file that was exported: ${why}.`,
    fix: 'Copy the bundle again, or export it anew with what is wanted.',
    where: { file },
    cause,
  });
}
