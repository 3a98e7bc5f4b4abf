import { type FileHandle, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';
import { replaceFile } from './documentFile.ts';

/** A journal that is open for appending. */
export interface JournalFile {
  readonly file: string;
  /** Resolves when the text is on disk. Throws `output-unwritable`; the file then ends where it ended before. */
  append(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Past this a journal is not replayed: it is set aside and begun anew. */
export const mostJournalBytes = 128 * 1024 * 1024;

/** The text of a journal; null when there is none, or one too large to replay. Its end may be torn in the middle of a letter. */
export async function readJournalText(file: string): Promise<string | null> {
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile() || found.size > mostJournalBytes) return null;
  // Another window may forget it between the two.
  const bytes = await readFile(file).catch(() => null);
  return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Begins a journal with this text, in one step, whatever stood there. */
export async function beginJournal(file: string, text: string): Promise<JournalFile> {
  const bytes = new TextEncoder().encode(text);
  await replaceFile(file, bytes);
  return openAt(file, bytes.length);
}

/** Goes on with a journal after `good`, the text of its whole lines: a torn tail is cut off first. */
export async function continueJournal(file: string, good: string): Promise<JournalFile> {
  return openAt(file, Buffer.byteLength(good));
}

/** Puts a journal out of the way, as `<name>.old`, and returns where; null when there was none. */
export async function setAsideJournal(file: string): Promise<string | null> {
  const old = `${file}.old`;
  return rename(file, old).then(
    () => old,
    () => null,
  );
}

async function openAt(file: string, length: number): Promise<JournalFile> {
  let handle: FileHandle;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    handle = await open(file, 'r+');
    await handle.truncate(length);
  } catch (error) {
    throw unwritable(file, error);
  }
  let size = length;
  return {
    file,
    append: async (text) => {
      const bytes = new TextEncoder().encode(text);
      try {
        let written = 0;
        while (written < bytes.length) {
          written += (await handle.write(bytes, written, bytes.length - written, size + written)).bytesWritten;
        }
        await handle.datasync();
        size += bytes.length;
      } catch (error) {
        await handle.truncate(size).catch(() => undefined);
        throw unwritable(file, error);
      }
    },
    close: () => handle.close(),
  };
}

function unwritable(file: string, cause: unknown): Problem {
  return new Problem('output-unwritable', {
    message: `The journal of your edits cannot be written: ${cause instanceof Error ? cause.message : cause}.`,
    fix: 'Check free space and permissions of the folder, and save the pipeline.',
    where: { file },
    cause,
  });
}
