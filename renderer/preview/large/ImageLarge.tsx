import { useState } from 'react';
import type { ImagePreview } from '../../../core/studio/preview.ts';
import { wholeText } from '../numbers.ts';
import { Picture } from '../Picture.tsx';
import { type Pointed, Stage } from './Stage.tsx';
import { type Pixels, usePixels } from './usePixels.ts';

export function ImageLarge({
  preview,
  onScale,
  onGone,
}: {
  readonly preview: ImagePreview;
  readonly onScale: (pixels: number) => void;
  readonly onGone: () => void;
}) {
  const { width, height, colour, blob } = preview;
  const [point, setPoint] = useState<Pointed | null>(null);
  const pixels = usePixels(blob);
  return (
    <Stage
      width={width}
      height={height}
      name={`Picture, ${width} × ${height}`}
      onPoint={setPoint}
      onScale={(scale) => onScale(Math.max(width, height) * scale)}
      readout={
        point === null ? (
          `${wholeText(width)} × ${wholeText(height)} ${colour}`
        ) : (
          <PixelValue point={point} pixels={pixels} width={width} height={height} colour={colour} />
        )
      }
    >
      {() => <Picture blob={blob} alpha={colour === 'rgba'} className="fill" onGone={onGone} />}
    </Stage>
  );
}

/** The value under the pointer; marked as about where the picture was sent smaller or with loss, or in other colours. */
export function PixelValue({
  point,
  pixels,
  width,
  height,
  colour,
}: {
  readonly point: Pointed;
  readonly pixels: Pixels | null;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
}) {
  if (pixels === null) return `${point.x}, ${point.y}`;
  const same = pixels.width === width && pixels.height === height;
  const x = Math.floor(((point.x + 0.5) * pixels.width) / width);
  const y = Math.floor(((point.y + 0.5) * pixels.height) / height);
  const [r, g, b, a] = pixels.at(x, y);
  const numbers = colour === 'grey' ? [r] : colour === 'rgba' ? [r, g, b, a] : [r, g, b];
  const about = !same || !pixels.exact || !['rgb', 'rgba', 'grey'].includes(colour);
  return (
    <>
      <span>{`${point.x}, ${point.y}`}</span>
      <span className="swatch" style={{ background: `rgb(${r} ${g} ${b} / ${a / 255})` }} />
      <code title={about ? 'Read from the picture as it was sent to the screen' : undefined}>
        {`${about ? '≈ ' : ''}${colour === 'grey' || colour === 'rgba' ? colour : 'rgb'} ${numbers.join(' ')}`}
      </code>
    </>
  );
}
