import type { LoadPoint, LoadResult } from '../../core/profile/load.ts';

/** The point with most requests a second whose p95 holds the target and that keeps up; of the newest load that was measured. */
export function bestUnder(load: readonly LoadResult[], targetMs: number): LoadPoint | null {
  const newest = load.at(-1);
  if (newest === undefined) return null;
  let best: LoadPoint | null = null;
  for (const curve of newest.curves)
    for (const point of curve.points)
      if (!point.saturated && point.failed === 0 && point.latency.p95 <= targetMs)
        if (best === null || point.throughput > best.throughput) best = point;
  return best;
}

/** Most requests a second that any level reached without falling behind; null where no load was measured. */
export function mostThroughput(load: readonly LoadResult[]): number | null {
  const rates = (load.at(-1)?.curves ?? []).flatMap((curve) =>
    curve.points.filter((point) => !point.saturated).map((point) => point.throughput),
  );
  return rates.length === 0 ? null : Math.max(...rates);
}
