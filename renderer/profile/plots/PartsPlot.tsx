import { useMemo } from 'react';
import { PlotFigure } from './PlotFigure.tsx';
import { partsChart } from './partsChart.ts';
import type { PartsPlotProps } from './plotProps.ts';

export function PartsPlot({ nodes, titleOf, heatOf, remainderMs, selected = null, onSelect, about }: PartsPlotProps) {
  const chart = useMemo(
    () => partsChart({ nodes, titleOf, heatOf, remainderMs, selected }),
    [nodes, titleOf, heatOf, remainderMs, selected],
  );
  const choose = (point: unknown): void => {
    if (typeof point !== 'object' || point === null || !('node' in point)) return;
    if (typeof point.node === 'string' && point.node !== '') onSelect?.(point.node);
  };
  return <PlotFigure chart={chart} about={about} onPoint={onSelect === undefined ? undefined : choose} />;
}
