import { useState } from 'react';
import type { BoxesPreview } from '../../../core/studio/preview.ts';
import { type BoxAt, boxUnder, classCounts, filterBoxes } from '../boxList.ts';
import { Check, Slider } from '../controls.tsx';
import { scoreText, wholeText } from '../numbers.ts';
import { Picture } from '../Picture.tsx';
import { Stage } from './Stage.tsx';

export interface BoxesShown {
  readonly threshold: number;
  readonly hidden: ReadonlySet<number>;
  readonly labels: boolean;
}
export const allBoxes: BoxesShown = { threshold: 0, hidden: new Set(), labels: true };

const mostListed = 200;

export function BoxesLarge({
  preview,
  shown,
  onShown,
  onScale,
  onGone,
}: {
  readonly preview: BoxesPreview;
  readonly shown: BoxesShown;
  readonly onShown: (shown: BoxesShown) => void;
  readonly onScale: (pixels: number) => void;
  readonly onGone: () => void;
}) {
  const { imageWidth, imageHeight, boxes, blob, total } = preview;
  const [lit, setLit] = useState<number | null>(null);
  const listed = filterBoxes(boxes, shown);
  const litBox = lit === null ? undefined : boxes[lit];
  return (
    <div className="large-split">
      <Stage
        width={imageWidth}
        height={imageHeight}
        name={`Boxes on a picture, ${imageWidth} × ${imageHeight}`}
        onPoint={(point) => setLit(point === null ? null : (boxUnder(listed, point.x, point.y)?.at ?? null))}
        onScale={(scale) => onScale(Math.max(imageWidth, imageHeight) * scale)}
        tools={<Check name="Labels" on={shown.labels} onChange={(labels) => onShown({ ...shown, labels })} />}
        readout={
          litBox === undefined
            ? `${wholeText(imageWidth)} × ${wholeText(imageHeight)}`
            : `${litBox.label} ${scoreText(litBox.score, 'independent')}`
        }
      >
        {(view) => (
          <>
            {blob === undefined ? (
              <span className="no-picture" />
            ) : (
              <Picture blob={blob} className="fill" onGone={onGone} />
            )}
            <BoxesOver {...{ boxes: listed, lit, labels: shown.labels, scale: view.scale, imageWidth, imageHeight }} />
          </>
        )}
      </Stage>
      <aside className="large-side" aria-label="Boxes">
        <Slider
          name="Threshold"
          value={shown.threshold}
          min={0}
          max={1}
          step={0.01}
          text={shown.threshold.toFixed(2)}
          onChange={(threshold) => onShown({ ...shown, threshold })}
        />
        <p className="side-note" role="status">
          {`${wholeText(listed.length)} of ${wholeText(total)} shown`}
          {total > boxes.length && `, the best ${boxes.length} were sent`}
        </p>
        <Classes boxes={boxes} shown={shown} onShown={onShown} />
        <ul className="box-list">
          {listed.slice(0, mostListed).map(({ box, at }) => (
            <li
              key={at}
              className={at === lit ? 'lit' : ''}
              onMouseEnter={() => setLit(at)}
              onMouseLeave={() => setLit(null)}
            >
              <span className="grow">{box.label}</span>
              <span>{scoreText(box.score, 'independent')}</span>
              <code>{`${Math.round(box.x2 - box.x1)} × ${Math.round(box.y2 - box.y1)} at ${Math.round(box.x1)}, ${Math.round(box.y1)}`}</code>
            </li>
          ))}
        </ul>
        {listed.length > mostListed && <p className="side-note">{`and ${listed.length - mostListed} more`}</p>}
      </aside>
    </div>
  );
}

function Classes({
  boxes,
  shown,
  onShown,
}: {
  readonly boxes: BoxesPreview['boxes'];
  readonly shown: BoxesShown;
  readonly onShown: (shown: BoxesShown) => void;
}) {
  const counts = classCounts(boxes, shown.threshold);
  if (counts.length < 2) return null;
  return (
    <fieldset className="class-list">
      <legend>Classes</legend>
      {counts.map((one) => (
        <Check
          key={one.class}
          name={one.label}
          on={!shown.hidden.has(one.class)}
          onChange={(on) => onShown({ ...shown, hidden: toggled(shown.hidden, one.class, !on) })}
        >
          <span className="grow">{one.label}</span>
          <span className="quiet">{one.shown === one.total ? one.total : `${one.shown} of ${one.total}`}</span>
        </Check>
      ))}
    </fieldset>
  );
}

export function toggled(set: ReadonlySet<number>, value: number, inside: boolean): ReadonlySet<number> {
  const next = new Set(set);
  if (inside) next.add(value);
  else next.delete(value);
  return next;
}

function BoxesOver({
  boxes,
  lit,
  labels,
  scale,
  imageWidth,
  imageHeight,
}: {
  readonly boxes: readonly BoxAt[];
  readonly lit: number | null;
  readonly labels: boolean;
  readonly scale: number;
  readonly imageWidth: number;
  readonly imageHeight: number;
}) {
  return (
    <svg className="boxes-over" viewBox={`0 0 ${imageWidth * scale} ${imageHeight * scale}`} aria-hidden="true">
      {boxes.map(({ box, at }) => {
        const rect = {
          x: box.x1 * scale,
          y: box.y1 * scale,
          width: Math.max(0, box.x2 - box.x1) * scale,
          height: Math.max(0, box.y2 - box.y1) * scale,
        };
        return (
          <g key={at} className={at === lit ? 'lit' : lit === null ? '' : 'dim'}>
            <rect className="box-edge" {...rect} />
            <rect className="box-line" {...rect} />
          </g>
        );
      })}
      {labels &&
        boxes
          .slice(0, 100)
          .map(({ box, at }) => <Label key={at} {...{ box, scale, imageWidth }} dim={lit !== null && at !== lit} />)}
    </svg>
  );
}

function Label({
  box,
  scale,
  imageWidth,
  dim,
}: {
  readonly box: BoxAt['box'];
  readonly scale: number;
  readonly imageWidth: number;
  readonly dim: boolean;
}) {
  const text = `${box.label} ${scoreText(box.score, 'independent')}`;
  const width = text.length * 6.3 + 8;
  const x = Math.max(0, Math.min(box.x1 * scale, imageWidth * scale - width));
  const y = Math.max(0, box.y1 * scale - 16);
  return (
    <g transform={`translate(${x} ${y})`} className={dim ? 'dim' : ''}>
      <rect className="box-tag" width={width} height={16} rx={2} />
      <text className="box-text" x={4} y={12} fontSize={11}>
        {text}
      </text>
    </g>
  );
}
