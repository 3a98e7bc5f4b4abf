import type { Trace } from './trace.ts';

/**
 * Bytes of values alive at once in one run, at the most: what a task gave lives from its end until the last task that
 * took it has ended; what nobody took, until the end of the run, whose answer it is.
 */
export function liveBytes(trace: Trace, run: number): number {
  const { runs, tasks } = trace;
  const from = runs.firstTask[run];
  const to = runs.firstTask[run + 1];
  const lastUse = new Float64Array(to - from).fill(Number.NaN);
  for (let task = from; task < to; task++) {
    for (let at = tasks.firstAfter[task]; at < tasks.firstAfter[task + 1]; at++) {
      const giver = tasks.after[at] - from;
      const known = lastUse[giver];
      lastUse[giver] = Number.isNaN(known) ? tasks.endMs[task] : Math.max(known, tasks.endMs[task]);
    }
  }
  const changes: { readonly atMs: number; readonly bytes: number }[] = [];
  for (let task = from; task < to; task++) {
    const bytes = tasks.bytesOut[task];
    if (!(bytes > 0)) continue;
    const gone = lastUse[task - from];
    changes.push({ atMs: tasks.endMs[task], bytes });
    changes.push({ atMs: Number.isNaN(gone) ? runs.endMs[run] : gone, bytes: -bytes });
  }
  // At one instant what is made comes first: giver and taker hold their values together.
  changes.sort((a, b) => a.atMs - b.atMs || b.bytes - a.bytes);
  let alive = 0;
  let most = 0;
  for (const { bytes } of changes) {
    alive += bytes;
    most = Math.max(most, alive);
  }
  return most;
}
