import type { MemoryPlotProps } from './plotProps.ts';

export function MemoryPlot({ about }: MemoryPlotProps) {
  return (
    <figure className="plot-figure" aria-label={about}>
      <figcaption>Memory</figcaption>
    </figure>
  );
}
