import type { BoxesPreview, ImagePreview, MaskPreview, VideoPreview } from '../../../core/studio/preview.ts';
import { numberText, scoreText, shareText, timeText, wholeText } from '../numbers.ts';
import { Picture } from '../Picture.tsx';
import { Caption, Well } from './Well.tsx';

interface Box {
  readonly width: number;
  readonly height: number;
  readonly onGone: () => void;
}

export function ImageNode({ preview, height, onGone }: Box & { readonly preview: ImagePreview }) {
  const small = preview.width <= 64 && preview.height <= 64;
  return (
    <>
      <Well height={height}>
        <Picture
          blob={preview.blob}
          alpha={preview.colour === 'rgba'}
          className={small ? 'exact' : ''}
          onGone={onGone}
        />
      </Well>
      <Caption left={sizeText(preview.width, preview.height)} right={preview.colour} />
    </>
  );
}

export function VideoNode({
  preview,
  height,
  onGone,
  at,
}: Box & { readonly preview: VideoPreview; readonly at: number }) {
  const { seconds } = preview;
  const part = seconds > 0 ? Math.min(1, Math.max(0, at / seconds)) : 0;
  return (
    <>
      <Well height={height}>
        <Picture blob={preview.blob} onGone={onGone} />
        <span className="play-line">
          <span style={{ width: `${part * 100}%` }} />
        </span>
      </Well>
      <Caption
        left={`${timeText(at, 1)} of ${timeText(seconds, 1)}`}
        right={preview.frameRateHz > 0 ? `${numberText(preview.frameRateHz)} fps` : ''}
      />
    </>
  );
}

export function BoxesNode({ preview, width, height, onGone }: Box & { readonly preview: BoxesPreview }) {
  const { imageWidth, imageHeight, boxes, blob, total } = preview;
  const scale = Math.min(width / imageWidth, height / imageHeight);
  const best = boxes[0];
  return (
    <>
      <Well height={height}>
        {blob !== undefined && <Picture blob={blob} onGone={onGone} />}
        <svg
          className="boxes-over"
          viewBox={`0 0 ${imageWidth} ${imageHeight}`}
          preserveAspectRatio="xMidYMid meet"
          aria-hidden="true"
        >
          {blob === undefined && <rect className="boxes-frame" width={imageWidth} height={imageHeight} />}
          {boxes.slice(0, 60).map((box, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a box is its place.
            <g key={i}>
              <rect className="box-edge" {...rectOf(box)} />
              <rect className="box-line" {...rectOf(box)} />
              {i < 6 && <BoxLabel x={box.x1} y={box.y1} text={box.label} scale={scale} most={imageWidth} />}
            </g>
          ))}
        </svg>
        {total === 0 && <span className="well-words">None found</span>}
      </Well>
      <Caption
        left={total === 1 ? '1 box' : `${wholeText(total)} boxes`}
        right={best === undefined ? '' : `best ${scoreText(best.score, 'independent')}`}
      />
    </>
  );
}

function rectOf({ x1, y1, x2, y2 }: BoxesPreview['boxes'][number]) {
  return { x: x1, y: y1, width: Math.max(0, x2 - x1), height: Math.max(0, y2 - y1) };
}

/** Ten pixels high whatever the picture's size, inside the picture. */
function BoxLabel({
  x,
  y,
  text,
  scale,
  most,
}: {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly scale: number;
  readonly most: number;
}) {
  const size = 10 / scale;
  const width = Math.min(most, (text.length * 0.58 + 0.7) * size);
  const left = Math.max(0, Math.min(x, most - width));
  const top = Math.max(0, y - size * 1.25);
  return (
    <g transform={`translate(${left} ${top})`}>
      <rect className="box-tag" width={width} height={size * 1.25} rx={size * 0.15} />
      <text className="box-text" x={size * 0.35} y={size * 0.97} fontSize={size}>
        {text}
      </text>
    </g>
  );
}

export function MaskNode({ preview, height, onGone }: Box & { readonly preview: MaskPreview }) {
  const { blob, under, classes } = preview;
  const named = classes.filter((one) => one.class !== 0);
  return (
    <>
      <Well height={height}>
        {under !== undefined && <Picture blob={under} onGone={onGone} />}
        <Picture blob={blob} className={under === undefined ? 'exact' : 'exact over'} onGone={onGone} />
      </Well>
      <span className="mask-key">
        {(named.length > 0 ? named : classes).slice(0, 3).map((one) => (
          <span key={one.class} className="mask-class">
            <span className="swatch" style={{ background: one.colour }} />
            {one.label} {shareText(one.share)}
          </span>
        ))}
      </span>
    </>
  );
}

function sizeText(width: number, height: number): string {
  return `${wholeText(width)} × ${wholeText(height)}`;
}
