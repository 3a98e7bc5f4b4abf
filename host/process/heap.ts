import { setFlagsFromString } from 'node:v8';

/** In percent of what lives: V8's own figure at its highest. */
const growth = 300;

/**
 * V8 counts the bytes of pictures, sounds and tensors to its heap, but not to how fast the heap is filled: it takes a
 * process that moves little else for an idle one, lets the heap grow by a third and collects garbage after every few
 * requests, on all cores. For processes that answer requests; the flag is read whenever a limit is set.
 */
export function letHeapGrow(): void {
  // Electron may have sealed the flags, and then ends a process that sets one.
  if (process.versions['electron'] === undefined) setFlagsFromString(`--heap-growing-percent=${growth}`);
}
