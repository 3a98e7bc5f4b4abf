import { Problem } from '../problems/problem.ts';
import type { NodeDefinition } from './node.ts';

/** Node definitions by type. The engine is handed one; it never imports nodes. */
export interface Registry {
  get(type: string): NodeDefinition | undefined;
  all(): readonly NodeDefinition[];
}

/** Throws `node-duplicate` when two definitions claim one type. */
export function makeRegistry(definitions: readonly NodeDefinition[]): Registry {
  const byType = new Map<string, NodeDefinition>();
  for (const definition of definitions) {
    if (byType.has(definition.type)) {
      throw new Problem('node-duplicate', {
        message: `Two node definitions are called "${definition.type}".`,
        fix: 'Rename one of them: a type is family.name and must be unique over built-in nodes and your own.',
      });
    }
    byType.set(definition.type, definition);
  }
  const sorted = [...byType.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
  return { get: (type) => byType.get(type), all: () => sorted };
}
