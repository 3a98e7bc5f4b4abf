import type { CostPlotProps } from './plotProps.ts';

export function CostPlot({ about }: CostPlotProps) {
  return (
    <figure className="plot-figure" aria-label={about}>
      <figcaption>Cost</figcaption>
    </figure>
  );
}
