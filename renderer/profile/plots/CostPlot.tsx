import { useMemo, useState } from 'react';
import { breakEvenChart, perMillionChart } from './costCharts.ts';
import { PlotChoice } from './PlotChoice.tsx';
import { PlotFigure } from './PlotFigure.tsx';
import type { CostPlotProps } from './plotProps.ts';

const views = [
  { id: 'million', title: 'Per million' },
  { id: 'months', title: 'Over months' },
] as const;

/** What requests cost, or when buying pays. */
export function CostPlot({ cost, currency, months, about }: CostPlotProps) {
  const [view, setView] = useState<(typeof views)[number]['id']>('million');
  const chart = useMemo(
    () => (view === 'million' ? perMillionChart({ cost, currency }) : breakEvenChart({ cost, currency, months })),
    [view, cost, currency, months],
  );
  return (
    <PlotFigure
      chart={chart}
      about={about}
      choices={<PlotChoice name="What of cost" choices={views} at={view} onChange={setView} />}
    />
  );
}
