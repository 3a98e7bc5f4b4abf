import { useState } from 'react';
import type { TensorPreview } from '../../../core/studio/preview.ts';
import { wholeText } from '../numbers.ts';
import { useSize } from '../useSize.ts';
import { barPaths } from '../waves.ts';

/** The values of a vector that were sent, each as a bar from zero; the pointer tells them. */
export function VectorBars({ preview, offset }: { readonly preview: TensorPreview; readonly offset: number }) {
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const { values, shape } = preview;
  const total = shape.reduce((product, dim) => product * dim, 1);
  const { above, below, zero } = barPaths(values.map(Number), width, Math.max(1, height));
  const step = width / Math.max(1, values.length);
  return (
    <div className="vector-bars">
      <div
        ref={ref}
        className="vector-stage"
        onPointerMove={(event) => {
          const { left } = event.currentTarget.getBoundingClientRect();
          setAt(Math.min(values.length - 1, Math.max(0, Math.floor((event.clientX - left) / step))));
        }}
        onPointerLeave={() => setAt(null)}
      >
        <svg className="bars" viewBox={`0 0 ${Math.max(1, width)} ${Math.max(1, height)}`} preserveAspectRatio="none">
          <title>Each value as a bar</title>
          {at !== null && <rect className="bar-lit" x={at * step} width={step} height={height} />}
          <path d={above} />
          <path className="below" d={below} />
          <line className="divide" x1={0} x2={width} y1={zero} y2={zero} />
        </svg>
      </div>
      <p className="side-note">
        {at === null
          ? `Values ${wholeText(offset)} to ${wholeText(offset + values.length - 1)} of ${wholeText(total)}`
          : `${wholeText(offset + at)}: ${values[at]}`}
      </p>
    </div>
  );
}
