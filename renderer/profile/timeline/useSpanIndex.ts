import { useEffect, useState } from 'react';
import type { Trace } from '../../../core/profile/trace.ts';
import { buildIndex } from './buildIndex.ts';
import type { SpanIndex } from './spanIndex.ts';
import type { RunRange } from './timelineProps.ts';

interface Built {
  readonly trace: Trace;
  readonly first: number;
  readonly last: number;
  readonly index: SpanIndex;
}

/** The index of these runs; null while a large one is being built. */
export function useSpanIndex(trace: Trace, { first, last }: RunRange): SpanIndex | null {
  const [built, setBuilt] = useState<Built | null>(null);
  useEffect(() => {
    if (trace.runs.count === 0) return;
    const ending = new AbortController();
    const keep = (index: SpanIndex): void => setBuilt({ trace, first, last, index });
    const index = buildIndex(trace, { first, last }, ending.signal);
    if (index instanceof Promise) index.then((one) => one !== null && keep(one));
    else keep(index);
    return () => ending.abort();
  }, [trace, first, last]);
  const fits = built !== null && built.trace === trace && built.first === first && built.last === last;
  return fits ? built.index : null;
}
