import { EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { endOf } from '../../core/graph/document.ts';
import { anyLook, type KindLook, kindLooks, lookOf } from '../kinds/kind.ts';
import { type StudioState, useStudio } from '../state/state.ts';
import { useCanvas } from './canvasState.ts';
import type { WireEdge } from './flowEdges.ts';
import { nodesById, wireProblem } from './indexes.ts';
import { WireChip } from './WireChip.tsx';

/** A wire in its kind's hue and line: solid is media, double is an array, dotted is symbols. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { data, selected = false, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const from = data?.wire.from ?? '';
  const to = data?.wire.to ?? '';
  const look = useStudio((s) => wireLook(s, from));
  const wrong = useStudio((s) => wireProblem(s.report, to)?.severity === 'error');
  const named = useStudio((s) => s.wireTypesAlways);
  const far = useCanvas((s) => s.far);
  const hovered = useCanvas((s) => s.hovered === to);
  const inHand = useCanvas((s) => s.hand?.moved === to);
  const dim = useCanvas((s) => s.hand !== null && s.hand.moved !== to);
  const takes = useCanvas((s) => s.insertOn === to);
  const [path, middleX, middleY] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
  });
  const states = [
    selected ? 'selected' : '',
    wrong ? 'wrong' : '',
    hovered || takes ? 'hot' : '',
    dim ? 'dim' : '',
    inHand ? 'in-hand' : '',
  ];
  return (
    <>
      <WirePaths path={path} look={look} far={far} states={states.filter(Boolean).join(' ')} />
      {!far && (
        <path className="react-flow__edge-interaction" d={path} fill="none" strokeOpacity={0} strokeWidth={16} />
      )}
      {!far && (hovered || selected || named) && !inHand && (
        <EdgeLabelRenderer>
          <WireChip from={from} to={to} x={middleX} y={middleY} always={named && !hovered && !selected} look={look} />
        </EdgeLabelRenderer>
      )}
    </>
  );
});

/** The lines of a wire; the one in hand is drawn by them too. */
export function WirePaths({
  path,
  look,
  far = false,
  states,
}: {
  readonly path: string;
  readonly look: KindLook;
  readonly far?: boolean;
  readonly states: string;
}) {
  const colour = { stroke: `var(--wire-colour, var(${look.token}))` };
  return (
    <g className={`wire ${far ? 'far' : look.line} ${states}`}>
      <path className="line" d={path} style={colour} />
      {!far && look.line === 'double' && <path className="core" d={path} />}
    </g>
  );
}

/** The look of what an output carries: as inferred, else as its type declares it. */
export function wireLook(s: StudioState, from: string): KindLook {
  const kind = s.report?.types[from]?.kind;
  if (kind !== undefined) return kindLooks[kind];
  const { node, port } = endOf(from);
  const type = nodesById(s.document.nodes).get(node)?.type ?? '';
  const shape = (s.report?.shapes[node] ?? s.specs.get(type))?.outputs.find((output) => output.name === port);
  return shape === undefined ? anyLook : lookOf(shape.kinds);
}
