import { useState } from 'react';
import type { MaskPreview } from '../../../core/studio/preview.ts';
import { Check, Slider } from '../controls.tsx';
import { shareText, wholeText } from '../numbers.ts';
import { Picture } from '../Picture.tsx';
import { toggled } from './BoxesLarge.tsx';
import { MaskLayer } from './MaskLayer.tsx';
import { type Pointed, Stage } from './Stage.tsx';
import { usePixels } from './usePixels.ts';

export interface MaskShown {
  readonly opacity: number;
  readonly hidden: ReadonlySet<number>;
}
export const wholeMask: MaskShown = { opacity: 0.6, hidden: new Set() };

export function MaskLarge({
  preview,
  shown,
  onShown,
  onScale,
  onGone,
}: {
  readonly preview: MaskPreview;
  readonly shown: MaskShown;
  readonly onShown: (shown: MaskShown) => void;
  readonly onScale: (pixels: number) => void;
  readonly onGone: () => void;
}) {
  const { width, height, blob, under, classes } = preview;
  const [point, setPoint] = useState<Pointed | null>(null);
  const pixels = usePixels(blob);
  const opacity = under === undefined ? 1 : shown.opacity;
  return (
    <div className="large-split">
      <Stage
        width={width}
        height={height}
        name={`Mask, ${width} × ${height}`}
        onPoint={setPoint}
        onScale={(scale) => onScale(Math.max(width, height) * scale)}
        readout={
          point === null || pixels === null
            ? `${wholeText(width)} × ${wholeText(height)}`
            : `${point.x}, ${point.y} ${classUnder(preview, pixels.at(Math.floor(((point.x + 0.5) * pixels.width) / width), Math.floor(((point.y + 0.5) * pixels.height) / height)))}`
        }
      >
        {() => (
          <>
            {under === undefined ? (
              <span className="no-picture" />
            ) : (
              <Picture blob={under} className="fill" onGone={onGone} />
            )}
            <MaskLayer pixels={pixels} classes={classes} hidden={shown.hidden} opacity={opacity} />
          </>
        )}
      </Stage>
      <aside className="large-side" aria-label="Mask">
        {under !== undefined && (
          <Slider
            name="Opacity"
            value={shown.opacity}
            min={0}
            max={1}
            step={0.05}
            text={`${Math.round(shown.opacity * 100)} %`}
            onChange={(next) => onShown({ ...shown, opacity: next })}
          />
        )}
        <fieldset className="class-list">
          <legend>Classes</legend>
          {classes.map((one) => (
            <Check
              key={one.class}
              name={one.label}
              on={!shown.hidden.has(one.class)}
              onChange={(on) => onShown({ ...shown, hidden: toggled(shown.hidden, one.class, !on) })}
            >
              <span className="swatch" style={{ background: one.class === 0 ? 'transparent' : one.colour }} />
              <span className="grow">{one.label}</span>
              <span className="quiet">{shareText(one.share)}</span>
            </Check>
          ))}
        </fieldset>
      </aside>
    </div>
  );
}

/** By its colour in the picture of the mask; what is seen through is class 0. */
function classUnder({ classes }: MaskPreview, [r, g, b, a]: readonly number[]): string {
  if (a === 0) return classes.find((one) => one.class === 0)?.label ?? 'class 0';
  const colour = `#${[r, g, b].map((v) => v.toString(16).padStart(2, '0')).join('')}`;
  const found = classes.filter((one) => one.colour === colour && one.class !== 0);
  return found.map((one) => one.label).join(' or ');
}
