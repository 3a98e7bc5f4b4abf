import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { Problem } from '../../core/problems/problem.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { readFailure } from '../files/readFailure.ts';
import { type Bundle, openBundle } from './verify.ts';
import { readZipDirectory, type ZipEntry, type ZipLimits } from './zipDirectory.ts';

export interface OpenListeners {
  readonly signal?: AbortSignal;
  readonly onFile?: (done: number, of: number, path: string) => void;
  readonly limits?: ZipLimits;
}

/**
 * Unpacks an archive that an export wrote into a folder that is new or empty, and holds every file against its hash. The
 * folder stands there whole or not at all. Throws `archive-invalid`, `bundle-changed`, `bundle-invalid`,
 * `document-conflict` and `output-unwritable`.
 */
export async function openArchive(archive: string, folder: string, listeners: OpenListeners = {}): Promise<Bundle> {
  const { signal, onFile } = listeners;
  const name = path.basename(archive);
  const target = path.resolve(folder);
  await refuseUsed(target);
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(archive, 'r').catch((error: unknown) => {
    throw readFailure(error, archive, 'an archive');
  });
  try {
    const entries = await readZipDirectory(handle, name, listeners.limits);
    await makeFolder(path.dirname(target));
    await mkdir(beside);
    for (const [at, entry] of entries.entries()) {
      signal?.throwIfAborted();
      await unpack(archive, name, entry, beside, signal);
      onFile?.(at + 1, entries.length, entry.name);
    }
    const { manifest } = await openBundle(beside);
    const known = new Set(['bundle.json', ...manifest.files.map((file) => file.path)]);
    const stray = entries.find((entry) => !known.has(entry.name));
    if (stray !== undefined) throw invalid(name, `${JSON.stringify(stray.name)} is no file of the bundle`);
    await rmdir(target).catch(() => undefined);
    await rename(beside, target);
    return await openBundle(target);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    if (error instanceof Problem || signal?.aborted) throw error;
    throw new Problem('output-unwritable', {
      message: `"${target}" cannot be written: ${error instanceof Error ? error.message : error}.`,
      fix: 'Check free space and permissions.',
      where: { file: target },
      cause: error,
    });
  } finally {
    await handle.close();
  }
}

async function unpack(
  archive: string,
  name: string,
  { name: entry, method, crc, packedBytes, bytes, offset }: ZipEntry,
  beside: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const to = path.join(beside, ...entry.split('/'));
  await mkdir(path.dirname(to), { recursive: true });
  let [written, sum] = [0, 0];
  const count = new Transform({
    transform(part: Buffer, _, done) {
      written += part.length;
      sum = crc32(part, sum);
      if (written > bytes) done(invalid(name, `${JSON.stringify(entry)} unpacks to more than it says`));
      else done(null, part);
    },
  });
  const packed = packedBytes === 0 ? [] : createReadStream(archive, { start: offset, end: offset + packedBytes - 1 });
  const out = createWriteStream(to, { flags: 'wx', mode: 0o644 });
  try {
    if (method === 'stored') await pipeline(packed, count, out, { signal });
    else await pipeline(packed, createInflateRaw(), count, out, { signal });
  } catch (error) {
    if (error instanceof Problem || !isZlib(error)) throw error;
    throw invalid(name, `${JSON.stringify(entry)} is broken: ${error.message}`);
  }
  if (written !== bytes || sum !== crc) throw invalid(name, `${JSON.stringify(entry)} is broken`);
}

function isZlib(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

async function refuseUsed(target: string): Promise<void> {
  const found = await lstat(target).catch(() => null);
  if (found === null) return;
  const there = found.isDirectory() ? await readdir(target) : [target];
  if (there.length === 0) return;
  throw new Problem('document-conflict', {
    message: `"${target}" ${found.isDirectory() ? 'holds files already' : 'is no folder'}.`,
    fix: 'Name a folder that is new or empty.',
    where: { file: target },
  });
}

function invalid(name: string, why: string): Problem {
  return new Problem('archive-invalid', {
    message: `"${name}" cannot be opened: ${why}.`,
    fix: 'Open an archive that `tributary export --target config` wrote, and copy it again if it was cut off.',
    where: { file: name },
  });
}
