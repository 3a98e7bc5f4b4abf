import type { NodeProps } from '@xyflow/react';
import { type CSSProperties, memo } from 'react';
import { useCanvas } from '../../canvas/canvasState.ts';
import { iconOf } from '../../canvas/familyIcon.ts';
import { handleId } from '../../canvas/flowShapes.ts';
import { shownText } from '../../canvas/shownText.ts';
import { useStudio } from '../../state/state.ts';
import { useProfile } from '../profileState.ts';
import { deviceText } from '../stageRows.ts';
import { msNumber } from '../words.ts';
import { type HeatNode, heatPortY } from './heatFlow.ts';

/** A node in heat: how long it takes, where it ran. */
export const HeatCard = memo(
  function HeatCard({ id, data }: NodeProps<HeatNode>) {
    const { title, spec, parts, heat, onPath, node } = data;
    const far = useCanvas((s) => s.far);
    const selected = useStudio((s) => s.selection.ids.includes(id));
    const lit = useProfile((s) => s.hovered === id);
    const Icon = iconOf(spec);
    const classes = ['heat-card', `h${heat}`];
    if (onPath) classes.push('on-path');
    if (selected) classes.push('chosen');
    if (lit) classes.push('lit');
    if (far) classes.push('from-afar');
    if (parts === null) classes.push('unmeasured');
    return (
      <article className={classes.join(' ')} style={{ '--heat': `var(--heat-${heat})` } as CSSProperties}>
        <header>
          {!far && <Icon size={14} strokeWidth={1.75} aria-hidden="true" />}
          <b dir="auto">{shownText(title, 60)}</b>
        </header>
        {far ? null : parts === null ? (
          <p className="heat-none">{node.disabled === true ? 'off' : 'not measured'}</p>
        ) : (
          <div className="heat-figures">
            <b>
              {figure(parts.total.p50)}
              <small>ms</small>
            </b>
            <small>{deviceText(parts.device)}</small>
            <span>p95 {figure(parts.total.p95)}</span>
            <small>{parts.worker}</small>
          </div>
        )}
        {data.inputs.map((port, row) => (
          <Stub key={port} side="in" end={`${id}.${port}`} row={row} />
        ))}
        {data.outputs.map((port, row) => (
          <Stub key={port} side="out" end={`${id}.${port}`} row={row} />
        ))}
      </article>
    );
  },
  (a, b) => a.data === b.data,
);

function figure(ms: number): string {
  return ms < 0.1 ? '<0.1' : msNumber(ms);
}

/** Where a wire meets the card. React Flow measures it; nothing can be hung on it here. */
function Stub({ side, end, row }: { readonly side: 'in' | 'out'; readonly end: string; readonly row: number }) {
  return (
    <i
      className={`heat-port ${side === 'in' ? 'target' : 'source'}`}
      data-handleid={handleId(side, end)}
      data-handlepos={side === 'in' ? 'left' : 'right'}
      style={{ top: heatPortY(row) - 5 }}
    />
  );
}
