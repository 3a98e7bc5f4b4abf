import { useCallback, useMemo } from 'react';
import { nodesById } from '../canvas/indexes.ts';
import { useStudio } from '../state/state.ts';
import { useProfile } from './profileState.ts';

/** What a person calls the nodes of the profile that is shown (of the document, while none is). */
export function useTitles(): (node: string) => string {
  const own = useStudio((s) => s.document);
  const measured = useProfile((s) => s.current?.document ?? null);
  const specs = useStudio((s) => s.specs);
  const nodes = useMemo(() => nodesById((measured ?? own).nodes), [measured, own]);
  return useCallback(
    (id: string) => {
      const node = nodes.get(id);
      return node === undefined ? id : (node.label ?? specs.get(node.type)?.title ?? node.type);
    },
    [nodes, specs],
  );
}
