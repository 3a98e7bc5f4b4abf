import { type MouseEvent, type PointerEvent, useRef } from 'react';
import type { NumberParam } from '../../core/define/param.ts';
import type { Json } from '../../core/kinds/value.ts';
import { endMerge } from '../state/edits.ts';
import { stepped } from './fieldText.ts';
import { startOf } from './NumberField.tsx';

/** So many pixels are one step; a shake of the hand is none. */
const pixelsPerStep = 4;

/** The label of a number: drag it sideways to change the number, with Shift ten times as fast. */
export function DragLabel({
  htmlFor,
  label,
  spec,
  value,
  set,
}: {
  readonly htmlFor: string;
  readonly label: string;
  readonly spec: NumberParam;
  readonly value: Json | undefined;
  readonly set: (value: Json) => void;
}) {
  const drag = useRef<{ readonly x: number; readonly from: number; steps: number; moved: boolean } | null>(null);
  function begin(event: PointerEvent<HTMLLabelElement>): void {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, from: startOf(spec, value), steps: 0, moved: false };
  }
  function move(event: PointerEvent<HTMLLabelElement>): void {
    const now = drag.current;
    if (now === null) return;
    const steps = Math.trunc((event.clientX - now.x) / pixelsPerStep) * (event.shiftKey ? 10 : 1);
    if (steps === now.steps) return;
    now.steps = steps;
    now.moved = true;
    set(stepped(spec, now.from, steps));
  }
  function end(): void {
    if (drag.current?.moved === true) endMerge();
  }
  function click(event: MouseEvent): void {
    // A drag that ends on the label does not put the cursor into the field.
    if (drag.current?.moved === true) event.preventDefault();
    drag.current = null;
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field itself takes the arrow keys.
    <label
      htmlFor={htmlFor}
      className="drag"
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onClick={click}
    >
      {label}
    </label>
  );
}
