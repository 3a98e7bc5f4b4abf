import {
  type ConnectionLineComponentProps,
  getBezierPath,
  Position,
  useConnection,
  useStore,
  ViewportPortal,
} from '@xyflow/react';
import { useEffect } from 'react';
import type { Point } from '../../core/graph/changes.ts';
import { endOf, type PipelineDocument } from '../../core/graph/document.ts';
import { kindLooks, lookOf } from '../kinds/kind.ts';
import { type StudioState, useStudio } from '../state/state.ts';
import { canvas, type Hand, useCanvas } from './canvasState.ts';
import { placeOfPort } from './flow.ts';
import { type FlowNode, foldedGroups } from './flowNodes.ts';
import { endOfHandle, handleId } from './flowShapes.ts';
import { holdOver, mayFit } from './hand.ts';
import { WirePaths, wireLook } from './Wire.tsx';

/** The wire in hand while the pointer drags it. */
export function HandLine({ toX, toY, fromX, fromY, toHandle }: ConnectionLineComponentProps<FlowNode>) {
  const hand = useCanvas((s) => s.hand);
  const document = useStudio((s) => s.document);
  if (hand === null) return null;
  const held = portPlace(document, hand.end, hand.side === 'from' ? 'out' : 'in') ?? { x: fromX, y: fromY };
  const port = toHandle?.id == null ? null : endOfHandle(toHandle.id);
  const over = port !== null && (port.side === 'in') === (hand.side === 'from') ? port.end : null;
  const to =
    toHandle === null
      ? { x: toX, y: toY }
      : { x: toHandle.x + toHandle.width / 2, y: toHandle.y + toHandle.height / 2 };
  return <Line hand={hand} held={held} to={to} bad={over !== null && over !== hand.end && !mayFit(hand, over)} />;
}

/** The wire in hand while keys move it from port to port. */
export function KeyLine() {
  const hand = useCanvas((s) => s.hand);
  const document = useStudio((s) => s.document);
  // So that it follows cards that move.
  useStore((s) => s.nodes);
  if (hand?.by !== 'keys' || hand.over === null) return null;
  const held = portPlace(document, hand.end, hand.side === 'from' ? 'out' : 'in');
  const to = portPlace(document, hand.over, hand.side === 'from' ? 'in' : 'out');
  if (held === null || to === null) return null;
  return (
    <ViewportPortal>
      <svg className="key-line" aria-hidden="true">
        <Line hand={hand} held={held} to={to} bad={!mayFit(hand, hand.over)} />
      </svg>
    </ViewportPortal>
  );
}

/** A wire that does not fit and waits for its answer. */
export function WrongLine() {
  const wrong = useCanvas((s) => s.wrong);
  const document = useStudio((s) => s.document);
  const look = useStudio((s) => (wrong === null ? null : wireLook(s, wrong.from)));
  if (wrong?.stays !== true || look === null) return null;
  const from = portPlace(document, wrong.from, 'out');
  const to = portPlace(document, wrong.to, 'in');
  if (from === null || to === null) return null;
  const [path] = bezier(from, to);
  return (
    <ViewportPortal>
      <svg className="key-line" aria-hidden="true">
        <WirePaths path={path} look={look} states="wrong" />
      </svg>
    </ViewportPortal>
  );
}

function Line({
  hand,
  held,
  to,
  bad,
}: {
  readonly hand: Hand;
  readonly held: Point;
  readonly to: Point;
  readonly bad: boolean;
}) {
  const look = useStudio((s) => handLook(s, hand));
  const [path] = hand.side === 'from' ? bezier(held, to) : bezier(to, held);
  return <WirePaths path={path} look={look} states={bad ? 'wrong' : 'selected'} />;
}

function bezier(from: Point, to: Point) {
  return getBezierPath({
    sourceX: from.x,
    sourceY: from.y,
    sourcePosition: Position.Right,
    targetX: to.x,
    targetY: to.y,
    targetPosition: Position.Left,
  });
}

function handLook(s: StudioState, hand: Hand) {
  if (hand.side === 'from') return wireLook(s, hand.end);
  const kind = s.report?.types[hand.end]?.kind;
  if (kind !== undefined) return kindLooks[kind];
  const { node, port } = endOf(hand.end);
  return lookOf(s.report?.shapes[node]?.inputs.find((input) => input.name === port)?.kinds ?? []);
}

/** Middle of a port's glyph, on its own card or on the folded group's that it is in. */
export function portPlace(document: PipelineDocument, end: string, side: 'in' | 'out'): Point | null {
  const { node } = endOf(end);
  return placeOfPort(foldedGroups(document).get(node) ?? node, handleId(side, end), side);
}

/** Tells the state which port the dragged wire is over. */
export function HandWatch() {
  const over = useConnection((connection) => (connection.inProgress ? (connection.toHandle?.id ?? null) : null));
  const dragging = useConnection((connection) => connection.inProgress);
  useEffect(() => {
    const { hand } = canvas();
    if (!dragging || hand === null) return;
    const port = over === null ? null : endOfHandle(over);
    holdOver(port !== null && (port.side === 'in') === (hand.side === 'from') ? port.end : null);
  }, [over, dragging]);
  return null;
}
