import { type EdgeTypes, type NodeTypes, ReactFlow, ReactFlowProvider, useStore, ViewportPortal } from '@xyflow/react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Dots, FarWatch } from '../../canvas/Canvas.tsx';
import { setCanvas, useCanvas } from '../../canvas/canvasState.ts';
import { stepTo } from '../../canvas/editing.ts';
import { setFlow } from '../../canvas/flow.ts';
import { deselect, select } from '../../canvas/selecting.ts';
import { startView } from '../../canvas/startView.ts';
import { ZoomControl } from '../../canvas/ZoomControl.tsx';
import type { PlacedLabel } from '../byteLabels.ts';
import type { HeatScale } from '../heat.ts';
import { setProfiling } from '../profileState.ts';
import { msWithUnit } from '../words.ts';
import { HeatCard } from './HeatCard.tsx';
import { HeatLegend } from './HeatLegend.tsx';
import { HeatWire } from './HeatWire.tsx';
import type { HeatEdge, HeatFlow, HeatNode, PassBracket } from './heatFlow.ts';
import { NodeParts } from './NodeParts.tsx';

const nodeTypes: NodeTypes = { heat: HeatCard };
const edgeTypes: EdgeTypes = { heatWire: HeatWire };
const panButtons = [0, 1];
const ways: Readonly<Record<string, 'left' | 'right' | 'up' | 'down'>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

interface HeatCanvasProps {
  readonly measured: boolean;
  readonly flow: HeatFlow;
  readonly scale: HeatScale;
  /** What is drawn: another one opens with a view of its own. */
  readonly of: string;
}

/** The pipeline in heat: where its time goes. Nothing is changed here; a click selects. */
export function HeatCanvas(props: HeatCanvasProps) {
  return (
    <ReactFlowProvider>
      <HeatView {...props} />
    </ReactFlowProvider>
  );
}

function HeatView({ flow: { nodes, edges, labels, passes, boxes }, scale, of, measured }: HeatCanvasProps) {
  const main = useRef<HTMLElement>(null);
  const [start, setStart] = useState<{ readonly of: string; readonly view: ReturnType<typeof startView> } | null>(null);
  const all = useRef(boxes);
  all.current = boxes;
  useLayoutEffect(() => {
    const size = main.current?.getBoundingClientRect();
    if (size === undefined) return;
    // A little air above, and below for a bracket.
    const fit = startView([...all.current.values()], { width: size.width, height: size.height - 24 });
    const view = { ...fit, y: fit.y + 8 };
    setCanvas({ far: view.zoom < 0.35, hovered: null });
    setStart({ of, view });
  }, [of]);
  useEffect(() => () => setFlow(null), []);
  const keyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const focused = event.target instanceof HTMLElement ? event.target.dataset['id'] : undefined;
    const way = ways[event.key];
    if (event.key === 'Escape') deselect();
    else if ((event.key === 'Enter' || event.key === ' ') && focused !== undefined) select([focused]);
    else if (way !== undefined) stepTo(way);
    else return;
    event.preventDefault();
  };
  return (
    <main className="canvas heat-canvas" ref={main} aria-label="Pipeline in heat" onKeyDown={keyDown}>
      {start !== null && (
        <ReactFlow<HeatNode, HeatEdge>
          key={start.of}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={(instance) => setFlow(instance as unknown as Parameters<typeof setFlow>[0])}
          onNodeClick={(_, node) => select([node.id])}
          onNodeMouseEnter={(_, node) => setProfiling({ hovered: node.id })}
          onNodeMouseLeave={() => setProfiling({ hovered: null })}
          onEdgeMouseEnter={(_, edge) => setCanvas({ hovered: edge.id })}
          onEdgeMouseLeave={() => setCanvas({ hovered: null })}
          onPaneClick={deselect}
          nodesDraggable={false}
          nodesConnectable={false}
          elementsSelectable={false}
          edgesFocusable={false}
          nodesFocusable
          disableKeyboardA11y
          onlyRenderVisibleElements
          deleteKeyCode={null}
          selectionKeyCode={null}
          panActivationKeyCode={null}
          panOnDrag={panButtons}
          panOnScroll
          zoomOnDoubleClick={false}
          minZoom={0.05}
          maxZoom={2}
          defaultViewport={start.view}
          proOptions={{ hideAttribution: true }}
        >
          <Dots />
          <FarWatch />
          <Marks passes={passes} labels={labels} />
          <NodeParts boxes={boxes} />
        </ReactFlow>
      )}
      <ZoomPlace started={start !== null} />
      {measured && <HeatLegend scale={scale} />}
    </main>
  );
}

/** Before React Flow is there it knows no zoom. */
function ZoomPlace({ started }: { readonly started: boolean }) {
  return started ? <ZoomControl still /> : null;
}

/** Brackets under passes, and what wires carry. */
function Marks({
  passes,
  labels,
}: {
  readonly passes: readonly PassBracket[];
  readonly labels: readonly PlacedLabel[];
}) {
  const far = useCanvas((s) => s.far);
  const small = useStore((s) => s.transform[2] < 0.5);
  if (far) return null;
  return (
    <ViewportPortal>
      {passes.map(({ key, x, y, width, height, ms }) => (
        <div className="bracket" key={key} style={{ left: x, top: y + height + 5, width }}>
          <span>one pass, {msWithUnit(ms)}</span>
        </div>
      ))}
      {!small &&
        labels.map(({ id, text, box }) => (
          <span key={id} className="wire-bytes" style={{ left: box.x, top: box.y, width: box.width }}>
            {text}
          </span>
        ))}
    </ViewportPortal>
  );
}
