import { replacedNodes } from '../../core/graph/changes.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { Change } from '../../core/graph/edit.ts';
import type { NodeSpec } from '../../core/studio/catalog.ts';
import { bringIn } from '../media/library.ts';
import { scheduleCheck } from '../state/checks.ts';
import { edit } from '../state/edits.ts';
import { ask, pickPath } from '../state/sessions.ts';
import { state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';

/** Looks for a file that is not there by its hash, first where the back end knows to look, then in a folder named. */
export async function findFile(path: string, how: 'hash' | 'pick' = 'hash'): Promise<void> {
  try {
    const found = how === 'pick' ? await pickInstead() : await findByHash(path);
    if (found !== null) await putInstead(path, await bringIn(found));
  } catch (error) {
    sayProblem(error);
  }
}

async function pickInstead(): Promise<string | null> {
  return pickPath({ purpose: 'file', startIn: state().session?.folder });
}

async function findByHash(path: string): Promise<string | null> {
  const here = await lookFor(path, []);
  if (here !== null) return here;
  const choice = await ask(
    `${nameOf(path)} was not found`,
    'It is in none of the folders that were looked through. Name the folder that it may be in; folders inside it are looked through, too.',
    [{ label: 'Choose a folder…', value: 'folder', primary: true }],
  );
  const folder = choice === 'folder' ? await pickPath({ purpose: 'folder' }) : null;
  if (folder === null) return null;
  const there = await lookFor(path, [folder]);
  if (there === null)
    toast({
      tone: 'warning',
      text: `${nameOf(path)} is not in that folder either.`,
      fix: 'Try another folder, or choose another file.',
    });
  return there;
}

async function lookFor(path: string, folders: readonly string[]): Promise<string | null> {
  const { session, document, api } = state();
  if (session === null) return null;
  const { files } = await api.call('findMissing', { session: session.id, document, folders: [...folders] });
  return files.find((file) => file.path === path)?.foundAt ?? null;
}

/** Every parameter that named the old path names the new one; what is recorded of the file goes with it. */
async function putInstead(old: string, path: string): Promise<void> {
  const { document, specs } = state();
  edit(`find ${nameOf(old)}`, renamedFile(document, specs, old, path));
  toast({ tone: 'ok', text: `${nameOf(old)} was found.` });
  scheduleCheck(0);
}

/** Pure: the changes that put `path` wherever a file parameter holds `old`. */
export function renamedFile(
  document: PipelineDocument,
  specs: ReadonlyMap<string, Pick<NodeSpec, 'params'>>,
  old: string,
  path: string,
): readonly Change[] {
  if (old === path) return [];
  const nodes = replacedNodes(document, (node) => {
    const files = Object.entries(specs.get(node.type)?.params ?? {}).filter(
      ([name, spec]) => spec.form === 'file' && (node.params[name] ?? spec.default) === old,
    );
    if (files.length === 0) return node;
    return { ...node, params: { ...node.params, ...Object.fromEntries(files.map(([name]) => [name, path])) } };
  });
  const index = document.files.findIndex((file) => file.path === old);
  const before = document.files[index];
  if (before === undefined) return nodes;
  const taken = document.files.some((file) => file.path === path);
  return [
    ...nodes,
    { in: 'files', index, before, after: null },
    ...(taken ? [] : [{ in: 'files', index, before: null, after: { ...before, path } } as const]),
  ];
}

/** A file was changed on purpose: its new hash is recorded. */
export async function acceptFile(path: string): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  try {
    const { sha256 } = await api.call('inspectModel', { session: session.id, path });
    const { document } = state();
    const index = document.files.findIndex((file) => file.path === path);
    const before = document.files[index];
    if (before !== undefined)
      edit(`take ${nameOf(path)} as it is`, [{ in: 'files', index, before, after: { ...before, sha256 } }]);
  } catch (error) {
    sayProblem(error);
  }
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? path;
}
