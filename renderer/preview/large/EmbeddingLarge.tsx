import type { EmbeddingPreview } from '../../../core/studio/preview.ts';
import { numberText, wholeText } from '../numbers.ts';
import { Strip } from '../Strip.tsx';
import { useSize } from '../useSize.ts';
import { barPaths } from '../waves.ts';
import { SimilarityMatrix } from './SimilarityMatrix.tsx';

export function EmbeddingLarge({ preview }: { readonly preview: EmbeddingPreview }) {
  const { strip, length, norm, unit, similarity } = preview;
  const [ref, { width }] = useSize<HTMLDivElement>();
  const whole = strip.length === length;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const x of strip) {
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  const bars = barPaths(strip, Math.max(1, width), 120);
  return (
    <div className="embedding-large kind-embedding">
      <div className="large-tools">
        <span className="readout">
          {`${wholeText(length)} numbers, length ${numberText(norm, 6)}${unit ? ' (unit)' : ''}, ${numberText(low)} … ${numberText(high)}`}
        </span>
      </div>
      <div ref={ref} className="embedding-strip">
        <Strip values={strip} columns={Math.max(64, width)} />
      </div>
      <p className="side-note">Above zero in the upper half, below zero in the lower; the larger the stronger.</p>
      <svg className="bars embedding-bars" viewBox={`0 0 ${Math.max(1, width)} 120`} preserveAspectRatio="none">
        <title>Each number as a bar</title>
        <path d={bars.above} />
        <path className="below" d={bars.below} />
        <line className="divide" x1={0} x2={width} y1={bars.zero} y2={bars.zero} />
      </svg>
      <p className="side-note">{whole ? 'Every number as a bar.' : 'Means of neighbouring numbers as bars.'}</p>
      {similarity !== undefined && similarity.names.length > 1 && (
        <SimilarityMatrix names={similarity.names} rows={similarity.rows} at={preview.index} />
      )}
      {similarity !== undefined && similarity.names.length <= 1 && (
        <p className="side-note">One item is kept here: similarities show once there are several.</p>
      )}
    </div>
  );
}
