import type { Stats } from './stats.ts';

export interface LoadSettings {
  /** `closed`: so many clients, each sends its next request when the last is answered. The others: requests come whether or not earlier ones are done. */
  readonly arrivals: 'closed' | 'constant' | 'poisson';
  /** Clients, or requests a second. Empty: found by the profiler, from idle to beyond what it can bear. */
  readonly levels: readonly number[];
  readonly secondsPerLevel: number;
  /** Batch sizes that every model which can batch is set to, one curve each; 0: as the document says. */
  readonly batches: readonly number[];
  /** Requests that may wait; beyond it the level is given up as saturated. */
  readonly maxQueue: number;
  readonly seed: number;
}

export interface LoadPoint {
  readonly level: number;
  /** Requests a second that were meant to come; for a closed loop those that came. */
  readonly offered: number;
  readonly throughput: number;
  /** From the moment a request was due, not from when it was sent: nothing is left out because we were busy. */
  readonly latency: Stats;
  /** From due to begun. */
  readonly wait: Stats;
  readonly failed: number;
  /** It fell behind and would have fallen behind for ever. */
  readonly saturated: boolean;
}
export interface LoadCurve {
  /** 0: as the document says. */
  readonly batch: number;
  readonly points: readonly LoadPoint[];
  /** Index of the last point before latency rises faster than throughput; null when the curve has none. */
  readonly knee: number | null;
}
export interface LoadResult {
  readonly createdAt: string;
  readonly settings: LoadSettings;
  readonly curves: readonly LoadCurve[];
}
