import { useMemo, useState } from 'react';
import { distributionChart, driftChart } from './latencyCharts.ts';
import { PlotChoice } from './PlotChoice.tsx';
import { PlotFigure } from './PlotFigure.tsx';
import type { LatencyPlotProps } from './plotProps.ts';

const views = [
  { id: 'spread', title: 'Spread' },
  { id: 'time', title: 'Over time' },
] as const;

/** How the runs are spread, or how they followed each other. */
export function LatencyPlot({ wall, series, warmUp, about, onRun }: LatencyPlotProps) {
  const [view, setView] = useState<(typeof views)[number]['id']>('spread');
  const chart = useMemo(
    () => (view === 'spread' ? distributionChart({ wall, series }) : driftChart({ wall, series, warmUp })),
    [view, wall, series, warmUp],
  );
  const choose = (point: unknown): void => {
    if (typeof point === 'object' && point !== null && 'run' in point && typeof point.run === 'number')
      onRun?.(point.run);
  };
  return (
    <PlotFigure
      chart={chart}
      about={about}
      choices={<PlotChoice name="What of latency" choices={views} at={view} onChange={setView} />}
      onPoint={view === 'time' && onRun !== undefined ? choose : undefined}
    />
  );
}
