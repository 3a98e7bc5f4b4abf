import { useStore, ViewportPortal } from '@xyflow/react';
import { shallow } from 'zustand/shallow';
import { useStudio } from '../state/state.ts';
import { useCanvas } from './canvasState.ts';
import { timeText } from './facts.ts';
import { boxOfShown } from './flow.ts';
import { around } from './guides.ts';

/** What lies on the canvas besides cards and wires: lines that things stand in line with, and brackets under passes. */
export function Guides() {
  const guides = useCanvas((s) => s.guides);
  if (guides.length === 0) return null;
  return (
    <ViewportPortal>
      {guides.map((guide) => (
        <i
          key={guide.way}
          className={`guide ${guide.way}`}
          style={
            guide.way === 'x'
              ? { left: guide.at, top: guide.from - 12, height: guide.to - guide.from + 24 }
              : { top: guide.at, left: guide.from - 12, width: guide.to - guide.from + 24 }
          }
        />
      ))}
    </ViewportPortal>
  );
}

/** Cards whose steps run as one pass, bracketed where they stand in a row. */
export function Passes() {
  const passes = useStudio((s) => s.report?.passes);
  const far = useCanvas((s) => s.far);
  if (passes === undefined || far) return null;
  return (
    <ViewportPortal>
      {passes.map((nodes) => (nodes.length < 2 ? null : <Pass key={nodes[0]} nodes={nodes} />))}
    </ViewportPortal>
  );
}

function Pass({ nodes }: { readonly nodes: readonly string[] }) {
  const box = useStore(() => bracketBox(nodes), shallow);
  const ms = useStudio((s) => s.run?.summary?.nodes[nodes[0]]);
  if (box === null) return null;
  const { x, y, width, height } = box;
  return (
    <div className="bracket" style={{ left: x, top: y + height + 6, width }}>
      <span>one pass{ms?.state === 'ran' ? `, ${timeText(ms.runMs)}` : ''}</span>
    </div>
  );
}

/** null where the cards do not stand beside one another, left to right. */
function bracketBox(nodes: readonly string[]) {
  const boxes = nodes.flatMap((id) => boxOfShown(id) ?? []);
  if (boxes.length < nodes.length) return null;
  const inRow = boxes.every(
    (box, i) => i === 0 || (box.x >= boxes[i - 1].x + boxes[i - 1].width && Math.abs(box.y - boxes[0].y) < 48),
  );
  return inRow ? around(boxes) : null;
}
