import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { state } from '../state/state.ts';

interface Place {
  readonly top: number;
  readonly right: number;
  readonly width: number;
  readonly height: number;
}

const least = 420;
/** What the person chose last, as a part of the canvas; kept while the page is open. */
let chosenPart = 0.7;

/** A panel over the right part of the canvas. Its left edge can be drawn; Escape closes it; the focus goes in and comes back. */
export function CanvasPanel({
  name,
  whole = false,
  onClose,
  onKeys,
  children,
}: {
  readonly name: string;
  /** Over all of the canvas. */
  readonly whole?: boolean;
  readonly onClose: () => void;
  readonly onKeys?: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
}) {
  const panel = useRef<HTMLElement>(null);
  const canvas = useCanvasPlace();
  const [part, setPart] = useState(chosenPart);
  const close = useRef(onClose);
  close.current = onClose;
  const ready = canvas !== null;
  useEffect(() => {
    if (!ready) return;
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [ready]);
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || state().dialog !== null) return;
      if (isField(event.target) && !panel.current?.contains(event.target)) return;
      // The first Escape empties a search.
      if (event.target instanceof HTMLInputElement && event.target.type === 'search' && event.target.value !== '')
        return;
      event.preventDefault();
      close.current();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
  if (canvas === null) return null;
  const width = whole ? canvas.width : Math.round(Math.min(canvas.width, Math.max(least, canvas.width * part)));
  const resize = (next: number): void => {
    chosenPart = Math.min(1, Math.max(Math.min(1, least / canvas.width), next));
    setPart(chosenPart);
  };
  return (
    <section
      ref={panel}
      className="canvas-panel"
      aria-label={name}
      tabIndex={-1}
      style={{ top: canvas.top, right: canvas.right, width, height: canvas.height }}
      onKeyDown={onKeys}
    >
      {!whole && <Edge part={width / canvas.width} canvas={canvas} onResize={resize} />}
      {children}
    </section>
  );
}

function isField(target: EventTarget | null): target is HTMLElement {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

function Edge({
  part,
  canvas,
  onResize,
}: {
  readonly part: number;
  readonly canvas: Place;
  readonly onResize: (part: number) => void;
}) {
  const drag = (event: PointerEvent): void => {
    if (event.buttons !== 1) return;
    onResize((window.innerWidth - canvas.right - event.clientX) / canvas.width);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be drawn; this is the pattern of a window splitter.
    <div
      className="panel-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuenow={Math.round(part * 100)}
      aria-valuemin={20}
      aria-valuemax={100}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onDoubleClick={() => onResize(part > 0.98 ? 0.7 : 1)}
      onKeyDown={(event) => {
        const step = { ArrowLeft: 0.05, ArrowRight: -0.05, Home: 1, End: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        onResize(part + step);
      }}
    />
  );
}

/** Where the canvas is on the screen, panels and bars around it as they may be. */
function useCanvasPlace(): Place | null {
  const [place, setPlace] = useState<Place | null>(null);
  useLayoutEffect(() => {
    const canvas = document.querySelector('.canvas');
    if (canvas === null) return;
    const measure = (): void => {
      const { top, right, width, height } = canvas.getBoundingClientRect();
      setPlace({ top, right: window.innerWidth - right, width, height });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(canvas);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, []);
  return place;
}
