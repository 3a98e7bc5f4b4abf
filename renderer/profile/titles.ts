import { useCallback, useMemo } from 'react';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { NodeSpec } from '../../core/studio/catalog.ts';
import { useStudio } from '../state/state.ts';
import { useProfile } from './profileState.ts';

/** What a person calls the nodes of the profile that is shown (of the document, while none is). */
export function useTitles(): (node: string) => string {
  return useTitlesBy(toldApart);
}

/** The same as short as can be, where the node's place tells which of its kind it is. */
export function useCardTitles(): (node: string) => string {
  return useTitlesBy(plainTitles);
}

function useTitlesBy(make: typeof plainTitles): (node: string) => string {
  const own = useStudio((s) => s.document.nodes);
  const measured = useProfile((s) => s.current?.document.nodes ?? null);
  const specs = useStudio((s) => s.specs);
  const titles = useMemo(() => make(measured ?? own, specs), [make, measured, own, specs]);
  return useCallback((id: string) => titles.get(id) ?? id, [titles]);
}

type Nodes = PipelineDocument['nodes'];
type Specs = ReadonlyMap<string, Pick<NodeSpec, 'title'>>;

export function plainTitles(nodes: Nodes, specs: Specs): ReadonlyMap<string, string> {
  return new Map(nodes.map((node) => [node.id, node.label ?? specs.get(node.type)?.title ?? node.type]));
}

/** Of several with one title each has its id beside it. */
export function toldApart(nodes: Nodes, specs: Specs): ReadonlyMap<string, string> {
  const plain = plainTitles(nodes, specs);
  const counts = new Map<string, number>();
  for (const title of plain.values()) counts.set(title, (counts.get(title) ?? 0) + 1);
  return new Map([...plain].map(([id, title]) => [id, (counts.get(title) ?? 0) > 1 ? `${title} (${id})` : title]));
}
