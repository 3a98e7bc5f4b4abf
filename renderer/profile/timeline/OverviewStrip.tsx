import { type PointerEvent, useLayoutEffect, useMemo, useRef } from 'react';
import { useSize } from '../../preview/useSize.ts';
import { busyShares, drawOverview, matchPixels } from './overview.ts';
import type { SpanIndex } from './spanIndex.ts';
import type { SpanMatches } from './spanSearch.ts';
import { msAt, type Stretch, within, xOf } from './timeView.ts';
import { beginDrawing, useCanvasLook } from './useCanvasLook.ts';
import { pointOf } from './useTimelinePointer.ts';

/** Pixels at either side of the window that move that side only. */
const edge = 5;

/** The whole time in a strip: how busy it was, where matches are, and what is in sight. Drag to move it or to choose anew. */
export function OverviewStrip({
  index,
  bounds,
  view,
  matches,
  onView,
}: {
  readonly index: SpanIndex;
  readonly bounds: Stretch;
  readonly view: Stretch;
  readonly matches: SpanMatches | null;
  readonly onView: (view: Stretch) => void;
}) {
  const [area, { width, height }] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const look = useCanvasLook(canvas, width > 0);
  const shares = useMemo(() => busyShares(index, bounds, width), [index, bounds, width]);
  const matched = useMemo(
    () => (matches === null || width === 0 ? null : matchPixels(matches, bounds, width)),
    [matches, bounds, width],
  );
  useLayoutEffect(() => {
    const c = look === null ? null : beginDrawing(canvas.current, look, width, height);
    if (c !== null && look !== null) drawOverview(c, look, { shares, matched, bounds, view }, height);
  }, [look, shares, matched, bounds, view, width, height]);

  const grip = useRef<{
    readonly x: number;
    readonly view: Stretch;
    readonly part: 'from' | 'to' | 'both' | 'new';
  } | null>(null);
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    const { x } = pointOf(event.nativeEvent, event.currentTarget);
    const [left, right] = [xOf(bounds, width, view.fromMs), xOf(bounds, width, view.toMs)];
    const whole = right - left > width - 2;
    const part =
      whole || x < left - edge || x > right + edge
        ? 'new'
        : x < left + edge
          ? 'from'
          : x > right - edge
            ? 'to'
            : 'both';
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = { x, view, part };
  };
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const held = grip.current;
    if (held === null) return;
    const { x } = pointOf(event.nativeEvent, event.currentTarget);
    const by = ((x - held.x) / width) * (bounds.toMs - bounds.fromMs);
    const { fromMs, toMs } = held.view;
    if (held.part === 'both') onView(within({ fromMs: fromMs + by, toMs: toMs + by }, bounds));
    else if (held.part === 'new') {
      if (Math.abs(x - held.x) > 2) onView(ordered(msAt(bounds, width, held.x), msAt(bounds, width, x), bounds));
    } else onView(held.part === 'from' ? ordered(fromMs + by, toMs, bounds) : ordered(fromMs, toMs + by, bounds));
  };
  const up = (event: PointerEvent<HTMLDivElement>): void => {
    const held = grip.current;
    grip.current = null;
    const { x } = pointOf(event.nativeEvent, event.currentTarget);
    if (held?.part !== 'new' || Math.abs(x - held.x) > 2) return;
    const length = view.toMs - view.fromMs;
    const middle = msAt(bounds, width, x);
    onView(within({ fromMs: middle - length / 2, toMs: middle + length / 2 }, bounds));
  };
  return (
    <div className="timeline-whole">
      <div
        ref={area}
        className="timeline-overview"
        aria-hidden="true"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => {
          grip.current = null;
        }}
        onDoubleClick={() => onView(bounds)}
      >
        <canvas ref={canvas} />
      </div>
    </div>
  );
}

function ordered(a: number, b: number, bounds: Stretch): Stretch {
  const [fromMs, toMs] = a < b ? [a, b] : [b, a];
  return within({ fromMs: Math.max(fromMs, bounds.fromMs), toMs: Math.min(toMs, bounds.toMs) }, bounds);
}
