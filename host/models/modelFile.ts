import { type Stats, statSync } from 'node:fs';
import { batchFault } from '../../core/define/batchable.ts';
import { needsAdapting } from '../../core/onnx/rewrite.ts';
import { signatureOf } from '../../core/onnx/signature.ts';
import { Problem } from '../../core/problems/problem.ts';
import { hashFile } from '../files/hashFile.ts';
import { approveModel, readModelHeaders } from '../files/modelHeaders.ts';

/** A model file that the rules let pass, before any runtime has seen it. */
export interface ModelFileFacts {
  readonly sha256: string;
  /** Model and external data together. */
  readonly bytes: number;
  /** The edge must be rewritten so that only tensors cross it. */
  readonly adapt: boolean;
  /** Why its runs cannot be joined; null when nothing in the file speaks against it. */
  readonly batchFault: string | null;
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
  const { model, bytes } = await readModelHeaders(file, name).catch((cause: unknown) => {
    throw cause instanceof Problem ? cause : missing(name, cause);
  });
  const external = approveModel(file, name, model);
  const total = external.reduce((sum, other) => sum + statSync(other).size, bytes);
  const adapt = needsAdapting(model);
  return { sha256: await hashFile(file), bytes: total, adapt, batchFault: batchFault(signatureOf(model)), external };
}

function missing(name: string, cause?: unknown): Problem {
  return new Problem('model-missing', {
    message: `The model file "${name}" is not there.`,
    fix: 'Put the file back into the pipeline folder, or choose another in the node.',
    where: { file: name },
    ...(cause === undefined ? {} : { cause }),
  });
}
