import { useMemo } from 'react';
import { PlotFigure } from './PlotFigure.tsx';
import { paretoChart } from './paretoChart.ts';
import type { ParetoPlotProps } from './plotProps.ts';

export function ParetoPlot({ search, nameOf, about, onPoint }: ParetoPlotProps) {
  const chart = useMemo(() => paretoChart({ search, nameOf }), [search, nameOf]);
  const choose = (point: unknown): void => {
    if (typeof point === 'object' && point !== null && 'id' in point && typeof point.id === 'number')
      onPoint?.(point.id);
  };
  return <PlotFigure chart={chart} about={about} onPoint={onPoint === undefined ? undefined : choose} />;
}
