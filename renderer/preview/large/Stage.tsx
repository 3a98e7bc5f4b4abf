import { Maximize, Minus, Plus } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { IconButton } from '../controls.tsx';
import { useSize } from '../useSize.ts';
import { centred, fitView, panned, pixelUnder, type View, zoomAt } from './zoom.ts';

export interface Pointed {
  readonly x: number;
  readonly y: number;
}

/** A picture to look at closely: wheel and keys zoom, dragging moves, pixels get a grid when they are large. */
export function Stage({
  width,
  height,
  name,
  tools,
  readout,
  onPoint,
  onScale,
  children,
}: {
  /** Of the value, whatever size the picture was sent in. */
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly tools?: ReactNode;
  readonly readout?: ReactNode;
  readonly onPoint?: (at: Pointed | null) => void;
  /** CSS pixels per pixel, whenever that changes. */
  readonly onScale?: (scale: number) => void;
  readonly children: (view: View) => ReactNode;
}) {
  const [ref, stage] = useSize<HTMLDivElement>();
  const picture = { width, height };
  const [free, setFree] = useState<View | null>(null);
  const fitted = fitView(picture, stage);
  const view = free ?? fitted;
  const least = Math.min(fitted.scale, 1) / 4;
  const now = useRef({ view, least });
  now.current = { view, least };
  const scaled = useRef(onScale);
  scaled.current = onScale;
  useEffect(() => scaled.current?.(view.scale), [view.scale]);

  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    // The page's own zoom and scrolling must not go along, so this listener may not be passive.
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016));
      setFree(zoomAt(now.current.view, factor, event.clientX - box.left, event.clientY - box.top, now.current.least));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [ref]);

  const zoom = (factor: number): void => setFree(zoomAt(view, factor, stage.width / 2, stage.height / 2, least));
  const full = (): void => setFree(centred(picture, stage, 1));
  const fitAll = (): void => setFree(null);
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 1) setFree(panned(view, event.movementX, event.movementY, picture, stage));
    const box = event.currentTarget.getBoundingClientRect();
    onPoint?.(pixelUnder(view, event.clientX - box.left, event.clientY - box.top, picture));
  };
  const keys = (event: KeyboardEvent): void => {
    const far = 48;
    const arrows: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [far, 0],
      ArrowRight: [-far, 0],
      ArrowUp: [0, far],
      ArrowDown: [0, -far],
    };
    if (event.key === '+' || event.key === '=') zoom(1.5);
    else if (event.key === '-') zoom(1 / 1.5);
    else if (event.key === '0') fitAll();
    else if (event.key === '1') full();
    else if (event.shiftKey && arrows[event.key] !== undefined) {
      const [dx, dy] = arrows[event.key];
      setFree(panned(view, dx, dy, picture, stage));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="stage-frame">
      <div className="large-tools">
        <IconButton name="Smaller" keys="−" onClick={() => zoom(1 / 1.5)}>
          <Minus size={14} />
        </IconButton>
        <output className="zoom-now">{percent(view.scale)}</output>
        <IconButton name="Larger" keys="+" onClick={() => zoom(1.5)}>
          <Plus size={14} />
        </IconButton>
        <IconButton name="Fit" keys="0" pressed={free === null} onClick={fitAll}>
          <Maximize size={14} />
        </IconButton>
        <button
          type="button"
          className="tool-words"
          title="One pixel of the picture on one of the screen (1)"
          onClick={full}
        >
          100%
        </button>
        {tools}
        <span className="grow" />
        <span className="readout">{readout}</span>
      </div>
      <div
        ref={ref}
        className="stage"
        role="application"
        aria-label={`${name}. Plus and minus zoom, 0 fits, Shift with arrows moves.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved and zoomed by keys.
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={move}
        onPointerLeave={() => onPoint?.(null)}
        onDoubleClick={() => (free === null ? full() : fitAll())}
        onKeyDown={keys}
      >
        <div
          className={view.scale >= 2 ? 'stage-picture exact' : 'stage-picture'}
          style={{ left: view.x, top: view.y, width: width * view.scale, height: height * view.scale }}
        >
          {stage.width > 0 && children(view)}
          {view.scale >= 8 && (
            <span className="pixel-grid" style={{ backgroundSize: `${view.scale}px ${view.scale}px` }} />
          )}
        </div>
      </div>
    </div>
  );
}

function percent(scale: number): string {
  const size = scale * 100;
  return `${size >= 10 ? Math.round(size) : size.toFixed(1)}%`;
}
