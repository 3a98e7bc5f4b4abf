import { createHash } from 'node:crypto';
import { open, readdir, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Limits } from '../../core/define/limits.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { parseDocument } from '../../core/graph/parse.ts';
import { writeDocument } from '../../core/graph/write.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import { decodeUtf8, readWhole } from './host.ts';
import { makeFolder } from './makeFolder.ts';

export const documentSuffix = '.tributary.json';

/** A document as it was found on disk. */
export interface OpenedDocument {
  /** Absolute path of the document. */
  readonly file: string;
  /** Its folder, which is the pipeline's workspace. */
  readonly folder: string;
  readonly document: PipelineDocument;
  readonly readOnly: boolean;
  readonly warnings: readonly ProblemData[];
  /** Of the bytes that were read; saving over another version is refused by it. */
  readonly sha256: string;
}

/**
 * Opens `name.tributary.json`, or the only document of a folder. Its size is asked before it is read. Throws
 * `file-missing`, `document-too-large`, `document-json` and whatever else `parseDocument` does.
 */
export async function openDocument(target: string, limits: Limits): Promise<OpenedDocument> {
  const file = await findDocument(target);
  const name = path.basename(file);
  const data = await readWhole(file, {
    name,
    maxBytes: limits.documentBytes,
    tooLargeCode: 'document-too-large',
  });
  let text: string;
  try {
    text = decodeUtf8(data, name);
  } catch (cause) {
    throw new Problem('document-json', {
      message: `${name} is not valid JSON: it is not UTF-8 text.`,
      fix: 'Save the document as UTF-8.',
      where: { file: name },
      cause,
    });
  }
  const parsed = parseDocument(text, limits, name);
  return { file, folder: path.dirname(file), ...parsed, sha256: sha256Of(data) };
}

/** Where links lead; the path itself, made absolute, when nothing is there. */
export function realPath(file: string): Promise<string> {
  return realpath(file).catch(() => path.resolve(file));
}

/** The document that a path means: itself, or the only `*.tributary.json` of a folder. */
export async function findDocument(target: string): Promise<string> {
  const absolute = path.resolve(target);
  const found = await stat(absolute).catch(() => null);
  if (found?.isFile()) return absolute;
  if (!found?.isDirectory()) {
    const suffixed = absolute + documentSuffix;
    if (!absolute.endsWith(documentSuffix) && (await stat(suffixed).catch(() => null))?.isFile()) return suffixed;
    throw new Problem('file-missing', {
      message: `There is no pipeline at "${target}".`,
      fix: `Name a ${documentSuffix} file or a folder that holds one; \`tributary new\` makes one.`,
      where: { file: target },
    });
  }
  const names = (await readdir(absolute)).filter((n) => n.endsWith(documentSuffix) && !n.startsWith('.')).sort();
  if (names.length === 1) return path.join(absolute, names[0]);
  throw new Problem(names.length === 0 ? 'file-missing' : 'usage', {
    message:
      names.length === 0
        ? `The folder "${target}" holds no ${documentSuffix} file.`
        : `The folder "${target}" holds ${names.length} pipelines: ${names.slice(0, 5).join(', ')}.`,
    fix: names.length === 0 ? 'Name another folder, or make a pipeline with `tributary new`.' : 'Name one of them.',
    where: { file: target },
  });
}

export interface SaveOptions {
  /** sha256 of the version that this one was made from; `document-conflict` when the disk holds another. */
  readonly replaces?: string;
}

/**
 * Writes a document so that the old or the new one is on disk whole, whatever happens in between: written beside,
 * flushed, renamed over, folder flushed. A link is kept and its target replaced. Returns the new sha256.
 * Throws `document-conflict`, or `output-unwritable` with the old file untouched.
 */
export async function saveDocument(
  file: string,
  document: PipelineDocument,
  options: SaveOptions = {},
): Promise<string> {
  const data = new TextEncoder().encode(writeDocument(document));
  const target = await realPath(file);
  if (options.replaces !== undefined) {
    const current = await readFile(target).then(sha256Of, () => null);
    if (current !== null && current !== options.replaces) {
      throw new Problem('document-conflict', {
        message: `${path.basename(file)} was changed on disk since it was opened.`,
        fix: 'Open it again and make the change there, or save under another name.',
        where: { file },
      });
    }
  }
  await replaceFile(target, data);
  return sha256Of(data);
}

/** Replaces a file in one step, making its folder when that is not there. Throws `output-unwritable`; the old file then stands as it was. */
export async function replaceFile(target: string, data: Uint8Array): Promise<void> {
  const folder = path.dirname(target);
  const beside = path.join(folder, `.${path.basename(target)}.${process.pid}.${Date.now().toString(36)}.tmp`);
  try {
    await makeFolder(folder);
    const mode = await stat(target).then(
      (s) => s.mode & 0o777,
      () => 0o644,
    );
    const handle = await open(beside, 'wx', mode);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, target);
  } catch (cause) {
    await unlink(beside).catch(() => undefined);
    throw new Problem('output-unwritable', {
      message: `"${target}" could not be written: ${(cause as Error).message}.`,
      fix: 'Check free space and permissions; the file that stood there is unchanged.',
      where: { file: target },
      cause,
    });
  }
  await flushFolder(folder);
}

/** Makes the rename itself durable. Windows has no such thing, and some file systems refuse it: no loss there. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {}
}

function sha256Of(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
