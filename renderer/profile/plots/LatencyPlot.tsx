import type { LatencyPlotProps } from './plotProps.ts';

export function LatencyPlot({ about }: LatencyPlotProps) {
  return (
    <figure className="plot-figure" aria-label={about}>
      <figcaption>Latency</figcaption>
    </figure>
  );
}
