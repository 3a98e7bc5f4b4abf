import { type KeyboardEvent, type PointerEvent, type RefObject, useRef, useState } from 'react';
import { remember, useSetting } from '../state/settings.ts';

/** The lower part's height as a person has dragged it, kept under a setting; and its edge, to be dragged. */
export function useHeight(
  section: RefObject<HTMLElement | null>,
  {
    setting,
    label,
    usual,
    least,
    leave,
  }: {
    readonly setting: string;
    readonly label: string;
    readonly usual: number;
    readonly least: number;
    /** What stays for the part above. */
    readonly leave: number;
  },
) {
  const kept = useSetting(setting);
  const [dragged, setDragged] = useState<number | null>(null);
  const from = useRef({ y: 0, height: 0 });
  const height = dragged ?? (typeof kept === 'number' ? kept : usual);

  function within(wanted: number): number {
    const room = section.current?.parentElement?.clientHeight ?? 800;
    return Math.round(Math.max(least, Math.min(wanted, room - leave)));
  }
  function begin(event: PointerEvent<HTMLElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    // What is shown may be less than what is kept, in a small window.
    const shown = section.current?.offsetHeight ?? height;
    from.current = { y: event.clientY, height: shown };
    setDragged(shown);
  }
  function move(event: PointerEvent<HTMLElement>): void {
    if (dragged !== null) setDragged(within(from.current.height + from.current.y - event.clientY));
  }
  function end(): void {
    if (dragged !== null) remember(setting, dragged);
    setDragged(null);
  }
  function keyDown(event: KeyboardEvent): void {
    const step = { ArrowUp: 16, ArrowDown: -16, PageUp: 80, PageDown: -80 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    remember(setting, within(height + step));
  }
  const edge = (
    // biome-ignore lint/a11y/useSemanticElements: a rule that is moved is a separator with a value, not an hr.
    <div
      className="bottom-edge"
      role="separator"
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuenow={height}
      aria-valuemin={least}
      aria-valuemax={2000}
      tabIndex={0}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onDoubleClick={() => remember(setting, usual)}
      onKeyDown={keyDown}
    />
  );
  return { height, edge };
}
