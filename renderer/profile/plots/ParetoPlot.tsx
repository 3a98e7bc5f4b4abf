import type { ParetoPlotProps } from './plotProps.ts';

export function ParetoPlot({ about }: ParetoPlotProps) {
  return (
    <figure className="plot-figure" aria-label={about}>
      <figcaption>Latency against throughput</figcaption>
    </figure>
  );
}
