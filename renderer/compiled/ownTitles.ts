import { useCallback, useMemo } from 'react';
import { toldApart } from '../profile/titles.ts';
import { useStudio } from '../state/state.ts';

/** What the pipeline's own nodes are called, whatever profile is shown; of two with one title the id is told too. */
export function useOwnTitles(): (node: string) => string {
  const nodes = useStudio((s) => s.document.nodes);
  const specs = useStudio((s) => s.specs);
  const titles = useMemo(() => toldApart(nodes, specs), [nodes, specs]);
  return useCallback((id: string) => titles.get(id) ?? id, [titles]);
}
