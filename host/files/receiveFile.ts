import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';
import { numberedName, safeFileName } from './fileNames.ts';
import { hashFile } from './hashFile.ts';
import { sizeText } from './host.ts';
import { readFailure } from './readFailure.ts';

/** A file that has come in whole and waits under a name of its own for where it belongs. */
export interface Received {
  /** Absolute, beside where it will go, so that moving it is a rename. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Its first bytes, at most 64 KiB. */
  readonly head: Uint8Array;
}

const headBytes = 65_536;

/** Writes a stream into a hidden file of the folder. Throws `media-too-large` and `output-unwritable`, leaving nothing behind. */
export async function receiveFile(
  folder: string,
  name: string,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Received> {
  const file = path.join(folder, `.incoming-${randomBytes(8).toString('hex')}`);
  const hash = createHash('sha256');
  const head = new Uint8Array(headBytes);
  let bytes = 0;
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(file, 'wx');
    try {
      for await (const chunk of body) {
        if (bytes + chunk.byteLength > maxBytes) throw tooLarge(name, maxBytes);
        if (bytes < headBytes) head.set(chunk.subarray(0, headBytes - bytes), bytes);
        hash.update(chunk);
        await handle.writeFile(chunk);
        bytes += chunk.byteLength;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await unlink(file).catch(() => undefined);
    if (error instanceof Problem) throw error;
    throw unwritable(folder, error);
  }
  return { file, bytes, sha256: hash.digest('hex'), head: head.subarray(0, Math.min(bytes, headBytes)) };
}

/** The bytes of a file that the user named. Throws `file-missing`, `file-unreadable`, `media-too-large`. */
export async function readStream(file: string, maxBytes: number): Promise<AsyncIterable<Uint8Array>> {
  const found = await stat(file).catch((error: unknown) => {
    throw readFailure(error, file, 'a file');
  });
  if (!found.isFile()) {
    throw new Problem('file-unreadable', {
      message: `"${file}" is ${found.isDirectory() ? 'a folder' : 'not a plain file'}.`,
      fix: 'Name a file.',
      where: { file },
    });
  }
  if (found.size > maxBytes) throw tooLarge(path.basename(file), maxBytes);
  return createReadStream(file, { highWaterMark: 1 << 20 });
}

/**
 * Moves a received file into a folder under a safe name. It never replaces one: a file of the same content takes its
 * place, another of that name makes it `name (2)`. Returns the name that it has there.
 */
export async function settleFile(received: Received, folder: string, wanted: string): Promise<string> {
  const name = safeFileName(wanted);
  try {
    await mkdir(folder, { recursive: true });
    for (let n = 1; n < 10_000; n++) {
      const candidate = numberedName(name, n);
      const target = path.join(folder, candidate);
      if (await moveNew(received.file, target)) return candidate;
      const there = await stat(target).catch(() => null);
      if (there?.isFile() && there.size === received.bytes && (await hashFile(target)) === received.sha256) {
        await dropReceived(received);
        return candidate;
      }
    }
  } catch (error) {
    await dropReceived(received);
    throw unwritable(folder, error);
  }
  await dropReceived(received);
  throw unwritable(folder, `there are too many files called "${name}"`);
}

export async function dropReceived(received: Received): Promise<void> {
  await unlink(received.file).catch(() => undefined);
}

/** False when something stands there. A link made and the old name removed cannot replace; where links are refused, a look must do. */
async function moveNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    await unlink(from);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error;
  }
  if ((await stat(to).catch(() => null)) !== null) return false;
  await rename(from, to);
  return true;
}

function tooLarge(name: string, maxBytes: number): Problem {
  return new Problem('media-too-large', {
    message: `"${name}" is larger than ${sizeText(maxBytes)}, the limit for a file.`,
    fix: 'Use a smaller file, or start the studio with a higher limit: --limit mediaFileBytes=4g.',
    where: { file: name },
  });
}

function unwritable(folder: string, cause: unknown): Problem {
  return new Problem('output-unwritable', {
    message: `Nothing can be put into "${folder}": ${cause instanceof Error ? cause.message : cause}.`,
    fix: 'Check free space and permissions, or save the pipeline in another folder.',
    where: { file: folder },
    cause,
  });
}
