import { stat } from 'node:fs/promises';
import path from 'node:path';
import { derivedFile } from '../../core/graph/derivedFile.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { applyChanges, type Change } from '../../core/graph/edit.ts';
import type { ShrinkMethod } from '../../core/onnx/shrink/options.ts';
import type { Candidate } from '../../core/profile/advice.ts';
import { removeOwn } from '../files/stateFile.ts';
import { makeInt8 } from './makeInt8.ts';

export interface MadeFile {
  /** Relative to the pipeline's folder, with /. */
  readonly path: string;
  readonly from: string;
  readonly how: ShrinkMethod;
  readonly sha256: string;
  /** Nothing stood there before. */
  readonly fresh: boolean;
}

/** Makes the files that an advice needs, in the pipeline's folder. Throws as `makeInt8` does. */
export async function makeFiles(
  folder: string,
  makes: Candidate['makes'],
  signal?: AbortSignal,
): Promise<readonly MadeFile[]> {
  const made: MadeFile[] = [];
  for (const { path: to, from, how } of makes ?? []) {
    signal?.throwIfAborted();
    const fresh = (await stat(path.join(folder, to)).catch(() => null)) === null;
    const { sha256 } = await makeInt8(folder, from, to);
    made.push({ path: to, from, how, sha256, fresh });
  }
  return made;
}

/** What records made files in a document, each with the licence of what it was made from. */
export function recordsOf(document: PipelineDocument, made: readonly MadeFile[]): readonly Change[] {
  const changes: Change[] = [];
  let now = document;
  for (const { path: to, from, sha256, how: method } of made) {
    const how = `made ${method} by Tributary`;
    const recorded = derivedFile(now, from, { path: to, sha256, how });
    changes.push(...recorded);
    now = applyChanges(now, recorded);
  }
  return changes;
}

/** Takes away what was made for a trial only. */
export async function removeMade(folder: string, made: Iterable<MadeFile>): Promise<void> {
  for (const { path: file, fresh } of made) if (fresh) await removeOwn(path.join(folder, file));
}
