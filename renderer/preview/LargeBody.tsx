import { CircleSlash2, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PortItems, Preview } from '../../core/studio/preview.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { allBoxes, BoxesLarge, type BoxesShown } from './large/BoxesLarge.tsx';
import { EmbeddingLarge } from './large/EmbeddingLarge.tsx';
import { ImageLarge } from './large/ImageLarge.tsx';
import { JsonLarge } from './large/JsonLarge.tsx';
import { MaskLarge, type MaskShown, wholeMask } from './large/MaskLarge.tsx';
import { ScoresLarge } from './large/ScoresLarge.tsx';
import { SoundLarge } from './large/SoundLarge.tsx';
import { TensorLarge } from './large/TensorLarge.tsx';
import { VideoLarge } from './large/VideoLarge.tsx';
import { TextLarge } from './large/WordsLarge.tsx';
import { usePreview } from './previews.ts';
import { spokenPreview } from './spoken.ts';
import { TakeButtons } from './TakeButtons.tsx';
import { useSize } from './useSize.ts';

/** Pictures are asked for in these steps, so that a turn of the wheel does not ask for each size in between. */
const pictureStep = 512;
const mostPixels = 4096;

/** What one port gave, large, with all that can be done with it. */
export function LargeBody({
  end,
  onType,
}: {
  readonly end: string;
  /** The exact type of what is shown, whenever that changes. */
  readonly onType: (type: string | null) => void;
}) {
  const [ref, size] = useSize<HTMLDivElement>();
  const [zoomed, setZoomed] = useState(0);
  const [slice, setSlice] = useState(0);
  const [offset, setOffset] = useState(0);
  const [boxes, setBoxes] = useState<BoxesShown>(allBoxes);
  const [mask, setMask] = useState<MaskShown>(wholeMask);
  const wanted = Math.min(mostPixels, Math.ceil(zoomed / pictureStep) * pictureStep);
  const { preview, problem, port, loading, stale, refetch } = usePreview(end, {
    width: Math.max(stepped(size.width), wanted),
    height: Math.max(stepped(size.height), wanted),
    view: 'large',
    slice,
    offset,
    off: size.width === 0,
  });
  const type = preview?.type ?? null;
  useEffect(() => onType(type), [type, onType]);
  return (
    <div ref={ref} className={`large-body ${stale && preview !== null ? 'stale' : ''}`} aria-busy={stale}>
      {preview === null ? (
        <Nothing
          port={port}
          problem={problem?.message ?? null}
          fix={problem?.fix ?? null}
          loading={loading}
          onRetry={refetch}
        />
      ) : (
        <>
          <p className="spoken" role="status">
            {spokenPreview(preview)}
          </p>
          <Large
            {...{ preview, end, slice, offset, boxes, mask }}
            single={port?.times.length === 1}
            onSlice={setSlice}
            onOffset={setOffset}
            onBoxes={setBoxes}
            onMask={setMask}
            onScale={setZoomed}
            onGone={refetch}
          />
          <TakeButtons preview={preview} end={end} many={(port?.times.length ?? 0) > 1} boxes={boxes} mask={mask} />
        </>
      )}
    </div>
  );
}

function stepped(pixels: number): number {
  return Math.max(128, Math.ceil(pixels / 128) * 128);
}

function Large({
  preview,
  end,
  slice,
  offset,
  boxes,
  mask,
  single,
  onSlice,
  onOffset,
  onBoxes,
  onMask,
  onScale,
  onGone,
}: {
  readonly preview: Preview;
  readonly end: string;
  readonly slice: number;
  readonly offset: number;
  readonly boxes: BoxesShown;
  readonly mask: MaskShown;
  readonly single: boolean;
  readonly onSlice: (slice: number) => void;
  readonly onOffset: (offset: number) => void;
  readonly onBoxes: (shown: BoxesShown) => void;
  readonly onMask: (shown: MaskShown) => void;
  readonly onScale: (pixels: number) => void;
  readonly onGone: () => void;
}) {
  switch (preview.kind) {
    case 'image':
      return <ImageLarge preview={preview} onScale={onScale} onGone={onGone} />;
    case 'audio':
      return <SoundLarge preview={preview} follow={single} onGone={onGone} />;
    case 'video':
      return <VideoLarge preview={preview} onScale={onScale} onGone={onGone} />;
    case 'text':
      return <TextLarge preview={preview} />;
    case 'tensor':
      return <TensorLarge {...{ preview, end, slice, offset, onSlice, onOffset, onGone }} />;
    case 'embedding':
      return <EmbeddingLarge preview={preview} />;
    case 'scores':
      return <ScoresLarge preview={preview} />;
    case 'boxes':
      return <BoxesLarge preview={preview} shown={boxes} onShown={onBoxes} onScale={onScale} onGone={onGone} />;
    case 'mask':
      return <MaskLarge preview={preview} shown={mask} onShown={onMask} onScale={onScale} onGone={onGone} />;
    case 'json':
      return <JsonLarge preview={preview} />;
  }
}

function Nothing({
  port,
  problem,
  fix,
  loading,
  onRetry,
}: {
  readonly port: PortItems | null;
  readonly problem: string | null;
  readonly fix: string | null;
  readonly loading: boolean;
  readonly onRetry: () => void;
}) {
  if (problem !== null)
    return (
      <div className="viewer-nothing">
        <TriangleAlert size={20} className="warn-ink" aria-hidden="true" />
        <p>{problem}</p>
        <p className="quiet">{fix}</p>
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      </div>
    );
  if (port === null)
    return <p className="viewer-nothing quiet">This port has not run. Run the pipeline to see what it gives.</p>;
  if (port.missing !== null)
    return (
      <div className="viewer-nothing">
        <CircleSlash2 size={20} aria-hidden="true" />
        <p>{port.missing}</p>
      </div>
    );
  if (port.passed === 0) return <p className="viewer-nothing quiet">No items passed here: the sequence is empty.</p>;
  return (
    <p className={`viewer-nothing quiet ${loading ? 'loading' : ''}`}>
      {port.kind !== null && <Glyph kind={port.kind} size={24} />}
      <span className="spoken">On its way</span>
    </p>
  );
}
