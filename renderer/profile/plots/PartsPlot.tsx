import type { PartsPlotProps } from './plotProps.ts';

export function PartsPlot({ about }: PartsPlotProps) {
  return (
    <figure className="plot-figure" aria-label={about}>
      <figcaption>Where the time goes</figcaption>
    </figure>
  );
}
