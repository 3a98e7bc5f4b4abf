import type { CostResult } from '../../../core/profile/cost.ts';
import type { LoadCurve } from '../../../core/profile/load.ts';
import type { MemoryProfile, NodeProfile, Series, WarmUp } from '../../../core/profile/profile.ts';
import type { SearchResult } from '../../../core/profile/search.ts';
import type { Stats } from '../../../core/profile/stats.ts';

/** What every plot takes: it fills the element that it stands in, and files are named after `about`. */
export interface PlotPlace {
  /** Name of the pipeline or profile: `fusion` makes `fusion latency.svg`. */
  readonly about: string;
}

export interface LoadPlotProps extends PlotPlace {
  readonly curves: readonly LoadCurve[];
  readonly percentile: 'p50' | 'p95';
  /** Latency that is asked for; null: none. */
  readonly targetMs: number | null;
}

export interface LatencyPlotProps extends PlotPlace {
  readonly wall: Stats;
  readonly series: Series;
  readonly warmUp: WarmUp;
  /** A point is clicked: the run of the series. */
  readonly onRun?: (run: number) => void;
}

export interface MemoryPlotProps extends PlotPlace {
  readonly memory: MemoryProfile;
}

export interface ParetoPlotProps extends PlotPlace {
  readonly search: SearchResult;
  /** Setting in words, for labels and cards. */
  readonly nameOf: (id: number) => string;
  readonly onPoint?: (id: number) => void;
}

export interface CostPlotProps extends PlotPlace {
  readonly cost: CostResult;
  readonly currency: string;
  /** How far break-even is drawn. */
  readonly months: number;
}

export interface PartsPlotProps extends PlotPlace {
  readonly nodes: readonly NodeProfile[];
  readonly titleOf: (node: string) => string;
  readonly heatOf: (node: string) => number;
  readonly remainderMs: number;
  readonly selected?: string | null;
  readonly onSelect?: (node: string) => void;
}
