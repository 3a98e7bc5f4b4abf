import type { Trace } from '../../../core/profile/trace.ts';
import { columnsOf, indexSpans, type SpanIndex } from './spanIndex.ts';
import type { RunRange } from './timelineProps.ts';

/** Up to here it is quicker done than handed over. */
const atOnce = 20_000;

/** Small ones at once; large ones in a thread, which `signal` ends. Resolves with null when ended. */
export function buildIndex(trace: Trace, range: RunRange, signal: AbortSignal): SpanIndex | Promise<SpanIndex | null> {
  const columns = columnsOf(trace, range);
  if (columns.kind.length <= atOnce) return indexSpans(columns);
  return new Promise((resolve) => {
    const worker = startWorker();
    if (worker === null) {
      resolve(indexSpans(columns));
      return;
    }
    const finish = (index: SpanIndex | null): void => {
      worker.terminate();
      signal.removeEventListener('abort', stop);
      resolve(index);
    };
    const stop = (): void => finish(null);
    signal.addEventListener('abort', stop);
    worker.addEventListener('message', (event: MessageEvent<SpanIndex>) => finish(event.data));
    // A page whose thread does not load still shows its trace.
    worker.addEventListener('error', () => finish(indexSpans(columnsOf(trace, range))));
    worker.postMessage(columns, [
      columns.worker.buffer,
      columns.kind.buffer,
      columns.startMs.buffer,
      columns.endMs.buffer,
    ]);
  });
}

/** Null where a page may not start threads: opened as a file, for one. */
function startWorker(): Worker | null {
  try {
    return new Worker(new URL('./spanIndexWorker.ts', import.meta.url), { type: 'module' });
  } catch {
    return null;
  }
}
