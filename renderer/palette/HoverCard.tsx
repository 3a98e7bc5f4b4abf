import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

/** Beside what, and on which of its sides when there is room. */
export interface CardPlace {
  readonly beside: Element;
  readonly side: 'left' | 'right';
}

/** A card that floats beside what is pointed at or has the focus, kept inside the window. Says itself as a tooltip. */
export function HoverCard({
  id,
  place,
  children,
}: {
  readonly id: string;
  readonly place: CardPlace;
  readonly children: ReactNode;
}) {
  const card = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<{ readonly left: number; readonly top: number } | null>(null);
  useLayoutEffect(() => {
    const size = card.current?.getBoundingClientRect();
    if (size === undefined) return;
    const target = place.beside.getBoundingClientRect();
    const right = target.right + 8;
    const left = target.left - size.width - 20;
    const wanted = place.side === 'right' ? right : left;
    const fits = wanted >= 4 && wanted + size.width <= window.innerWidth - 4;
    const other = place.side === 'right' ? left : right;
    setAt({
      left: Math.max(4, Math.min(fits ? wanted : other, window.innerWidth - size.width - 4)),
      top: Math.max(4, Math.min(target.top - 4, window.innerHeight - size.height - 4)),
    });
  }, [place]);
  return createPortal(
    <div
      ref={card}
      id={id}
      role="tooltip"
      className="hover-card floating"
      style={at === null ? { visibility: 'hidden' } : { left: at.left, top: at.top }}
    >
      {children}
    </div>,
    document.body,
  );
}

const delayMs = { pointer: 400, focus: 600 } as const;

/** Shows a card for one of many things after a moment of pointing or at keyboard focus; Escape and leaving hide it. */
export function useHoverCard<T>(side: CardPlace['side']) {
  const [shown, setShown] = useState<{ readonly what: T; readonly place: CardPlace } | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const open = shown !== null;
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useEffect(() => {
    if (!open) return;
    const hide = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setShown(null);
    };
    const gone = (): void => setShown(null);
    window.addEventListener('keydown', hide);
    window.addEventListener('scroll', gone, { capture: true, passive: true });
    window.addEventListener('pointerdown', gone);
    return () => {
      window.removeEventListener('keydown', hide);
      window.removeEventListener('scroll', gone, { capture: true });
      window.removeEventListener('pointerdown', gone);
    };
  }, [open]);
  function wait(what: T, beside: Element, how: keyof typeof delayMs): void {
    window.clearTimeout(timer.current);
    // Once a card is shown the next one comes at once, so that a list can be read through.
    timer.current = window.setTimeout(() => setShown({ what, place: { beside, side } }), open ? 60 : delayMs[how]);
  }
  function leave(): void {
    window.clearTimeout(timer.current);
    setShown(null);
  }
  return { shown, wait, leave };
}
