import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Checked } from '../../core/check/checked.ts';
import type { CompiledForm } from '../../core/define/compiledForm.ts';
import { makeLimits } from '../../core/define/limits.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { parseDocument } from '../../core/graph/parse.ts';
import { writeDocument } from '../../core/graph/write.ts';
import { type Compiled, compilePipeline } from '../../core/lower/compile.ts';
import { compiledDocument, type PartNodeType } from '../../core/lower/compiledDocument.ts';
import { compiledFormSchema, formOf } from '../../core/lower/form.ts';
import { Problem } from '../../core/problems/problem.ts';
import { documentHash } from '../../core/profile/documentHash.ts';
import { namesIn, readState, removeOwn, writeState } from '../files/stateFile.ts';
import { ownVersion } from '../files/userPath.ts';
import { openWorkspace } from '../files/workspace.ts';
import { openSources } from './sources.ts';
import { writeParts } from './writeParts.ts';

/** Raised when the same pipeline would be compiled to other files than before. */
const compilerVersion = 4;
/** Compiled forms of pipelines of one folder that are kept, the last used ones. */
const mostKept = 8;

/** A pipeline as the engine runs it compiled. */
export interface FusedPipeline {
  readonly document: PipelineDocument;
  readonly form: CompiledForm;
}

/**
 * The pipeline in its fused form: compiled files in `.tributary/compiled` beside it, and the document that runs them in the
 * same folder. What was compiled before is used again while document, files and Tributary are the same. Throws
 * `not-lowerable` when nothing of it can be compiled.
 */
export async function fusedDocument(
  checked: Checked,
  pipelineFolder: string,
  node: PartNodeType,
): Promise<FusedPipeline> {
  const { folder } = await openWorkspace(pipelineFolder);
  const sha256 = await hashOf(checked, node);
  const home = path.join(folder, '.tributary', 'compiled');
  const own = path.join(home, sha256.slice(0, 16));
  const record = path.join(own, 'compiled.json');
  const known = await keptForm(await readState(record), own);
  if (known !== null) return known;
  const compiled = await compiledFrom(checked, folder, sha256, 'fused');
  if (compiled.parts.length === 0) throw nothingCompiled(checked, compiled.outside);
  const written = await writeParts(compiled, own, 'part', folder);
  const document = compiledDocument(checked, compiled, written, node);
  const parts = written.map((part) => ({ name: path.basename(part.file), bytes: part.bytes }));
  const form = formOf(compiled, checked.document);
  await writeState(record, { document: writeDocument(document), parts, form });
  await forgetOld(home, path.basename(own));
  return { document, form };
}

/** Which nodes would be in which file and which outside: nothing is written. */
export async function formOfPipeline(checked: Checked, folder: string, form: FormKind): Promise<CompiledForm> {
  return formOf(await compiledFrom(checked, folder, '', form), checked.document);
}

/** As the engine is to run it, what is done to pictures while they are decoded stays there, and branches run at once. */
type FormKind = 'fused' | 'files';

async function compiledFrom(checked: Checked, folder: string, sha256: string, form: FormKind): Promise<Compiled> {
  const bytes = await openSources(await openWorkspace(folder), checked);
  return compilePipeline(checked, { bytes, sha256, keepDecodePass: form === 'fused', apart: form === 'fused' });
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

const recordSchema = z.object({
  document: z.string(),
  parts: z.array(z.object({ name: z.string(), bytes: z.number() })),
  form: compiledFormSchema,
});

async function keptForm(record: unknown, folder: string): Promise<FusedPipeline | null> {
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) return null;
  const { document, parts, form } = parsed.data;
  for (const part of parts) {
    const found = await stat(path.join(folder, path.basename(part.name))).catch(() => null);
    if (found === null || found.size !== part.bytes) return null;
  }
  try {
    return { document: parseDocument(document, makeLimits({}), 'compiled.json').document, form };
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
