import type { Checked } from '../../core/check/checked.ts';
import { compileNodeFolder } from '../nodes/load.ts';

/** A module with nodes of the user's own, compiled so that it stands by itself. */
export interface CompiledNode {
  readonly name: string;
  readonly text: string;
}

/** The user's modules that a pipeline uses, numbered in their order. Throws as loading them does. */
export async function usedNodes(checked: Checked, folders: readonly string[]): Promise<readonly CompiledNode[]> {
  const wanted = new Set([...checked.nodes.values()].map(({ definition }) => definition.type));
  const used: CompiledNode[] = [];
  for (const folder of folders)
    for (const { text, types } of await compileNodeFolder(folder)) {
      if (!types.some((type) => wanted.has(type))) continue;
      const name = types[0].replace(/[^A-Za-z0-9]+/g, '-');
      used.push({ name: `${String(used.length + 1).padStart(2, '0')}-${name}.mjs`, text });
    }
  return used;
}
