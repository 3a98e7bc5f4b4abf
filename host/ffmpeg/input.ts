import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Limits } from '../../core/define/limits.ts';
import type { MediaSource } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { tooLarge } from '../files/host.ts';
import { readFailure } from '../files/readFailure.ts';
import { type Container, containerOf, headBytes } from './container.ts';

/** A media source that a decoder can open. */
export interface MediaInput {
  readonly name: string;
  readonly container: Container;
  /** The beginning of the file. */
  readonly head: Uint8Array;
  readonly fileBytes: number;
  /** Absolute path; null for bytes in memory. */
  readonly path: string | null;
  readonly bytes: Uint8Array | null;
}

/** What ffmpeg is told to open. */
export interface ToolInput {
  readonly url: string;
  readonly demuxer: Container['demuxer'];
  /** Written to its standard input; null: nothing is. */
  readonly stdin: Uint8Array | null;
  /** Removes what was made for it. */
  dispose(): Promise<void>;
}

export interface MediaDeps {
  readonly limits: Limits;
  /** The path to open for a source that has one; throws Problems. */
  resolveSource(source: MediaSource): Promise<string>;
}

/** Looks at a source: where it is, how large, and what container its content is. Throws Problems of files and media. */
export async function openMedia(source: MediaSource, deps: MediaDeps, signal: AbortSignal): Promise<MediaInput> {
  signal.throwIfAborted();
  const { name } = source;
  const { mediaFileBytes } = deps.limits;
  if (source.bytes !== undefined) {
    const { bytes } = source;
    if (bytes.length > mediaFileBytes) throw tooLarge(name, bytes.length, mediaFileBytes);
    const head = bytes.subarray(0, headBytes);
    return { name, container: containerOf(head, name), head, fileBytes: bytes.length, path: null, bytes };
  }
  const file = await deps.resolveSource(source);
  try {
    // Before it is opened: opening a pipe would wait for somebody to write into it.
    const facts = await stat(file);
    if (!facts.isFile()) throw notPlain(name, facts.isDirectory());
    if (facts.size > mediaFileBytes) throw tooLarge(name, facts.size, mediaFileBytes);
    const head = await readRange(file, 0, Math.min(headBytes, facts.size));
    signal.throwIfAborted();
    return { name, container: containerOf(head, name), head, fileBytes: facts.size, path: file, bytes: null };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw readFailure(error, name, 'a media file');
  }
}

/** Bytes of a plain file; fewer when it ends before. */
export async function readRange(
  file: string,
  start: number,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const buffer = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, filled, Math.min(length - filled, 8 << 20), start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

/** Makes a source openable by ffmpeg: by path, from its standard input, or by way of a file in the temporary folder. */
export async function toolInput(input: MediaInput): Promise<ToolInput> {
  const { demuxer, streamable } = input.container;
  // `file:` in front and an absolute path keep any name literal: -i, a|b, a newline, concat:...
  if (input.path !== null) {
    return { url: `file:${path.resolve(input.path)}`, demuxer, stdin: null, dispose: async () => undefined };
  }
  if (streamable) return { url: 'pipe:0', demuxer, stdin: input.bytes, dispose: async () => undefined };
  let folder: string | null = null;
  const dispose = async () => {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  try {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tributary-media-'));
    const file = path.join(folder, 'media');
    await writeFile(file, input.bytes ?? new Uint8Array(), { mode: 0o600 });
    return { url: `file:${file}`, demuxer, stdin: null, dispose };
  } catch (cause) {
    await dispose().catch(() => undefined);
    throw new Problem('output-unwritable', {
      message: `"${input.name}" must be written to the temporary folder ${os.tmpdir()} to be decoded, and that failed.`,
      fix: 'Make room there, or set TMPDIR to a folder that can be written.',
      where: { file: input.name },
      cause,
    });
  }
}

function notPlain(name: string, folder: boolean): Problem {
  return new Problem('file-unreadable', {
    message: `"${name}" is ${folder ? 'a folder' : 'not a plain file'}.`,
    fix: folder ? 'Name a file, or use an input that takes a folder.' : 'Name a plain file.',
    where: { file: name },
  });
}
