import { buffersOf, indexSpans, type SpanColumns } from './spanIndex.ts';

/** A thread of its own: a million spans take a second to sort, and the page goes on meanwhile. */
self.addEventListener('message', (event: MessageEvent<SpanColumns>) => {
  const index = indexSpans(event.data);
  self.postMessage(index, { transfer: buffersOf(index) });
});
