import type { FileFacts } from '../define/file-facts.ts';
import type { NodeFiles } from '../define/node.ts';
import type { FileRole } from '../define/param.ts';
import type { Registry } from '../define/registry.ts';
import type { PipelineDocument } from '../graph/document.ts';

/** A file that a node's parameter names. */
export interface WantedFile {
  readonly path: string;
  readonly role: FileRole;
  readonly node: string;
  readonly param: string;
  /** As the document recorded it; undefined when it did not. */
  readonly sha256: string | undefined;
}

export type FactsLookup = (path: string) => FileFacts | undefined;

/** Every file whose facts `check` wants, read by the host beforehand. */
export function filesOf(document: PipelineDocument, registry: Registry): readonly WantedFile[] {
  const recorded = new Map(document.files.map((file) => [file.path, file.sha256]));
  const wanted: WantedFile[] = [];
  for (const node of document.nodes) {
    const definition = registry.get(node.type);
    if (definition === undefined || node.disabled) continue;
    for (const [param, spec] of Object.entries(definition.params)) {
      if (spec.form !== 'file') continue;
      const path = Object.hasOwn(node.params, param) ? node.params[param] : spec.default;
      if (typeof path === 'string' && path !== '')
        wanted.push({ path, role: spec.role, node: node.id, param, sha256: recorded.get(path) });
    }
  }
  return wanted;
}

/** The facts of each node's files, by node and then by parameter name. */
export function factsByNode(files: readonly WantedFile[], facts: FactsLookup): ReadonlyMap<string, NodeFiles> {
  const byNode = new Map<string, Record<string, FileFacts>>();
  for (const file of files) {
    const known = facts(file.path);
    if (known === undefined) continue;
    const found = byNode.get(file.node) ?? {};
    found[file.param] = known;
    byNode.set(file.node, found);
  }
  return byNode;
}
