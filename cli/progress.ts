import type { RunEvent } from '../core/run/result.ts';
import { bar, columnsOf, type Terminal } from './terminal.ts';

/** One line on stderr that is drawn over and over; nothing at all where nobody watches. */
export interface Progress {
  /** `done` of `total`; `label` says what goes on. */
  show(done: number, total: number, label: string): void;
  /** Takes the line away, so that other output can follow. */
  clear(): void;
}

const redrawMs = 80;

export function makeProgress(terminal: Terminal, quiet: boolean): Progress {
  if (!terminal.interactive || quiet) return { show: () => undefined, clear: () => undefined };
  let shownAt = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    show(done, total, label) {
      const now = performance.now();
      if (now - shownAt < redrawMs && done < total) return;
      shownAt = now;
      shown = true;
      const head = `${bar(terminal, total === 0 ? 0 : done / total, 24)} ${done}/${total} `;
      const room = terminal.width - columnsOf(head) - 1;
      process.stderr.write(`\r\u001b[2K${head}${label.slice(0, Math.max(0, room))}`);
    },
    clear() {
      if (shown) process.stderr.write('\r\u001b[2K');
      shown = false;
    },
  };
}

/** Follows one run: nodes that are done, and those that are at work. */
export function followRun(progress: Progress): (event: RunEvent) => void {
  let total = 0;
  const done = new Set<string>();
  const running = new Set<string>();
  return (event) => {
    if (event.event === 'start') total = event.nodes.length;
    else if (event.event === 'node' && event.state === 'running') running.add(event.node);
    else if (event.event === 'node') {
      running.delete(event.node);
      done.add(event.node);
    }
    progress.show(done.size, total, [...running].join(', '));
  };
}

/** `12 s`, `3 min 20 s`: time left at the pace so far. */
export function timeLeft(done: number, total: number, elapsedMs: number): string {
  if (done === 0) return '';
  const seconds = Math.ceil(((elapsedMs / done) * (total - done)) / 1000);
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s left`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}
