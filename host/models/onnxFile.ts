import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, realpath, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { externalTensors } from '../../core/onnx/graphs.ts';
import { type LazyModel, readLazy } from '../../core/onnx/lazyModel.ts';
import type { Piece } from '../../core/onnx/pieces.ts';
import type { ByteSource } from '../../core/onnx/skeleton.ts';
import { planWrite, type WriteOptions } from '../../core/onnx/writePlan.ts';
import { Problem } from '../../core/problems/problem.ts';
import { fileBeside, readAt, readModelHeaders } from '../files/modelHeaders.ts';
import type { Workspace } from '../files/workspace.ts';

/** An ONNX file whose weights are read when they are asked for. Its files stay open, and stay what they were, until it is closed. */
export interface OnnxFile extends LazyModel {
  close(): Promise<void>;
}

export interface SavedOnnx {
  /** Of the model's file. */
  readonly sha256: string;
  readonly bytes: number;
  /** Files of data beside it, by name. */
  readonly data: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/**
 * Opens a model of a workspace as data: its graph is read, its weights stay where they are, inside or beside the file.
 * Throws `path-outside`, `file-missing`, `model-invalid` and `model-external-data`.
 */
export async function openOnnx(workspace: Workspace, name: string): Promise<OnnxFile> {
  return openOnnxAt(await workspace.resolvePath(name), name);
}

/** The same for a real path that was found to be allowed. */
export async function openOnnxAt(file: string, name: string): Promise<OnnxFile> {
  const handles: FileHandle[] = [];
  const close = async () => {
    for (const handle of handles.splice(0)) await handle.close();
  };
  const sourceOf = async (real: string): Promise<ByteSource> => {
    const handle = await open(real, 'r');
    handles.push(handle);
    const { size } = await handle.stat();
    return { size, read: (offset, length) => readAt(handle, offset, length) };
  };
  try {
    const lazy = await readLazy(await sourceOf(file), name, {
      key: file,
      beside: async (location) => {
        const found = fileBeside(file, location);
        return found === null ? null : { key: found.file, source: await sourceOf(found.file) };
      },
    });
    return { ...lazy, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Writes a model into a workspace, weights streamed from where they lie. The old file or the new one stands there whole,
 * whatever happens in between: data files are called after their content, so that those of an old model stay right
 * until it is replaced, and go after it. Equal models give equal files. Throws `path-outside`, `model-unsupported`, and
 * `output-unwritable` with the old file untouched.
 */
export async function saveOnnx(
  workspace: Workspace,
  name: string,
  lazy: LazyModel,
  options: WriteOptions & { readonly signal?: AbortSignal } = {},
): Promise<SavedOnnx> {
  const target = await targetPath(workspace, name);
  const folder = path.dirname(target);
  const base = path.basename(target);
  const plan = planWrite(lazy.model, options, name);
  const before = await dataBeside(target);
  const temporary: string[] = [];
  const beside = (part: string) => {
    const file = path.join(folder, `.${base}.${process.pid}.${part}.tmp`);
    temporary.push(file);
    return file;
  };
  try {
    await mkdir(folder, { recursive: true });
    const data = [];
    for (const [i, runs] of plan.data.entries()) {
      const file = beside(`data${i}`);
      const written = await writeRuns(file, runs, lazy, options.signal);
      data.push({ ...written, file, name: `${base}.${written.sha256.slice(0, 12)}.data` });
    }
    const pieces = plan.model(data.map((one) => one.name));
    const file = beside('model');
    const written = await writeRuns(file, endToEnd(pieces), lazy, options.signal);
    for (const one of data) await rename(one.file, path.join(folder, one.name));
    await rename(file, target);
    await flushFolder(folder);
    const kept = new Set(data.map((one) => one.name));
    // What the replaced model had written beside it, nobody reads any more.
    for (const old of before) if (!kept.has(old)) await unlink(path.join(folder, old)).catch(() => undefined);
    return { ...written, data: data.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })) };
  } catch (error) {
    for (const file of temporary) await unlink(file).catch(() => undefined);
    if (error instanceof Problem || options.signal?.aborted === true) throw error;
    throw new Problem('output-unwritable', {
      message: `"${name}" could not be written: ${error instanceof Error ? error.message : String(error)}.`,
      fix: 'Check free space and permissions; the file that stood there is unchanged.',
      where: { file: name },
      cause: error,
    });
  }
}

interface Run {
  readonly offset: number;
  readonly piece: Piece;
}

function endToEnd(pieces: readonly Piece[]): readonly Run[] {
  let offset = 0;
  return pieces.map((piece) => {
    const run = { offset, piece };
    offset += piece.length;
    return run;
  });
}

const chunkBytes = 1024 * 1024;
const zeros = new Uint8Array(64 * 1024);

/** Writes runs in order, with zeros between them, and flushes the file. */
async function writeRuns(
  file: string,
  runs: readonly Run[],
  { files }: LazyModel,
  signal: AbortSignal | undefined,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const handle = await open(file, 'w', 0o644);
  try {
    const out = new Output(handle);
    for (const { offset, piece } of runs) {
      signal?.throwIfAborted();
      while (out.at < offset) await out.write(zeros.subarray(0, Math.min(zeros.length, offset - out.at)));
      if (piece instanceof Uint8Array) {
        await out.write(piece);
        continue;
      }
      const source = files.get(piece.file);
      if (source === undefined) throw new Error(`no file "${piece.file}" is open`);
      for (let done = 0; done < piece.length; done += chunkBytes) {
        signal?.throwIfAborted();
        const length = Math.min(chunkBytes, piece.length - done);
        const chunk = await source.read(piece.offset + done, length);
        if (chunk.length !== length) throw new Error(`"${path.basename(piece.file)}" became shorter`);
        await out.write(chunk);
      }
    }
    await out.flush();
    await handle.sync();
    return { sha256: out.hash.digest('hex'), bytes: out.at };
  } finally {
    await handle.close();
  }
}

/** Gathers small runs, so that a graph of thousands of tensors does not take thousands of writes. */
class Output {
  readonly hash: Hash = createHash('sha256');
  at = 0;
  private readonly handle: FileHandle;
  private buffer = new Uint8Array(chunkBytes);
  private filled = 0;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.at += bytes.length;
    if (bytes.length >= chunkBytes / 4) {
      await this.flush();
      await this.put(bytes);
      return;
    }
    if (this.filled + bytes.length > this.buffer.length) await this.flush();
    this.buffer.set(bytes, this.filled);
    this.filled += bytes.length;
  }

  async flush(): Promise<void> {
    if (this.filled > 0) await this.put(this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }

  private async put(bytes: Uint8Array): Promise<void> {
    this.hash.update(bytes);
    for (let done = 0; done < bytes.length; ) done += (await this.handle.write(bytes, done)).bytesWritten;
  }
}

/** Where a name of the workspace leads, which need not be there yet; its folder must. */
async function targetPath(workspace: Workspace, name: string): Promise<string> {
  try {
    return await workspace.resolvePath(name);
  } catch (error) {
    if (!(error instanceof Problem) || error.data.code !== 'file-missing') throw error;
    const parent = path.posix.dirname(name);
    const folder = parent === '.' ? workspace.folder : await workspace.resolvePath(parent);
    return path.join(await realpath(folder), path.posix.basename(name));
  }
}

/** Data files that `saveOnnx` wrote for the model that stands there. */
async function dataBeside(target: string): Promise<readonly string[]> {
  const headers = await readModelHeaders(target, path.basename(target)).catch(() => null);
  if (headers === null) return [];
  const own = `${path.basename(target)}.`;
  const locations = new Set(externalTensors(headers.model).map((tensor) => tensor.location));
  return [...locations].filter((name) => name.startsWith(own) && /^[0-9a-f]{12}\.data$/.test(name.slice(own.length)));
}

/** Makes renames durable. Some systems know no such thing: no loss there. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {}
}
