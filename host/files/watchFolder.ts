import { type FSWatcher, watch } from 'node:fs';

/**
 * Calls back when something in a folder changed, at most once per `quietMs`, with the names that were told. Where the
 * system cannot watch it, nothing is heard. Returns how to stop.
 */
export function watchFolder(folder: string, heard: (names: ReadonlySet<string>) => void, quietMs = 150): () => void {
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | null = null;
  let names = new Set<string>();
  function stop(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    watcher?.close();
    watcher = null;
  }
  try {
    watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name !== null) names.add(name);
      timer ??= setTimeout(() => {
        const told = names;
        names = new Set();
        timer = null;
        heard(told);
      }, quietMs).unref();
    });
    watcher.on('error', stop);
  } catch {}
  return stop;
}
