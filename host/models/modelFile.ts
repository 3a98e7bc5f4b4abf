import { createHash } from 'node:crypto';
import { createReadStream, realpathSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { refuseCustomOperators } from '../../core/onnx/domains.ts';
import { checkExternalData } from '../../core/onnx/external-data.ts';
import { externalTensors } from '../../core/onnx/graphs.ts';
import { readModel } from '../../core/onnx/read.ts';
import { needsAdapting } from '../../core/onnx/rewrite.ts';
import { readSkeleton } from '../../core/onnx/skeleton.ts';
import { Problem } from '../../core/problems/problem.ts';

/** A model file that the rules let pass, before any runtime has seen it. */
export interface ModelFileFacts {
  readonly sha256: string;
  /** Model and external data together. */
  readonly bytes: number;
  /** The edge must be rewritten so that only tensors cross it. */
  readonly adapt: boolean;
  /** Absolute paths of its external data. */
  readonly external: readonly string[];
}

/** Changes whenever the file is written to or replaced. Throws `model-missing`. */
export function stampOf(file: string, name: string): string {
  let found: Stats;
  try {
    found = statSync(file);
  } catch (cause) {
    throw missing(name, cause);
  }
  if (!found.isFile()) throw missing(name);
  return `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}`;
}

/**
 * Reads headers and sha256 without stopping the calling thread. Throws `model-invalid`, `model-unsupported`
 * (custom operators) and `model-external-data`.
 */
export async function inspectModelFile(file: string, name: string): Promise<ModelFileFacts> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw missing(name, cause);
  });
  try {
    const { size } = await handle.stat();
    const skeleton = await readSkeleton({ size, read: (offset, length) => readAt(handle, offset, length) }, name);
    const model = readModel(skeleton, name);
    refuseCustomOperators(model, name);
    const tensors = externalTensors(model);
    checkExternalData(name, tensors, (location) => externalSize(file, location));
    const external = [...new Set(tensors.map((t) => path.join(path.dirname(file), t.location)))].sort();
    const bytes = external.reduce((sum, other) => sum + statSync(other).size, size);
    return { sha256: await sha256Of(file), bytes, adapt: needsAdapting(model), external };
  } finally {
    await handle.close();
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(part as Uint8Array);
  return hash.digest('hex');
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) return buffer.subarray(0, filled);
    filled += bytesRead;
  }
  return buffer;
}

/** Size of a plain file inside the model's own folder; null for what is absent, no plain file, or leads out by a link. */
function externalSize(modelFile: string, location: string): number | null {
  const root = path.dirname(modelFile);
  try {
    const real = realpathSync(path.join(root, location));
    const found = statSync(real);
    // A hard link may share a file from anywhere, and nothing tells the two names apart.
    return real.startsWith(root + path.sep) && found.isFile() && found.nlink === 1 ? found.size : null;
  } catch {
    return null;
  }
}

function missing(name: string, cause?: unknown): Problem {
  return new Problem('model-missing', {
    message: `The model file "${name}" is not there.`,
    fix: 'Put the file back into the pipeline folder, or choose another in the node.',
    where: { file: name },
    ...(cause === undefined ? {} : { cause }),
  });
}
