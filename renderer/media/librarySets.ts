import { useMemo } from 'react';
import { type BatchItem, batchItems } from '../commands/libraryBatch.ts';
import { state, useStudio } from '../state/state.ts';
import { useLibrary } from './library.ts';

/** The media sets of the library that the pipeline's inputs take, as far as the library is known. */
export function librarySets(): readonly BatchItem[] {
  const { document, specs, session } = state();
  const { items, session: of } = useLibrary.getState();
  return of === session?.id ? batchItems(document, specs, items) : [];
}

/** The same, followed; null while the library has not been read. */
export function useLibrarySets(): readonly BatchItem[] | null {
  const document = useStudio((s) => s.document);
  const specs = useStudio((s) => s.specs);
  const session = useStudio((s) => s.session?.id);
  const items = useLibrary((s) => (s.session === session && s.loaded ? s.items : null));
  return useMemo(() => (items === null ? null : batchItems(document, specs, items)), [document, specs, items]);
}
