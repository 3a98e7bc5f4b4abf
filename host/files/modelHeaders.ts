import { realpathSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { refuseCustomOperators } from '../../core/onnx/domains.ts';
import { checkExternalData } from '../../core/onnx/external-data.ts';
import type { ModelProto } from '../../core/onnx/gen/onnx-ml_pb.ts';
import { externalTensors } from '../../core/onnx/graphs.ts';
import { readModel } from '../../core/onnx/read.ts';
import { readSkeleton } from '../../core/onnx/skeleton.ts';

export interface ModelHeaders {
  /** Without its weights. */
  readonly model: ModelProto;
  /** Size of the file. */
  readonly bytes: number;
}

/** Reads an ONNX file without its weights: milliseconds whatever its size. Throws `model-invalid`, or what opening it threw. */
export async function readModelHeaders(file: string, name: string): Promise<ModelHeaders> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const skeleton = await readSkeleton({ size, read: (offset, length) => readAt(handle, offset, length) }, name);
    return { model: readModel(skeleton, name), bytes: size };
  } finally {
    await handle.close();
  }
}

/**
 * Holds a model to the rules that stand before any runtime: no custom operators, external data only in plain files of
 * its own folder. Returns the absolute paths of that data. Throws `model-unsupported` and `model-external-data`.
 */
export function approveModel(file: string, name: string, model: ModelProto): readonly string[] {
  refuseCustomOperators(model, name);
  const tensors = externalTensors(model);
  checkExternalData(name, tensors, (location) => fileBeside(file, location)?.size ?? null);
  return [...new Set(tensors.map((tensor) => path.join(path.dirname(file), tensor.location)))].sort();
}

/** Up to `length` bytes from `offset`; fewer only where the file ends. */
export async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) return buffer.subarray(0, filled);
    filled += bytesRead;
  }
  return buffer;
}

/** A plain file inside the model's own folder; null for what is absent, no plain file, or leads out by a link. */
export function fileBeside(
  modelFile: string,
  location: string,
): { readonly file: string; readonly size: number } | null {
  try {
    const root = realpathSync(path.dirname(modelFile));
    const file = realpathSync(path.join(root, location));
    const found = statSync(file);
    // A hard link may share a file from anywhere, and nothing tells the two names apart.
    return file.startsWith(root + path.sep) && found.isFile() && found.nlink === 1 ? { file, size: found.size } : null;
  } catch {
    return null;
  }
}
