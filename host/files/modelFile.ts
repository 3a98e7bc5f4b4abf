import { realpathSync, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelSignature } from '../../core/define/file-facts.ts';
import { refuseCustomOperators } from '../../core/onnx/domains.ts';
import { checkExternalData } from '../../core/onnx/external-data.ts';
import { externalTensors } from '../../core/onnx/graphs.ts';
import { readModel } from '../../core/onnx/read.ts';
import { signatureOf } from '../../core/onnx/signature.ts';
import { readSkeleton } from '../../core/onnx/skeleton.ts';
import { Problem, type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import { readFailure } from './readFailure.ts';

export interface ModelFile {
  readonly model: ModelSignature;
  /** Why a runtime should not see it: operators that it does not have, external data that leads elsewhere. */
  readonly problem?: ProblemData;
}

/**
 * Reads what an ONNX file says of itself, without its weights and without a runtime: milliseconds whatever its size.
 * Throws `model-invalid`.
 */
export async function readModelFile(file: string, name: string): Promise<ModelFile> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const skeleton = await readSkeleton({ size, read: (offset, length) => readAt(handle, offset, length) }, name);
    const model = readModel(skeleton, name);
    const signature = signatureOf(model);
    try {
      refuseCustomOperators(model, name);
      checkExternalData(name, externalTensors(model), (location) => externalSize(file, location));
      return { model: signature };
    } catch (error) {
      return { model: signature, problem: toProblemData(error, 'model-invalid', { file: name }) };
    }
  } finally {
    await handle.close();
  }
}

/** Reads a model that the user named by any path. Throws `file-missing` and `file-unreadable` too. */
export async function openModelFile(named: string): Promise<ModelFile & { readonly bytes: number }> {
  const file = path.resolve(named);
  const found = await stat(file).catch((error: unknown) => {
    throw readFailure(error, named, 'an ONNX model', process.cwd());
  });
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'not a plain file';
    throw new Problem('file-unreadable', {
      message: `"${named}" is ${what}.`,
      fix: 'Name an .onnx file.',
      where: { file: named },
    });
  }
  return { bytes: found.size, ...(await readModelFile(file, path.basename(file))) };
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled === length ? buffer : buffer.subarray(0, filled);
}

/** Size of a plain file inside the model's own folder; null for what is absent, no plain file, or leads out by a link. */
function externalSize(modelFile: string, location: string): number | null {
  const folder = path.dirname(modelFile);
  try {
    const real = realpathSync(path.join(folder, location));
    const root = realpathSync(folder);
    const found = statSync(real);
    // A second name for the same file may stand outside: a hard link cannot be told from the file that it shares.
    return real.startsWith(root + path.sep) && found.isFile() && found.nlink === 1 ? found.size : null;
  } catch {
    return null;
  }
}
