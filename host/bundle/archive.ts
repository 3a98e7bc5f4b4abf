import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { Problem } from '../../core/problems/problem.ts';
import { makeFolder } from '../files/makeFolder.ts';
import type { PlannedFile } from './planExport.ts';
import { contentBytes } from './sizes.ts';
import type { WriteListeners } from './writeBundle.ts';

/** Past it the format needs fields that few readers know. */
const mostArchiveBytes = 2 ** 32 - 2 ** 20;
/** Weights hardly shrink; larger texts (recorded values) do. */
const deflated = /\.(json|txt|md|mjs|csv)$/i;
const partBytes = 1024 * 1024;

/** The first day that a zip can tell, so that two archives are the same. It is read in the zone of this machine, and so made in it. */
function noTime(): Date {
  return new Date(1980, 0, 1, 12);
}
const unix = 3;
const plainFile = 0o100644 << 16;

/** Packs files into one zip, written whole or not at all. The same files give the same bytes. Throws `output-unwritable`. */
export async function writeArchive(
  file: string,
  files: readonly PlannedFile[],
  { signal, onFile }: WriteListeners = {},
): Promise<void> {
  const bytes = files.reduce((sum, { listed }) => sum + listed.bytes, 0);
  if (bytes > mostArchiveBytes)
    throw unwritable(file, new Error(`a zip holds less than 4 GiB, and these are ${(bytes / 2 ** 30).toFixed(1)} GiB`));
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await makeFolder(path.dirname(file));
    const handle = await open(beside, 'wx');
    try {
      const parts: Uint8Array[] = [];
      const zip = new Zip((error, part) => {
        if (error !== null) throw error;
        parts.push(part);
      });
      const flush = async (): Promise<void> => {
        for (const part of parts.splice(0)) await handle.writeFile(part);
      };
      for (const [at, one] of files.entries()) {
        signal?.throwIfAborted();
        const entry = deflated.test(one.path) ? new ZipDeflate(one.path, { level: 6 }) : new ZipPassThrough(one.path);
        Object.assign(entry, { mtime: noTime(), os: unix, attrs: plainFile });
        zip.add(entry);
        for await (const part of partsOf(one)) {
          entry.push(part);
          await flush();
        }
        entry.push(new Uint8Array(0), true);
        await flush();
        onFile?.(at + 1, files.length, one.path);
      }
      zip.end();
      await flush();
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    if (error instanceof Problem || signal?.aborted) throw error;
    throw unwritable(file, error);
  }
}

async function* partsOf({ content }: PlannedFile): AsyncIterable<Uint8Array> {
  if (!('copy' in content)) yield contentBytes(content);
  else
    for await (const part of createReadStream(content.copy.from, { highWaterMark: partBytes }))
      yield new Uint8Array(part as Buffer);
}

function unwritable(file: string, cause: unknown): Problem {
  return new Problem('output-unwritable', {
    message: `"${file}" cannot be written: ${cause instanceof Error ? cause.message : cause}.`,
    fix: 'Check free space and permissions; a pipeline this large is exported as a folder (--target container).',
    where: { file },
    cause,
  });
}
