import { useStore } from '@xyflow/react';
import { endOf } from '../../core/graph/document.ts';
import { typeText } from '../../core/kinds/type.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import type { KindLook } from '../kinds/kind.ts';
import { useStudio } from '../state/state.ts';
import { bytesText, typeBytes } from './facts.ts';
import { boxOfShown } from './flow.ts';
import { wireProblem } from './indexes.ts';
import { shownText } from './shownText.ts';

/** What a wire carries: beside it, or, where cards leave no room, above them on a leader. */
export function WireChip({
  from,
  to,
  x,
  y,
  always,
  look,
}: {
  readonly from: string;
  readonly to: string;
  readonly x: number;
  readonly y: number;
  /** Shown on every wire: small, and on the wire. */
  readonly always: boolean;
  readonly look: KindLook;
}) {
  const type = useStudio((s) => s.report?.types[from]);
  const problem = useStudio((s) => wireProblem(s.report, to)?.message);
  const text = type === undefined ? 'Type not known yet' : typeText(type);
  const bytes = type === undefined ? null : typeBytes(type);
  const zoom = useStore((s) => s.transform[2]);
  if (always) {
    return (
      <span className="wire-type" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y - 14}px)` }}>
        {shownText(text, 40)}
      </span>
    );
  }
  const clear = clearAbove(from, to, x, y, zoom);
  const leader = (y - clear) * zoom;
  return (
    <div className="wire-chip" style={{ transform: `translate(${x}px, ${clear}px) scale(${1 / zoom})` }}>
      <span className="floating">
        <Glyph look={look} size={10} />
        <code>{shownText(text, 80)}</code>
        {bytes !== null && <code className="quiet">{bytesText(bytes)}</code>}
        {problem !== undefined && <em>{shownText(problem, 160)}</em>}
      </span>
      <i style={{ height: leader }} />
      <b style={{ top: leader - 4 }} />
    </div>
  );
}

/** Height at which the chip's foot stands: over both cards where it would lie on one of them. */
function clearAbove(from: string, to: string, x: number, y: number, zoom: number): number {
  const reach = 130 / zoom;
  const boxes = [from, to].flatMap((end) => boxOfShown(endOf(end).node) ?? []);
  const inTheWay = boxes.filter(
    (box) => box.x < x + reach && box.x + box.width > x - reach && box.y < y + 8 && box.y + box.height > y - 48 / zoom,
  );
  return Math.min(y - 20 / zoom, ...inTheWay.map((box) => box.y - 14 / zoom));
}
