import { CircleSlash2, TriangleAlert } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { Kind } from '../../core/kinds/value.ts';
import type { RunSummary } from '../../core/studio/api.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { kindLooks } from '../kinds/kind.ts';
import { shownRunOf } from '../state/runs.ts';
import { useStudio } from '../state/state.ts';
import { openViewer } from '../state/viewing.ts';
import { PreviewStill } from './PreviewStill.tsx';
import { usePreview } from './previews.ts';
import { spokenPreview } from './spoken.ts';

/** Height of the picture that a kind shows on a node, its lines of text not counted. */
export function pictureHeight(kind: Kind | null, width: number): number {
  switch (kind) {
    case 'image':
    case 'video':
    case 'boxes':
    case 'mask':
      return Math.round(Math.min(160, Math.max(64, width * 0.66)));
    case 'tensor':
      return 64;
    case 'embedding':
      return 40;
    default:
      return 56;
  }
}

/** On these nothing may lie: each part of them is to be read. */
const wordy: ReadonlySet<Kind> = new Set(['text', 'scores', 'json']);

/** What a port gave in the shown run, at the size of a node; a click or Enter shows it large. */
export function NodePreview({
  node,
  end,
  width,
}: {
  readonly node: string;
  readonly end: string;
  readonly width: number;
}) {
  const expected = useStudio((s) => s.report?.types[end]?.kind ?? null);
  const known = usePreview(end, { width, height: pictureHeight(expected, width) });
  const part = useStudio((s) => compiledPartIn(shownRunOf(s), node));
  const { preview, problem, port, loading, stale, refetch } = known;
  const kind = preview?.kind ?? port?.kind ?? expected;
  const height = pictureHeight(kind, width);
  if (preview === null) {
    if (port !== null && port.missing !== null) return <Absent words={port.missing} height={height} missing />;
    if (problem !== null) return <Failed words={problem.message} height={height} onRetry={refetch} />;
    if (port === null && part !== null && !loading)
      return <Absent words={`Inside compiled part ${part + 1}: its values stay in the file`} height={height} />;
    if (port !== null && port.passed === 0) return <Absent words="No items passed" height={height} />;
    return <Empty kind={kind} height={height} loading={loading} />;
  }
  const words = spokenPreview(preview);
  return (
    <div className="preview-frame">
      <div
        className={`preview kind-${preview.kind} ${stale ? 'stale' : ''}`}
        role="img"
        aria-label={words}
        aria-busy={stale}
      >
        <PreviewStill preview={preview} end={end} width={width} height={height} onGone={refetch} />
        {port !== null && port.times.length > 1 && !wordy.has(preview.kind) && (
          <span className="item-place">
            {preview.index + 1} of {port.times.length}
          </span>
        )}
      </div>
      {/* Over the drawing: what is drawn is a picture with a name, this is what can be pressed. */}
      <button
        type="button"
        className="preview-open"
        data-node={node}
        data-end={end}
        aria-label={`Show large: ${words}`}
        onClick={() => openViewer(end)}
        onKeyDown={keepKeys}
      />
    </div>
  );
}

/** The compiled part that a node ran in, by its place; null when it ran by itself. */
function compiledPartIn(run: RunSummary | null, node: string): number | null {
  const part = run?.nodes[node]?.notes['compiledPart'];
  return typeof part === 'number' ? part : null;
}

/** Enter and space press the button here, and do nothing to the node that it stands on. */
function keepKeys(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
}

function Empty({
  kind,
  height,
  loading,
}: {
  readonly kind: Kind | null;
  readonly height: number;
  readonly loading: boolean;
}) {
  const name = kind === null ? 'Result' : kindLooks[kind].title;
  return (
    <span
      className={`preview-empty ${loading ? 'loading' : ''}`}
      style={{ height: Math.max(56, height) }}
      role="img"
      aria-label={loading ? `${name}: on its way` : `${name}: not run yet`}
    >
      {kind !== null && <Glyph kind={kind} size={16} />}
    </span>
  );
}

function Absent({
  words,
  height,
  missing = false,
}: {
  readonly words: string;
  readonly height: number;
  readonly missing?: boolean;
}) {
  return (
    <span className="preview-empty said" style={{ minHeight: Math.min(56, height) }} title={words}>
      <CircleSlash2 size={14} aria-hidden="true" />
      <span className="clamp two">
        {missing && <b>Missing. </b>}
        {words}
      </span>
    </span>
  );
}

function Failed({
  words,
  height,
  onRetry,
}: {
  readonly words: string;
  readonly height: number;
  readonly onRetry: () => void;
}) {
  return (
    <button
      type="button"
      className="preview-empty said"
      style={{ minHeight: Math.min(56, height) }}
      title={`${words} Click to try again.`}
      onClick={onRetry}
      onKeyDown={keepKeys}
    >
      <TriangleAlert size={14} className="warn-ink" aria-hidden="true" />
      <span className="clamp two">{words}</span>
    </button>
  );
}
