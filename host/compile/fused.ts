import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Checked } from '../../core/check/checked.ts';
import { makeLimits } from '../../core/define/limits.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { parseDocument } from '../../core/graph/parse.ts';
import { writeDocument } from '../../core/graph/write.ts';
import { compilePipeline } from '../../core/lower/compile.ts';
import { compiledDocument, type PartNodeType } from '../../core/lower/compiledDocument.ts';
import { Problem } from '../../core/problems/problem.ts';
import { documentHash } from '../../core/profile/documentHash.ts';
import { namesIn, readState, removeOwn, writeState } from '../files/stateFile.ts';
import { ownVersion } from '../files/userPath.ts';
import { openWorkspace } from '../files/workspace.ts';
import { openSources } from './sources.ts';
import { writeParts } from './writeParts.ts';

/** Raised when the same pipeline would be compiled to other files than before. */
const compilerVersion = 1;
/** Compiled forms of pipelines of one folder that are kept, the last used ones. */
const mostKept = 8;

/**
 * The pipeline in its fused form: compiled files in `.tributary/compiled` beside it, and the document that runs them in the
 * same folder. What was compiled before is used again while document, files and Tributary are the same. Throws
 * `not-lowerable` when nothing of it can be compiled.
 */
export async function fusedDocument(
  checked: Checked,
  pipelineFolder: string,
  node: PartNodeType,
): Promise<PipelineDocument> {
  const { folder } = await openWorkspace(pipelineFolder);
  const sha256 = await hashOf(checked, node);
  const home = path.join(folder, '.tributary', 'compiled');
  const own = path.join(home, sha256.slice(0, 16));
  const record = path.join(own, 'compiled.json');
  const known = await keptDocument(await readState(record), own);
  if (known !== null) return known;
  const bytes = await openSources(await openWorkspace(folder), checked);
  const compiled = compilePipeline(checked, { bytes, sha256 });
  if (compiled.parts.length === 0) throw nothingCompiled(checked, compiled.outside);
  const written = await writeParts(compiled, own, 'part', folder);
  const document = compiledDocument(checked, compiled, written, node);
  const parts = written.map((part) => ({ name: path.basename(part.file), bytes: part.bytes }));
  await writeState(record, { document: writeDocument(document), parts });
  await forgetOld(home, path.basename(own));
  return document;
}

/** Why there is nothing to run in one file. */
export function nothingCompiled(checked: Checked, outside: readonly { readonly node: string; readonly why: string }[]) {
  const reasons = outside.map(({ node, why }) => `"${node}": ${why}`);
  return new Problem('not-lowerable', {
    message: `Nothing of "${checked.document.name}" can be compiled to ONNX. ${reasons.slice(0, 5).join('; ')}.`,
    fix: 'Run it as it is.',
  });
}

/** Of the document, the files that its nodes name, and what compiles them. */
async function hashOf(checked: Checked, node: PartNodeType): Promise<string> {
  const hash = createHash('sha256');
  hash.update(documentHash(checked.document, (text) => createHash('sha256').update(text).digest('hex')));
  hash.update(`${checked.document.name}\n${node.type}@${node.version}\n${await ownVersion()}\n${compilerVersion}\n`);
  for (const id of [...checked.nodes.keys()].sort()) {
    const { definition, files } = checked.nodes.get(id) ?? {};
    hash.update(`${id} ${definition?.type}@${definition?.version}\n`);
    for (const [param, facts] of Object.entries(files ?? {})) hash.update(`${param} ${facts?.sha256}\n`);
  }
  return hash.digest('hex');
}

async function keptDocument(record: unknown, folder: string): Promise<PipelineDocument | null> {
  if (typeof record !== 'object' || record === null || !('document' in record) || !('parts' in record)) return null;
  const { document, parts } = record;
  if (typeof document !== 'string' || !Array.isArray(parts)) return null;
  for (const part of parts as { readonly name?: unknown; readonly bytes?: unknown }[]) {
    const found = await stat(path.join(folder, path.basename(String(part.name)))).catch(() => null);
    if (found === null || found.size !== part.bytes) return null;
  }
  try {
    return parseDocument(document, makeLimits({}), 'compiled.json').document;
  } catch {
    return null;
  }
}

async function forgetOld(home: string, current: string): Promise<void> {
  const others: { readonly name: string; readonly at: number }[] = [];
  for (const name of await namesIn(home)) {
    const found = name === current ? null : await stat(path.join(home, name, 'compiled.json')).catch(() => null);
    if (found !== null) others.push({ name, at: found.mtimeMs });
  }
  others.sort((a, b) => b.at - a.at);
  for (const { name } of others.slice(mostKept - 1)) await removeOwn(path.join(home, name));
}
