import { useMemo } from 'react';
import { loadChart } from './loadChart.ts';
import { PlotFigure } from './PlotFigure.tsx';
import type { LoadPlotProps } from './plotProps.ts';

export function LoadPlot({ curves, percentile, targetMs, about }: LoadPlotProps) {
  const chart = useMemo(() => loadChart({ curves, percentile, targetMs }), [curves, percentile, targetMs]);
  return <PlotFigure chart={chart} about={about} />;
}
