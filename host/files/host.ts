import type { Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileHost } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import type { MediaSource } from '../../core/kinds/value.ts';
import { Problem, type ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import { naturalOrder } from './naturalOrder.ts';
import { readFailure } from './readFailure.ts';
import type { Workspace } from './workspace.ts';

export interface FileHostDeps {
  readonly workspace: Workspace;
  readonly limits: Limits;
}

/** Files for nodes: what parameters name stays inside the workspace, what the user named is opened as it is. */
export function makeFileHost({ workspace, limits }: FileHostDeps): FileHost {
  async function bytes(name: string, signal: AbortSignal): Promise<Uint8Array> {
    const file = await workspace.resolvePath(name);
    return readWhole(file, { name, maxBytes: limits.mediaFileBytes, signal });
  }
  return {
    bytes,
    text: async (name, signal) => decodeUtf8(await bytes(name, signal), name),
    list: (source, signal) => listFolder(workspace, source, signal),
    sourceBytes: async (source, maxBytes, signal) => {
      if (source.bytes !== undefined) {
        if (source.bytes.byteLength > maxBytes) throw tooLarge(source.name, source.bytes.byteLength, maxBytes);
        return source.bytes;
      }
      const file = await workspace.resolveSource(source);
      return readWhole(file, { name: source.name, maxBytes, signal });
    },
  };
}

export interface ReadOptions {
  /** What to call the file in messages. */
  readonly name: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** The code of the problem when it is larger. */
  readonly tooLargeCode?: ProblemCode;
}

/**
 * Reads a plain file of at most `maxBytes`, asking for its size first and never reading past the limit, so that
 * neither a huge file nor one that grows under the reader (or /dev/zero) fills the memory.
 */
export async function readWhole(file: string, options: ReadOptions): Promise<Uint8Array> {
  const { name, maxBytes, signal } = options;
  signal?.throwIfAborted();
  try {
    const before = await stat(file);
    if (!before.isFile()) throw notPlain(name, before.isDirectory());
    if (before.size > maxBytes) throw tooLarge(name, before.size, maxBytes, options.tooLargeCode);
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      if (size > maxBytes) throw tooLarge(name, size, maxBytes, options.tooLargeCode);
      const buffer = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        signal?.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, filled, Math.min(size - filled, 8 << 20), filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === size ? buffer : buffer.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw readFailure(error, name, 'a file');
  }
}

/** Text of UTF-8 bytes, without a byte order mark. Throws `text-encoding`, saying where the first bad byte is. */
export function decodeUtf8(data: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch (cause) {
    const wide = (data[0] === 0xff && data[1] === 0xfe) || (data[0] === 0xfe && data[1] === 0xff);
    throw new Problem('text-encoding', {
      message: `"${name}" is not UTF-8 text${wide ? ': it looks like UTF-16' : ''}.`,
      fix: 'Save the file as UTF-8.',
      where: { file: name },
      cause,
    });
  }
}

async function listFolder(
  workspace: Workspace,
  source: MediaSource,
  signal: AbortSignal,
): Promise<readonly MediaSource[]> {
  signal.throwIfAborted();
  if (source.files !== undefined) return source.files;
  const folder = await workspace.resolveSource(source);
  let entries: Dirent[];
  try {
    if ((await stat(folder)).isFile()) return [source];
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw readFailure(error, source.name, 'a folder');
  }
  // A relative source comes from the document: what its links point at must stay inside, so links are left out.
  const followLinks = source.path !== undefined && path.isAbsolute(source.path);
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile() || (followLinks && entry.isSymbolicLink() && (await isPlain(path.join(folder, entry.name)))))
      names.push(entry.name);
  }
  return names.sort(naturalOrder).map((name) => ({ kind: 'media', path: path.join(folder, name), name }));
}

async function isPlain(file: string): Promise<boolean> {
  return stat(file).then(
    (s) => s.isFile(),
    () => false,
  );
}

function notPlain(name: string, folder: boolean): Problem {
  return new Problem('file-unreadable', {
    message: `"${name}" is ${folder ? 'a folder' : 'not a plain file'}.`,
    fix: folder ? 'Name a file, or use an input that takes a folder.' : 'Name a plain file.',
    where: { file: name },
  });
}

/** The problem of a file over its limit; sizes in MiB where they are large. */
export function tooLarge(name: string, size: number, maxBytes: number, code: ProblemCode = 'media-too-large'): Problem {
  const init: ProblemInit = {
    message: `"${name}" has ${sizeText(size)}, over the limit of ${sizeText(maxBytes)}.`,
    fix: 'Use a smaller file, or raise the limit (see `tributary limits`).',
    where: { file: name },
  };
  return new Problem(code, init);
}

export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}
