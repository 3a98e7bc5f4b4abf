import type { EmbeddingPreview } from '../../../core/studio/preview.ts';
import { shownRunOf } from '../../state/runs.ts';
import { useStudio } from '../../state/state.ts';
import { numberText, wholeText } from '../numbers.ts';
import { runBefore, usePreview } from '../previews.ts';
import { Strip } from '../Strip.tsx';
import { cosine, similarityText } from '../vectors.ts';
import { Caption, Well } from './Well.tsx';

export function EmbeddingNode({
  preview,
  end,
  width,
  height,
}: {
  readonly preview: EmbeddingPreview;
  readonly end: string;
  readonly width: number;
  readonly height: number;
}) {
  const before = useStudio((s) => {
    const shown = shownRunOf(s);
    return shown === null ? null : (runBefore(s.runs, shown.run, end)?.run ?? null);
  });
  return (
    <>
      <Well height={height}>
        <Strip values={preview.strip} columns={Math.floor(width / 2)} />
      </Well>
      {before !== null && <ToLastRun preview={preview} end={end} run={before} />}
      <Caption
        left={`${wholeText(preview.length)} numbers`}
        right={preview.unit ? 'unit length' : `length ${numberText(preview.norm)}`}
      />
    </>
  );
}

/** How like the vector of the run before it is; only where both came whole. */
function ToLastRun({
  preview,
  end,
  run,
}: {
  readonly preview: EmbeddingPreview;
  readonly end: string;
  readonly run: string;
}) {
  const last = usePreview(end, { width: 1, height: 1, run }).preview;
  if (last?.kind !== 'embedding' || last.strip.length !== last.length || preview.strip.length !== preview.length)
    return null;
  const similarity = cosine(preview.strip, last.strip);
  if (similarity === null) return null;
  return <span className="to-last-run">{`${similarityText(similarity)} to last run`}</span>;
}
