import { EdgeLabelRenderer, type EdgeProps, getBezierPath, useStore } from '@xyflow/react';
import { memo } from 'react';
import { useCanvas } from '../../canvas/canvasState.ts';
import type { HeatEdge } from './heatFlow.ts';

/** A wire as thick as the logarithm of what it carries; in ink on the critical path. */
export const HeatWire = memo(function HeatWire(props: EdgeProps<HeatEdge>) {
  const { id, data } = props;
  const hovered = useCanvas((s) => s.hovered === id);
  const [path, x, y] = getBezierPath(props);
  const width = data?.width ?? 1.5;
  return (
    <>
      <g className={`heat-wire ${data?.onPath ? 'on-path' : ''} ${hovered ? 'lit' : ''}`}>
        <path d={path} style={{ strokeWidth: width }} />
        {data?.onPath && <path className="ink" d={path} />}
      </g>
      <path className="react-flow__edge-interaction" d={path} fill="none" strokeOpacity={0} strokeWidth={16} />
      {hovered && (
        <EdgeLabelRenderer>
          <Says text={data?.says ?? ''} x={x} y={y - width / 2} />
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function Says({ text, x, y }: { readonly text: string; readonly x: number; readonly y: number }) {
  const zoom = useStore((s) => s.transform[2]);
  return (
    <span
      className="heat-says floating"
      style={{ transform: `translate(${x}px, ${y - 6}px) scale(${1 / zoom}) translate(-50%, -100%)` }}
    >
      {text}
    </span>
  );
}
