/** Milliseconds of a clock that all threads of a process share; `performance.now` starts anew in each. */
export function sharedClockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** What to add to a reading of the shared clock to get `performance.now` of the calling thread. */
export function sharedClockOffset(): number {
  let best = Number.POSITIVE_INFINITY;
  let offset = 0;
  // The tightest of a few readings: the thread may be set aside between two of them.
  for (let i = 0; i < 8; i++) {
    const before = sharedClockMs();
    const here = performance.now();
    const after = sharedClockMs();
    if (after - before >= best) continue;
    best = after - before;
    offset = here - (before + after) / 2;
  }
  return offset;
}
