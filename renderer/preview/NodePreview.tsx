import { CircleSlash2, TriangleAlert } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Kind } from '../../core/kinds/value.ts';
import type { Preview } from '../../core/studio/preview.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { kindLooks } from '../kinds/kind.ts';
import { useStudio } from '../state/state.ts';
import { openViewer } from '../state/viewing.ts';
import { EmbeddingNode } from './node/EmbeddingNode.tsx';
import { BoxesNode, ImageNode, MaskNode, VideoNode } from './node/PictureNode.tsx';
import { ScoresNode } from './node/ScoresNode.tsx';
import { SoundNode } from './node/SoundNode.tsx';
import { TensorNode } from './node/TensorNode.tsx';
import { JsonNode, TextNode } from './node/WordsNode.tsx';
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
  const { preview, problem, port, loading, stale, refetch } = known;
  const kind = preview?.kind ?? port?.kind ?? expected;
  const height = pictureHeight(kind, width);
  if (preview === null) {
    if (port !== null && port.missing !== null) return <Absent words={port.missing} height={height} />;
    if (problem !== null) return <Failed words={problem.message} height={height} onRetry={refetch} />;
    if (port !== null && port.passed === 0) return <Absent words="No items passed" height={height} />;
    return <Empty kind={kind} height={height} loading={loading} />;
  }
  return (
    <button
      type="button"
      className={`preview kind-${preview.kind} ${stale ? 'stale' : ''}`}
      style={{ width }}
      data-node={node}
      data-end={end}
      aria-label={`${spokenPreview(preview)}. Show large`}
      aria-busy={stale}
      onClick={() => openViewer(end)}
      onKeyDown={keepKeys}
    >
      <Content preview={preview} end={end} width={width} height={height} onGone={refetch} />
      {port !== null && port.times.length > 1 && (
        <span className="item-place">
          {preview.index + 1} of {port.times.length}
        </span>
      )}
    </button>
  );
}

function Content({
  preview,
  end,
  width,
  height,
  onGone,
}: {
  readonly preview: Preview;
  readonly end: string;
  readonly width: number;
  readonly height: number;
  readonly onGone: () => void;
}): ReactNode {
  const box = { width, height, onGone };
  switch (preview.kind) {
    case 'image':
      return <ImageNode preview={preview} {...box} />;
    case 'audio':
      return <SoundNode preview={preview} width={width} height={preview.peaks.length > 1 ? 80 : height} />;
    case 'video':
      return <VideoWithTime preview={preview} {...box} />;
    case 'text':
      return <TextNode preview={preview} />;
    case 'tensor':
      return <TensorNode preview={preview} {...box} />;
    case 'embedding':
      return <EmbeddingNode preview={preview} end={end} width={width} height={height} />;
    case 'scores':
      return <ScoresNode preview={preview} />;
    case 'boxes':
      return <BoxesNode preview={preview} {...box} />;
    case 'mask':
      return <MaskNode preview={preview} {...box} />;
    case 'json':
      return <JsonNode preview={preview} />;
  }
}

function VideoWithTime(props: Omit<Parameters<typeof VideoNode>[0], 'at'>) {
  const { t, seconds } = props.preview;
  const at = useStudio((s) => Math.round(Math.min(seconds, Math.max(0, s.time - t)) * 10) / 10);
  return <VideoNode {...props} at={at} />;
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

function Absent({ words, height }: { readonly words: string; readonly height: number }) {
  return (
    <span className="preview-empty said" style={{ minHeight: Math.min(56, height) }} title={words}>
      <CircleSlash2 size={14} aria-hidden="true" />
      <span className="clamp two">{words}</span>
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
