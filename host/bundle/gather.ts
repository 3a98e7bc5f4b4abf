import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Checked } from '../../core/check/checked.ts';
import type { PipelineFile } from '../../core/export/target.ts';
import { Problem, problemFrom } from '../../core/problems/problem.ts';
import { isPlainPath } from '../../core/serve/manifest.ts';
import { hashFile } from '../files/hashFile.ts';
import { plainFiles } from '../files/userPath.ts';
import { openWorkspace, type Workspace } from '../files/workspace.ts';

/** A file that a pipeline stands on, and where it lies on this machine. */
export interface GatheredFile extends PipelineFile {
  /** Real, absolute. */
  readonly from: string;
}

/** Where the pipeline's folder lies in a bundle. */
export const pipelineFolder = 'pipeline';

/**
 * Every file that the document's nodes name: models with the weights beside them, labels, tokenizers, indices, samples.
 * Nothing else, and nothing from outside the pipeline's folder. In order of their paths. Throws as `resolvePath` does,
 * the problem of a file that is wrong, and `path-outside` for a name that a bundle cannot carry.
 */
export async function gatherFiles(checked: Checked, folder: string): Promise<readonly GatheredFile[]> {
  const workspace = await openWorkspace(folder);
  const found = new Map<string, GatheredFile>();
  const add = async (name: string, role: PipelineFile['role'], sha256?: string): Promise<void> => {
    const plain = path.posix.normalize(name);
    if (found.has(plain)) return;
    refuseOdd(name, plain);
    const from = await workspace.resolvePath(name);
    const { size } = await stat(from);
    const record = checked.document.files.find((file) => path.posix.normalize(file.path) === plain);
    found.set(plain, {
      path: plain,
      bundled: `${pipelineFolder}/${plain}`,
      from,
      bytes: size,
      sha256: sha256 ?? (await hashFile(from)),
      licence: record?.licence ?? null,
      source: record?.source ?? null,
      role,
    });
  };
  for (const { definition, params, files } of checked.nodes.values()) {
    for (const [param, spec] of Object.entries(definition.params)) {
      const name = params[param];
      if (spec.form !== 'file' || typeof name !== 'string' || name === '') continue;
      const facts = files[param];
      if (facts?.problem !== undefined) throw problemFrom(facts.problem);
      const real = await workspace.resolvePath(name);
      if ((await stat(real)).isDirectory()) {
        await addFolder(workspace, name, (file) => add(file, 'media'));
        continue;
      }
      await add(name, spec.role === 'onnx' ? 'model' : spec.role === 'media' ? 'media' : 'asset', facts?.sha256);
      for (const beside of facts?.model?.externalData ?? [])
        await add(path.posix.join(path.posix.dirname(name), beside), 'model');
    }
    if (definition.external !== 'folder') continue;
    for (const [param, spec] of Object.entries(definition.params)) {
      const name = params[param];
      if (spec.form !== 'text' || typeof name !== 'string' || name === '') continue;
      await addFolder(workspace, name, (file) => add(file, 'media'));
    }
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  refuseAlike(files);
  return files;
}

/** The plain files of a sample folder; a name that is no folder is none. */
async function addFolder(workspace: Workspace, name: string, add: (file: string) => Promise<void>): Promise<void> {
  const real = await workspace.resolvePath(name).catch(() => null);
  if (real === null || (await readdir(real).catch(() => null)) === null) return;
  for (const file of await plainFiles(real)) await add(path.posix.join(name, file));
}

function refuseOdd(name: string, plain: string): void {
  if (isPlainPath(plain)) return;
  throw new Problem('path-outside', {
    message: `The file ${JSON.stringify(name.slice(0, 200))} cannot be carried in a bundle: its name holds control characters or backslashes, or leads out of the folder.`,
    fix: 'Rename the file, and name it so in the pipeline.',
    where: { file: name.slice(0, 200) },
  });
}

/** Names that are one on systems that do not tell large letters from small. */
function refuseAlike(files: readonly PipelineFile[]): void {
  const seen = new Map<string, string>();
  for (const { path: name } of files) {
    const key = name.normalize('NFC').toLowerCase();
    const other = seen.get(key);
    if (other !== undefined)
      throw new Problem('usage', {
        message: `"${other}" and "${name}" are one name on some systems.`,
        fix: 'Rename one of them.',
        where: { file: name },
      });
    seen.set(key, name);
  }
}
