import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { msAt, panBy, type Stretch, zoomAt } from './timeView.ts';

export interface Dragged {
  readonly fromX: number;
  readonly toX: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Of the window, for what floats. */
  readonly clientX: number;
  readonly clientY: number;
}

interface PointerWishes {
  /** What receives the wheel. */
  readonly area: RefObject<HTMLElement | null>;
  readonly view: Stretch;
  readonly bounds: Stretch;
  readonly width: number;
  readonly onView: (view: Stretch) => void;
  readonly onScroll: (dy: number) => void;
  /** Null: the pointer left, or does something else. */
  readonly onHover: (point: Point | null) => void;
  readonly onClick: (point: Point) => void;
}

/** Pixels that a hand trembles. */
const still = 3;
/** A notch of a usual wheel (100) comes a fifth closer. */
const wheelSpeed = 0.0022;
const pinchSpeed = 0.01;

/**
 * Wheel: closer and away at the pointer; with Shift, or sideways: along. Pinch: closer. Drag: along and up and down; with
 * Shift: marks a stretch, which is then shown whole.
 */
export function useTimelinePointer(wishes: PointerWishes) {
  const now = useRef(wishes);
  now.current = wishes;
  const pointers = useRef(new Map<number, Point>());
  const grip = useRef<{ readonly start: Point; last: Point; moved: boolean; readonly marks: boolean } | null>(null);
  const [dragged, setDragged] = useState<Dragged | null>(null);

  useEffect(() => {
    const element = wishes.area.current;
    if (element === null) return;
    const wheel = (event: WheelEvent): void => {
      const { view, bounds, width, onView } = now.current;
      const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      event.preventDefault();
      event.stopPropagation();
      if (sideways && !event.ctrlKey) {
        const pixels = (event.deltaX !== 0 ? event.deltaX : event.deltaY) * unit;
        onView(panBy(view, bounds, (pixels / width) * (view.toMs - view.fromMs)));
      } else {
        const speed = event.ctrlKey ? pinchSpeed : wheelSpeed;
        const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY * unit * speed)));
        onView(zoomAt(view, bounds, msAt(view, width, pointOf(event, element).x), factor));
      }
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [wishes.area]);

  const down = (event: PointerEvent<HTMLElement>, marks: boolean): void => {
    if (event.button !== 0) return;
    const point = pointOf(event.nativeEvent, event.currentTarget);
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, point);
    grip.current = { start: point, last: point, moved: false, marks: marks || event.shiftKey };
    wishes.onHover(null);
  };

  const move = (event: PointerEvent<HTMLElement>): void => {
    const point = pointOf(event.nativeEvent, event.currentTarget);
    const { view, bounds, width, onView, onScroll, onHover } = wishes;
    if (grip.current === null) {
      onHover(point);
      return;
    }
    const held = pointers.current;
    if (held.size === 2) {
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
      const before = held.get(event.pointerId);
      held.set(event.pointerId, point);
      if (other === undefined || before === undefined) return;
      const ratio = Math.max(8, Math.abs(before.x - other.x)) / Math.max(8, Math.abs(point.x - other.x));
      grip.current = { ...grip.current, moved: true };
      onView(zoomAt(view, bounds, msAt(view, width, (point.x + other.x) / 2), ratio));
      return;
    }
    const { start, last, marks } = grip.current;
    if (!grip.current.moved && Math.hypot(point.x - start.x, point.y - start.y) <= still) return;
    grip.current = { ...grip.current, last: point, moved: true };
    if (marks) {
      setDragged({ fromX: start.x, toX: point.x });
      return;
    }
    onView(panBy(view, bounds, ((last.x - point.x) / width) * (view.toMs - view.fromMs)));
    onScroll(last.y - point.y);
  };

  const up = (event: PointerEvent<HTMLElement>): void => {
    pointers.current.delete(event.pointerId);
    if (pointers.current.size > 0) return;
    const held = grip.current;
    grip.current = null;
    setDragged(null);
    if (held === null) return;
    const point = pointOf(event.nativeEvent, event.currentTarget);
    const { view, width, onView, onClick } = wishes;
    if (!held.moved) onClick(point);
    else if (held.marks) {
      const [a, b] = [held.start.x, point.x].sort((one, other) => one - other);
      if (b - a > still)
        onView({ fromMs: msAt(view, width, Math.max(0, a)), toMs: msAt(view, width, Math.min(width, b)) });
    }
  };

  const cancel = (event: PointerEvent<HTMLElement>): void => {
    pointers.current.delete(event.pointerId);
    grip.current = null;
    setDragged(null);
  };

  return { dragged, down, move, up, cancel, leave: () => grip.current === null && wishes.onHover(null) };
}

/** In the element's own CSS pixels, whatever zoom the studio has. */
export function pointOf(event: { readonly clientX: number; readonly clientY: number }, element: Element): Point {
  const box = element.getBoundingClientRect();
  const scale = box.width > 0 ? element.clientWidth / box.width : 1;
  return {
    x: (event.clientX - box.left) * scale,
    y: (event.clientY - box.top) * scale,
    clientX: event.clientX,
    clientY: event.clientY,
  };
}
