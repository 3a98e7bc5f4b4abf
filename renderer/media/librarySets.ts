import { useMemo } from 'react';
import { type BatchItem, batchItems } from '../commands/libraryBatch.ts';
import { state, useStudio } from '../state/state.ts';
import { loadLibrary, useLibrary } from './library.ts';

/** The media sets of the library that the pipeline's inputs take, as far as the library is known. */
export function librarySets(): readonly BatchItem[] {
  const { document, specs, session } = state();
  const { items, session: of } = useLibrary.getState();
  return of === session?.id ? batchItems(document, specs, items) : [];
}

/** How often it is looked again whether all media are known, and how long between. */
const looks = 40;
const betweenMs = 250;

/** The same once every medium is known: what a file is comes a moment after its name, the first time. */
export async function settledSets(): Promise<readonly BatchItem[]> {
  const session = state().session?.id;
  for (let look = 0; look < looks && state().session?.id === session; look++) {
    await loadLibrary();
    const { items, loaded } = useLibrary.getState();
    if (loaded && items.every(({ kind, problem }) => kind !== 'other' || problem !== undefined)) break;
    await new Promise((resolve) => window.setTimeout(resolve, betweenMs));
  }
  return librarySets();
}

/** The same, followed; null while the library has not been read. */
export function useLibrarySets(): readonly BatchItem[] | null {
  const document = useStudio((s) => s.document);
  const specs = useStudio((s) => s.specs);
  const session = useStudio((s) => s.session?.id);
  const items = useLibrary((s) => (s.session === session && s.loaded ? s.items : null));
  return useMemo(() => (items === null ? null : batchItems(document, specs, items)), [document, specs, items]);
}
