import { Handle, Position } from '@xyflow/react';
import { memo } from 'react';
import type { PortShape } from '../../core/studio/catalog.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { kindLooks, lookOf } from '../kinds/kind.ts';
import { useStudio } from '../state/state.ts';
import { type CanvasState, useCanvas } from './canvasState.ts';
import { handleId } from './flowShapes.ts';
import { portSize, portY } from './geometry.ts';
import { feedingOutputs, wireProblem, wiresByInput } from './indexes.ts';
import { shownText } from './shownText.ts';

type Look = '' | 'own' | 'fits' | 'mend' | 'refused' | 'waits';

/** A port: its kind's glyph on the card's edge, with all that a wire in hand says about it. */
export const PortHandle = memo(function PortHandle({
  end,
  side,
  row,
  shape,
  reachable,
}: {
  readonly end: string;
  readonly side: 'in' | 'out';
  readonly row: number;
  readonly shape: PortShape;
  /** Tab goes through it. */
  readonly reachable: boolean;
}) {
  const kind = useStudio((s) => s.report?.types[end]?.kind);
  const wired = useStudio((s) =>
    side === 'in' ? wiresByInput(s.document.wires).has(end) : feedingOutputs(s.document.wires).has(end),
  );
  const asked = useCanvas((s) => side === 'in' && s.wrong?.stays === true && s.wrong.to === end);
  const wrong = useStudio((s) => side === 'in' && wireProblem(s.report, end)?.severity === 'error') || asked;
  const look = useCanvas((s) => lookInHand(s, end, side));
  const over = useCanvas((s) => s.hand?.over === end && (s.hand.side === 'from') === (side === 'in'));
  const wants = side === 'in' && !wired && !shape.optional && !shape.acceptsMissing;
  const name = shownText(shape.name, 60);
  const kindLook = side === 'out' && kind !== undefined ? kindLooks[kind] : lookOf(shape.kinds);
  const says = [
    `${side === 'in' ? 'Input' : 'Output'} ${name}, ${kindLook.title.toLowerCase()}`,
    wired ? 'wired' : wants ? 'needs a wire' : '',
    look === 'fits' ? 'fits' : look === 'mend' ? 'fits after one node' : look === 'refused' ? 'does not fit' : '',
  ];
  const classes = [
    'port',
    side,
    look,
    wired ? 'wired' : '',
    wants ? 'wants' : '',
    wrong ? 'wrong' : '',
    over ? 'over' : '',
  ];
  return (
    <Handle
      id={handleId(side, end)}
      type={side === 'in' ? 'target' : 'source'}
      position={side === 'in' ? Position.Left : Position.Right}
      className={classes.filter(Boolean).join(' ')}
      style={{ top: portY(row), width: portSize, height: portSize }}
      role="button"
      tabIndex={reachable ? 0 : -1}
      aria-label={says.filter(Boolean).join(', ')}
      title={shape.wants === '' ? undefined : `${name}: ${shownText(shape.wants)}`}
      data-port={end}
      data-side={side}
    >
      <Glyph look={kindLook} size={portSize} />
      {look === 'fits' && <span className="fits-word">fits</span>}
    </Handle>
  );
});

/** What the wire in hand says of a port. */
export function lookInHand({ hand }: CanvasState, end: string, side: 'in' | 'out'): Look {
  if (hand === null) return '';
  if (hand.end === end) return (hand.side === 'from') === (side === 'out') ? 'own' : 'refused';
  if ((hand.side === 'from') !== (side === 'in')) return 'refused';
  if (hand.partners === null) return 'waits';
  return hand.partners.get(end)?.how ?? 'refused';
}
