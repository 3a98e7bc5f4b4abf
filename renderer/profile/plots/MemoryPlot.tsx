import { useMemo } from 'react';
import { memoryChart } from './memoryChart.ts';
import { PlotFigure } from './PlotFigure.tsx';
import type { MemoryPlotProps } from './plotProps.ts';

export function MemoryPlot({ memory, about }: MemoryPlotProps) {
  const chart = useMemo(() => memoryChart(memory), [memory]);
  return <PlotFigure chart={chart} about={about} />;
}
