import type { Registry } from '../../../core/define/registry.ts';
import type { PartNodeType } from '../../../core/lower/compiledDocument.ts';
import { Problem } from '../../../core/problems/problem.ts';

const type = 'model.part';

/** The node that runs a compiled file, as it is registered. */
export function partNode(registry: Registry): PartNodeType {
  const found = registry.get(type);
  if (found !== undefined) return { type, version: found.version };
  throw new Problem('internal', { message: `The node type "${type}" is not registered.`, fix: 'Report this.' });
}
