import type { LoadPoint } from './load.ts';

/**
 * Index of the last point before latency rises faster than throughput: where Kleinrock's power, throughput / mean latency,
 * is greatest (Kleinrock 1979, Power and deterministic rules of thumb). Unlike a curvature (Kneedle, Satopaa et al. 2011)
 * it needs no dense curve: a handful of levels will do. Null when nothing lies beyond it: the load never came near what the
 * pipeline can bear.
 */
export function kneeOf(points: readonly LoadPoint[]): number | null {
  let best: number | null = null;
  let most = 0;
  points.forEach((point, i) => {
    if (point.saturated || point.latency.mean <= 0) return;
    const power = point.throughput / point.latency.mean;
    if (power > most) {
      most = power;
      best = i;
    }
  });
  if (best === null) return null;
  const { level } = points[best];
  return points.some((point) => point.level > level) ? best : null;
}
