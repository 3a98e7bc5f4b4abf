import type { DocumentNode, PipelineDocument } from '../../core/graph/document.ts';
import type { NodeSpec } from '../../core/studio/catalog.ts';
import { fuzzy } from './fuzzy.ts';

export interface FoundNode {
  readonly node: DocumentNode;
  readonly title: string;
  /** Where the words were found besides the title: `size 112`; empty when it was the title. */
  readonly where: string;
  readonly marks: readonly number[];
}

/** Nodes by label, title, type, id or the value of a parameter; notes and groups are not nodes. Best first. */
export function findNodes(
  document: PipelineDocument,
  specs: ReadonlyMap<string, NodeSpec>,
  query: string,
): readonly FoundNode[] {
  const words = query.trim().toLowerCase();
  const found: (FoundNode & { readonly score: number })[] = [];
  for (const node of document.nodes) {
    const title = node.label ?? specs.get(node.type)?.title ?? node.type;
    const byTitle = fuzzy(words, title);
    if (byTitle !== null) found.push({ node, title, where: '', marks: byTitle.marks, score: 100 + byTitle.score });
    else {
      const where = placeOf(node, specs.get(node.type), words);
      if (where !== null) found.push({ node, title, where, marks: [], score: 0 });
    }
  }
  return found.sort((a, b) => b.score - a.score);
}

function placeOf(node: DocumentNode, spec: NodeSpec | undefined, words: string): string | null {
  if (node.id.toLowerCase().includes(words)) return `id ${node.id}`;
  if (node.type.toLowerCase().includes(words)) return node.type;
  for (const [name, value] of Object.entries(node.params)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text.toLowerCase().includes(words) || `${name} ${text}`.toLowerCase().includes(words))
      return `${name} ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
  }
  if (spec?.title.toLowerCase().includes(words)) return spec.title;
  return null;
}
