import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { PathStep } from '../../../core/profile/attribution.ts';
import type { Trace } from '../../../core/profile/trace.ts';
import { useSize } from '../../preview/useSize.ts';
import { drawAxis, drawDragged, drawGrid, drawPath, drawRunStarts } from './drawFrame.ts';
import { drawLanes } from './drawLanes.ts';
import { LaneNames } from './LaneNames.tsx';
import { type LaneBox, lanesHeight } from './laneLayout.ts';
import { runStartsIn, timeOrigin } from './runChoice.ts';
import { SpanCard } from './SpanCard.tsx';
import { spanFacts } from './spanFacts.ts';
import { hitSpan, placeOfSpan, type SpanHit } from './spanHit.ts';
import type { SpanMatches } from './spanSearch.ts';
import { spansOfNode } from './spanSummary.ts';
import { durationText, ticksOf } from './ticks.ts';
import { viewAfterKey } from './timelineKeys.ts';
import type { RunRange, TimelineProps } from './timelineProps.ts';
import { msAt, type Stretch, showing } from './timeView.ts';
import { beginDrawing, useCanvasLook } from './useCanvasLook.ts';
import { usePathLines } from './usePathLines.ts';
import { type Point, useTimelinePointer } from './useTimelinePointer.ts';

const axisHeight = 20;

export interface TimelineLanesProps {
  readonly trace: Trace;
  readonly range: RunRange;
  readonly boxes: readonly LaneBox[];
  readonly bounds: Stretch;
  readonly view: Stretch;
  readonly matches: SpanMatches | null;
  /** The span that keys or a search are at; -1: none. */
  readonly focused: number;
  readonly selected: string | null;
  readonly titleOf: (node: string) => string;
  readonly heatOf: (node: string) => number;
  readonly pathOf: (run: number) => readonly PathStep[];
  readonly samples: TimelineProps['samples'];
  readonly describedBy: string;
  readonly onView: (view: Stretch) => void;
  readonly onFocus: (span: number) => void;
  readonly onSelect: (node: string | null) => void;
  readonly onToggleLane: (name: string) => void;
  readonly onSearch: () => void;
  /** How high the lanes may be without being scrolled. */
  readonly onRoom: (height: number) => void;
}

/** The lanes themselves: names on the left, the drawing, the axis under it. */
export function TimelineLanes(props: TimelineLanesProps) {
  const { trace, range, boxes, bounds, view, matches, focused, selected, onView, onFocus, onSelect } = props;
  const [surface, { width }] = useSize<HTMLDivElement>();
  const [scroller, { height }] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const axis = useRef<HTMLCanvasElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [pointed, setPointed] = useState<Point | null>(null);
  const look = useCanvasLook(canvas, width > 0);
  const titles = useMemo(() => trace.names.map(props.titleOf), [trace, props.titleOf]);
  const heats = useMemo(
    () => trace.names.map((name) => Math.min(5, Math.max(0, Math.round(props.heatOf(name) || 0)))),
    [trace, props.heatOf],
  );
  const lines = usePathLines(trace, range, view, boxes, props.pathOf);
  const origin = timeOrigin(trace, range, view, bounds);

  const hitAt = ({ x, y }: Point): SpanHit | null => hitSpan(boxes, view, width, x, y + scrollTop);
  const pointer = useTimelinePointer({
    area: surface,
    view,
    bounds,
    width,
    onView,
    onScroll: (dy) => scroller.current?.scrollBy(0, dy),
    onHover: setPointed,
    onClick: (point) => {
      const hit = hitAt(point);
      const node = hit === null ? '' : trace.names[trace.spans.node[hit.span]];
      onFocus(hit?.span ?? -1);
      onSelect(node === '' ? null : node);
    },
  });
  const { dragged } = pointer;
  // Of the view as it is now: what is under a still pointer changes when the wheel turns.
  const hover = pointed === null || dragged !== null ? null : hitAt(pointed);

  useLayoutEffect(() => {
    const c = look === null ? null : beginDrawing(canvas.current, look, width, height);
    if (look === null || c === null) return;
    const ticks = ticksOf(view, origin.ms, width);
    drawGrid(c, look, ticks, view, width, height);
    drawRunStarts(c, look, runStartsIn(trace, range, view, width / 48), view, width, height);
    c.save();
    c.translate(0, -scrollTop);
    const scene = {
      trace,
      boxes,
      view,
      width,
      titles,
      heats,
      matches,
      selected: trace.names.indexOf(selected ?? ' '),
      focused,
    };
    drawLanes(c, look, scene, scrollTop, scrollTop + height);
    const floor = Math.min(lanesHeight(boxes), scrollTop + height) - 4;
    for (const line of lines) drawPath(c, look, line, view, width, floor);
    c.restore();
    if (dragged !== null) {
      const ms = Math.abs(msAt(view, width, dragged.toX) - msAt(view, width, dragged.fromX));
      drawDragged(c, look, dragged.fromX, dragged.toX, durationText(ms), width, height);
    }
    const under = beginDrawing(axis.current, look, width, axisHeight);
    if (under !== null) drawAxis(under, look, ticks, view, width, 0);
  }, [
    look,
    width,
    height,
    scrollTop,
    trace,
    range,
    boxes,
    view,
    titles,
    heats,
    matches,
    selected,
    focused,
    lines,
    dragged,
    origin.ms,
  ]);

  const { onRoom } = props;
  useLayoutEffect(() => {
    if (height > 0) onRoom(height);
  }, [height, onRoom]);

  // What keys or a search go to comes into sight, in height too.
  useLayoutEffect(() => {
    const place = focused < 0 ? null : placeOfSpan(boxes, trace, focused);
    const element = scroller.current;
    if (place === null || element === null) return;
    if (place.box.top < element.scrollTop) element.scrollTop = place.box.top;
    const bottom = place.top + 24;
    if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
  }, [focused, boxes, trace, scroller]);

  /** Tab goes through the spans of the selected node, and on when there are no more. */
  const stepFocus = (step: 1 | -1): boolean => {
    if (selected === null) return false;
    const spans = spansOfNode(trace, selected, range);
    const at = spans.indexOf(focused);
    const next = at < 0 ? (step === 1 ? 0 : spans.length - 1) : at + step;
    if (next < 0 || next >= spans.length) return false;
    const span = spans[next];
    onFocus(span);
    onView(showing(view, bounds, { fromMs: trace.spans.startMs[span], toMs: trace.spans.endMs[span] }));
    return true;
  };

  const keys = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const next = viewAfterKey(key, view, bounds);
    if (next !== null) onView(next);
    else if (key === 'ArrowUp' || key === 'ArrowDown') scroller.current?.scrollBy(0, key === 'ArrowUp' ? -24 : 24);
    else if (key === '/') props.onSearch();
    else if (key === 'Escape' && focused >= 0) onFocus(-1);
    else if (key !== 'Tab' || !stepFocus(event.shiftKey ? -1 : 1)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      <div className="timeline-scroll" ref={scroller} onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}>
        <LaneNames boxes={boxes} onToggle={props.onToggleLane} />
        <div
          ref={surface}
          className={dragged === null ? 'timeline-surface' : 'timeline-surface marking'}
          style={{ height }}
          role="application"
          aria-roledescription="timeline"
          aria-label="Timeline: arrows move, plus and minus zoom, 0 shows all, Tab goes through the spans of the selected node"
          aria-describedby={props.describedBy}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is used by keys.
          tabIndex={0}
          onKeyDown={keys}
          onPointerDown={(event) => pointer.down(event, false)}
          onPointerMove={pointer.move}
          onPointerUp={pointer.up}
          onPointerCancel={pointer.cancel}
          onPointerLeave={pointer.leave}
          onDoubleClick={() => onView(bounds)}
        >
          <canvas ref={canvas} />
        </div>
      </div>
      <div className="timeline-foot">
        <span className="quiet">{origin.words}</span>
        <div
          className="timeline-axis"
          aria-hidden="true"
          title="Drag to choose a stretch"
          onPointerDown={(event) => pointer.down(event, true)}
          onPointerMove={pointer.move}
          onPointerUp={pointer.up}
          onPointerCancel={pointer.cancel}
          onPointerLeave={pointer.leave}
          onDoubleClick={() => onView(bounds)}
        >
          <canvas ref={axis} />
        </div>
      </div>
      {hover !== null && pointed !== null && (
        <SpanCard
          facts={spanFacts(trace, hover.span, props.titleOf, props.samples)}
          together={hover.together}
          x={pointed.clientX}
          y={pointed.clientY}
        />
      )}
    </>
  );
}
