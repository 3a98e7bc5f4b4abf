import { ArrowRight } from 'lucide-react';
import { useMemo } from 'react';
import type { ShrinkWorst } from '../../core/onnx/shrink/report.ts';
import type { BatchItem } from '../commands/libraryBatch.ts';
import { fedInputs } from '../media/feeding.ts';
import { useLibrary } from '../media/library.ts';
import { MediaLook } from '../media/MediaTile.tsx';
import { useStudio } from '../state/state.ts';
import { mediaOfSample } from './sampleMedia.ts';

/** The sample whose answers changed most: what it is, and what was answered before and after. */
export function WorstSample({
  worst,
  samples,
}: {
  readonly worst: ShrinkWorst;
  readonly samples: readonly BatchItem[] | null;
}) {
  const document = useStudio((s) => s.document);
  const report = useStudio((s) => s.report);
  const specs = useStudio((s) => s.specs);
  const library = useLibrary((s) => s.items);
  const media = useMemo(
    () => mediaOfSample(worst.sample, samples, fedInputs(document, report, specs), library),
    [worst, samples, document, report, specs, library],
  );
  return (
    <section className="worst-sample" aria-label="The sample that changed most">
      {media.length > 0 && (
        <div className="worst-media">
          {media.slice(0, 3).map((item) => (
            <span key={item.path} className="tile-look" title={item.name}>
              <MediaLook item={item} />
            </span>
          ))}
        </div>
      )}
      <div className="worst-words">
        <h3>
          Changed most: <span className="mono">{worst.sample}</span>
        </h3>
        <p className="quiet">{worst.words}</p>
        <dl>
          {worst.answers.map(({ output, before, after }) => (
            <div key={output}>
              <dt>{output}</dt>
              <dd>
                <span>
                  <span className="spoken">before: </span>
                  {before}
                </span>
                <ArrowRight size={12} aria-hidden="true" />
                <b>
                  <span className="spoken">after: </span>
                  {after}
                </b>
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}
