import { createHash } from 'node:crypto';
import path from 'node:path';
import { madeFromKey } from '../../core/onnx/metadata.ts';
import { Problem } from '../../core/problems/problem.ts';
import { replaceFile } from '../files/documentFile.ts';
import { hashFile } from '../files/hashFile.ts';
import { readModelHeaders } from '../files/modelHeaders.ts';
import type { Workspace } from '../files/workspace.ts';

/** Where a made model goes. */
export interface MadeTarget {
  /** Absolute. */
  readonly file: string;
  /** One that was made before stands there. */
  readonly there: boolean;
}

/**
 * Where in a pipeline's folder a model that is made from `from` may be written. Throws `document-conflict` when a file
 * stands there that Tributary did not make, and `path-outside`.
 */
export async function targetOf(workspace: Workspace, from: string, to: string): Promise<MadeTarget> {
  const found = await workspace.resolvePath(to).catch((error: unknown) => {
    if (error instanceof Problem && error.data.code === 'file-missing') return null;
    throw error;
  });
  if (found === null) {
    const parent = path.posix.dirname(to);
    const folder = parent === '.' ? workspace.folder : await workspace.resolvePath(parent);
    return { file: path.join(folder, path.posix.basename(to)), there: false };
  }
  const headers = await readModelHeaders(found, to).catch(() => null);
  if (headers?.model.metadataProps.some(({ key }) => key === madeFromKey)) return { file: found, there: true };
  throw new Problem('document-conflict', {
    message: `"${to}" is there already, and was not made from "${from}" by Tributary.`,
    fix: 'Move that file away, or choose another name.',
    where: { file: to },
  });
}

/** Writes a made model in one step, and gives its sha256. An open session goes by the file's times: one that would be the same is left alone. */
export async function writeMade({ file, there }: MadeTarget, bytes: Uint8Array): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (!there || (await hashFile(file)) !== sha256) await replaceFile(file, bytes);
  return sha256;
}
