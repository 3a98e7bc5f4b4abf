import { Handle, type NodeProps, Position } from '@xyflow/react';
import { Group, Maximize2, Minimize2 } from 'lucide-react';
import { memo } from 'react';
import { groupChanged } from '../../core/graph/changes.ts';
import { endOf } from '../../core/graph/document.ts';
import type { PortShape } from '../../core/studio/catalog.ts';
import { editWith } from '../state/edits.ts';
import { state, useStudio } from '../state/state.ts';
import { CardTitle } from './CardTitle.tsx';
import { useCanvas } from './canvasState.ts';
import type { FoldedNode, FrameNode } from './flowNodes.ts';
import { handleId } from './flowShapes.ts';
import { portSize, portY } from './geometry.ts';
import { nodeProblems } from './indexes.ts';
import { PortHandle } from './PortHandle.tsx';
import { select } from './selecting.ts';
import { shownText } from './shownText.ts';

export function foldGroup(id: string, collapsed: boolean): void {
  editWith(collapsed ? 'collapse group' : 'expand group', (document) => groupChanged(document, id, { collapsed }));
}

/** A group that is open: a frame around its nodes. It is held by its title. */
export const GroupFrame = memo(function GroupFrame({ data: { group } }: NodeProps<FrameNode>) {
  const selected = useStudio((s) => s.selection.ids.includes(group.id));
  const pick = (event: { readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean }): void => {
    const more = event.shiftKey || event.ctrlKey || event.metaKey;
    select(more ? [...new Set([...state().selection.ids, group.id])] : [group.id]);
  };
  return (
    <section className={`frame ${selected ? 'selected' : ''}`} aria-label={`Group ${shownText(group.title)}`}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the frame's own focus and keys are React Flow's wrapper's. */}
      <header className="frame-title" onClick={pick}>
        <CardTitle id={group.id} title={group.title} what="group" />
        <button
          type="button"
          className="icon-button small nodrag"
          aria-label="Collapse group"
          title="Collapse group (Alt+C)"
          onClick={(event) => {
            event.stopPropagation();
            foldGroup(group.id, true);
          }}
        >
          <Minimize2 size={12} aria-hidden="true" />
        </button>
      </header>
    </section>
  );
});

/** A group that is collapsed: one card with the ports whose wires cross its border. */
export const FoldedGroup = memo(function FoldedGroup({ data: { group, ports }, selected }: NodeProps<FoldedNode>) {
  const far = useCanvas((s) => s.far);
  const wrong = useStudio((s) =>
    group.nodes.some((id) => nodeProblems(s.report, id).some((p) => p.severity === 'error')),
  );
  const rows = Math.max(ports.inputs.length, ports.outputs.length);
  return (
    <article className={`card folded ${far ? 'far' : ''} ${selected ? 'selected' : ''} ${wrong ? 'bad' : ''}`}>
      <header>
        <Group size={14} strokeWidth={1.75} aria-hidden="true" />
        <CardTitle id={group.id} title={group.title} what="group" />
        <button
          type="button"
          className="icon-button small nodrag"
          aria-label="Expand group"
          title="Expand group (Alt+C)"
          onClick={() => foldGroup(group.id, false)}
        >
          <Maximize2 size={12} aria-hidden="true" />
        </button>
      </header>
      {Array.from({ length: rows }, (_, row) => (
        <div className="port-row" key={`${ports.inputs[row] ?? ''} ${ports.outputs[row] ?? ''}`}>
          <span dir="auto">{ports.inputs[row] && shownText(endOf(ports.inputs[row]).port, 60)}</span>
          <span dir="auto">{ports.outputs[row] && shownText(endOf(ports.outputs[row]).port, 60)}</span>
        </div>
      ))}
      <footer>
        <span>{group.nodes.length === 1 ? '1 node' : `${group.nodes.length} nodes`}</span>
      </footer>
      {ports.inputs.map((end, row) => (
        <InnerPort key={end} end={end} side="in" row={row} reachable={selected} />
      ))}
      {ports.outputs.map((end, row) => (
        <InnerPort key={end} end={end} side="out" row={row} reachable={selected} />
      ))}
    </article>
  );
});

/** A port of a node inside, on the group's edge. */
function InnerPort(props: {
  readonly end: string;
  readonly side: 'in' | 'out';
  readonly row: number;
  readonly reachable: boolean;
}) {
  const { end, side, row } = props;
  const { node, port } = endOf(end);
  const shape = useStudio((s): PortShape | undefined =>
    s.report?.shapes[node]?.[side === 'in' ? 'inputs' : 'outputs'].find((p) => p.name === port),
  );
  if (shape !== undefined) return <PortHandle {...props} shape={shape} />;
  return (
    <Handle
      id={handleId(side, end)}
      type={side === 'in' ? 'target' : 'source'}
      position={side === 'in' ? Position.Left : Position.Right}
      className="port"
      style={{ top: portY(row), width: portSize, height: portSize }}
    />
  );
}
