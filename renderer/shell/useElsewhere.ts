import { type RefObject, useEffect } from 'react';

/** Calls `left` when something is pressed outside of what is open. */
export function useElsewhere(open: boolean, wrap: RefObject<HTMLElement | null>, left: () => void): void {
  useEffect(() => {
    if (!open) return;
    const pressed = (event: PointerEvent): void => {
      if (event.target instanceof Node && wrap.current?.contains(event.target) === false) left();
    };
    document.addEventListener('pointerdown', pressed, true);
    return () => document.removeEventListener('pointerdown', pressed, true);
  }, [open, wrap, left]);
}
