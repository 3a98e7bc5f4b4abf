import type { ReactNode } from 'react';
import type { EmbeddingPreview, Preview } from '../../core/studio/preview.ts';
import { useStudio } from '../state/state.ts';
import { EmbeddingNode } from './node/EmbeddingNode.tsx';
import { BoxesNode, ImageNode, MaskNode, VideoNode } from './node/PictureNode.tsx';
import { ScoresNode } from './node/ScoresNode.tsx';
import { SoundNode } from './node/SoundNode.tsx';
import { TensorNode } from './node/TensorNode.tsx';
import { Caption, Well } from './node/Well.tsx';
import { JsonNode, TextNode } from './node/WordsNode.tsx';
import { numberText, wholeText } from './numbers.ts';
import { Strip } from './Strip.tsx';

/** What a preview looks like in a small place, whichever that is. */
export function PreviewStill({
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
      return <SoundNode preview={preview} width={width} height={preview.peaks.length > 1 ? 80 : 56} />;
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

/** An embedding without the run before it. */
export function EmbeddingStill({ preview, width }: { readonly preview: EmbeddingPreview; readonly width: number }) {
  return (
    <>
      <Well height={40}>
        <Strip values={preview.strip} columns={Math.floor(width / 2)} />
      </Well>
      <Caption
        left={`${wholeText(preview.length)} numbers`}
        right={preview.unit ? 'unit length' : `length ${numberText(preview.norm)}`}
      />
    </>
  );
}
