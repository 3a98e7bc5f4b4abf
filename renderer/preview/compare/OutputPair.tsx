import type { ReactNode } from 'react';
import type { RunSummary } from '../../../core/studio/api.ts';
import type { Preview } from '../../../core/studio/preview.ts';
import { Glyph } from '../../kinds/Glyph.tsx';
import { EmbeddingStill, PreviewStill } from '../PreviewStill.tsx';
import { type PreviewState, portOf, usePreview } from '../previews.ts';
import { useSize } from '../useSize.ts';
import { DifferenceOf } from './DifferenceOf.tsx';

/** One port of two runs, left and right, and under them how they differ. */
export function OutputPair({
  end,
  title,
  left,
  right,
}: {
  readonly end: string;
  readonly title: string;
  readonly left: RunSummary;
  readonly right: RunSummary;
}) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const kind = portOf(left, end)?.kind ?? portOf(right, end)?.kind ?? null;
  const column = Math.max(160, Math.floor((width - 16) / 2));
  const many = kind === 'scores' || kind === 'boxes' || kind === 'text' || kind === 'json';
  const wish = {
    width: Math.min(column, 520),
    height: 260,
    view: many ? ('large' as const) : ('node' as const),
    lane: 'compare',
    off: width === 0,
  };
  const a = usePreview(end, { ...wish, run: left.run });
  const b = usePreview(end, { ...wish, run: right.run });
  return (
    <section className="output-pair" aria-label={title}>
      <h4>
        {kind !== null && <Glyph kind={kind} named />}
        {title}
        <code className="quiet">{end}</code>
      </h4>
      <div ref={ref} className="pair">
        <Half shown={a} end={end} width={column} />
        <Half shown={b} end={end} width={column} />
      </div>
      {a.preview !== null && b.preview !== null && !a.stale && !b.stale && (
        <DifferenceOf left={a.preview} right={b.preview} />
      )}
    </section>
  );
}

function Half({ shown, end, width }: { readonly shown: PreviewState; readonly end: string; readonly width: number }) {
  const { preview, port, problem, refetch } = shown;
  if (preview !== null) return <div className="half">{stillOf(preview, end, Math.min(width, 520), refetch)}</div>;
  if (problem !== null) return <p className="half quiet">{problem.message}</p>;
  if (port === null) return <p className="half quiet">Did not run</p>;
  return <p className="half quiet">{port.missing ?? (port.passed === 0 ? 'No items passed' : '')}</p>;
}

function stillOf(preview: Preview, end: string, width: number, onGone: () => void): ReactNode {
  if (preview.kind === 'embedding') return <EmbeddingStill preview={preview} width={width} />;
  return <PreviewStill preview={preview} end={end} width={width} height={Math.round(width * 0.5)} onGone={onGone} />;
}
