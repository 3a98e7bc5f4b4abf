import type { LoadPlotProps } from './plotProps.ts';

export function LoadPlot({ about }: LoadPlotProps) {
  return (
    <figure className="plot-figure" aria-label={about}>
      <figcaption>Throughput and latency</figcaption>
    </figure>
  );
}
