import {
  Background,
  BackgroundVariant,
  ConnectionMode,
  type EdgeChange,
  type EdgeTypes,
  type FinalConnectionState,
  type NodeChange,
  type NodeTypes,
  type OnConnectStartParams,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStore,
  type Viewport,
} from '@xyflow/react';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Point } from '../../core/graph/changes.ts';
import { CompiledHulls } from '../compiled/CompiledHulls.tsx';
import { state, useStudio } from '../state/state.ts';
import { CanvasMenu } from './CanvasMenu.tsx';
import { watchCanvas } from './canvasEvents.ts';
import { canvas, setCanvas, useCanvas } from './canvasState.ts';
import { dragBegan, dragEnded, dragMoved, dragOver } from './dragging.ts';
import { dropHandlers } from './dropping.ts';
import { EmptyCanvas } from './EmptyCanvas.tsx';
import { setFlow, setPointer, toCanvas } from './flow.ts';
import { FlowEdges, type WireEdge } from './flowEdges.ts';
import { boxOf, type FlowNode, FlowNodes } from './flowNodes.ts';
import { endOfHandle } from './flowShapes.ts';
import { FoldedGroup, GroupFrame } from './GroupCards.tsx';
import { HandLine, HandWatch, KeyLine, WrongLine } from './HandLine.tsx';
import { dropInEmptiness, hangOn, letGo, mayFit, takeEnd, takeWire } from './hand.ts';
import { Minimap } from './Minimap.tsx';
import { openMenuAt } from './menuTarget.ts';
import { NodeCard } from './NodeCard.tsx';
import { NoteCard } from './NoteCard.tsx';
import { Guides, Passes } from './Overlays.tsx';
import { QuickAdd } from './QuickAdd.tsx';
import { quickAddHere } from './quickAdding.ts';
import { deselect, selectionMoved } from './selecting.ts';
import { startView } from './startView.ts';
import { Wire } from './Wire.tsx';
import { MendGhost, WrongWireCard } from './WrongWireCard.tsx';
import { ZoomControl } from './ZoomControl.tsx';

const nodeTypes: NodeTypes = { card: NodeCard, note: NoteCard, frame: GroupFrame, folded: FoldedGroup };
const edgeTypes: EdgeTypes = { wire: Wire };
const panButtons = [0, 1];
const manyKeys = ['Meta', 'Control', 'Shift'];
/** Below this zoom a card is a plain block. */
const farZoom = 0.35;

/** The pipeline itself. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <CanvasFlow />
    </ReactFlowProvider>
  );
}

function CanvasFlow() {
  const document = useStudio((s) => s.document);
  const report = useStudio((s) => s.report);
  const specs = useStudio((s) => s.specs);
  const selection = useStudio((s) => s.selection);
  const session = useStudio((s) => s.session?.id);
  const readOnly = useStudio((s) => s.session?.readOnly === true);
  const dragged = useCanvas((s) => s.dragged);
  const hovered = useCanvas((s) => s.hovered);
  const inHand = useCanvas((s) => s.hand !== null);
  const dropOver = useCanvas((s) => s.dropOver);
  const made = useRef({ nodes: new FlowNodes(), edges: new FlowEdges() });
  const selected = useMemo(() => new Set(selection.ids), [selection.ids]);
  const selectedWires = useMemo(() => new Set(selection.wires), [selection.wires]);
  const nodes = useMemo(
    () => made.current.nodes.of({ document, report, specs, selected, dragged }),
    [document, report, specs, selected, dragged],
  );
  const edges = useMemo(
    () => made.current.edges.of(document, selectedWires, hovered),
    [document, selectedWires, hovered],
  );
  const main = useRef<HTMLElement>(null);
  const start = useStart(main, session, nodes);
  useEffect(watchCanvas, []);
  useEffect(() => () => setFlow(null), []);
  const shown = useRef(nodes);
  shown.current = nodes;
  const classes = ['canvas', inHand ? 'wire-in-hand' : '', dropOver === null ? '' : 'drop-over'];
  return (
    <main
      ref={main}
      className={classes.filter(Boolean).join(' ')}
      aria-label="Canvas"
      onPointerMove={(event) => setPointer({ x: event.clientX, y: event.clientY })}
      onContextMenu={(event) => {
        // Menus of fields and of what floats are their own.
        if (!(event.target instanceof Element) || event.target.closest('input, textarea, .floating') !== null) return;
        event.preventDefault();
        openMenuAt(event.target, { x: event.clientX, y: event.clientY });
      }}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.classList.contains('react-flow__pane'))
          quickAddHere('', { x: event.clientX, y: event.clientY });
      }}
      {...dropHandlers}
    >
      {start !== null && start.session === session && (
        <ReactFlow
          key={session}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={(instance) => setFlow(instance as Parameters<typeof setFlow>[0])}
          onNodesChange={nodesChanged}
          onEdgesChange={edgesChanged}
          onNodeDragStart={() => dragBegan(shown.current)}
          onNodeDrag={(event) => dragOver(placeOf(event))}
          onNodeDragStop={dragEnded}
          onConnectStart={connectBegan}
          onConnectEnd={connectEnded}
          onReconnect={nothing}
          onReconnectStart={(_, edge, fixed) => {
            endTaken = { edge: edge as WireEdge, held: fixed === 'target' ? 'from' : 'to' };
          }}
          isValidConnection={isValid}
          connectionLineComponent={HandLine}
          connectionMode={ConnectionMode.Loose}
          connectionRadius={16}
          connectOnClick={false}
          onEdgeMouseEnter={(_, edge) => setCanvas({ hovered: edge.id })}
          onEdgeMouseLeave={() => setCanvas({ hovered: null })}
          onSelectionStart={() => {
            boxing = true;
          }}
          onSelectionEnd={() => {
            boxing = false;
          }}
          onPaneClick={() => {
            deselect();
            setCanvas({ menu: null, quickAdd: null });
            letGo();
          }}
          onMoveStart={() => setCanvas({ menu: null })}
          nodesDraggable={!readOnly}
          nodesConnectable={!readOnly}
          edgesFocusable={false}
          nodesFocusable
          disableKeyboardA11y
          elevateNodesOnSelect={false}
          selectNodesOnDrag={false}
          nodeDragThreshold={1}
          onlyRenderVisibleElements
          selectionMode={SelectionMode.Partial}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={manyKeys}
          panActivationKeyCode={null}
          deleteKeyCode={null}
          panOnDrag={panButtons}
          panOnScroll
          panOnScrollSpeed={1}
          zoomOnDoubleClick={false}
          minZoom={0.05}
          maxZoom={3}
          defaultViewport={start.viewport}
          proOptions={{ hideAttribution: true }}
        >
          <Dots />
          <CompiledHulls nodes={nodes} />
          <FarWatch />
          <HandWatch />
          <KeyLine />
          <WrongLine />
          <MendGhost />
          <Guides />
          <Passes />
        </ReactFlow>
      )}
      {document.nodes.length === 0 && document.notes.length === 0 && <EmptyCanvas />}
      <ZoomControl />
      <Minimap nodes={nodes} />
      <WrongWireCard />
      <QuickAdd />
      <CanvasMenu />
    </main>
  );
}

/** The view that a pipeline opens with, known before the first card is drawn: all of it, as near as it fits. */
function useStart(main: RefObject<HTMLElement | null>, session: string | undefined, nodes: readonly FlowNode[]) {
  const [start, setStart] = useState<{ readonly session: string | undefined; readonly viewport: Viewport } | null>(
    null,
  );
  const first = useRef(nodes);
  first.current = nodes;
  useLayoutEffect(() => {
    const size = main.current?.getBoundingClientRect();
    if (size === undefined) return;
    const viewport = startView(first.current.map(boxOf), size);
    setCanvas({ far: viewport.zoom < farZoom });
    setStart({ session, viewport });
  }, [main, session]);
  return start;
}

/** Set while a box is drawn: it selects cards, not the wires that hang on them. */
let boxing = false;
/** The wire one of whose ends was taken hold of, until the hand has it. */
let endTaken: { readonly edge: WireEdge; readonly held: 'from' | 'to' } | null = null;

function nothing(): void {}

function placeOf(event: MouseEvent | TouchEvent): Point {
  const at = 'clientX' in event ? event : event.changedTouches[0];
  return { x: at.clientX, y: at.clientY };
}

/** From afar the dots would be a grey that says nothing and takes long to paint. */
export function Dots() {
  const far = useCanvas((s) => s.far);
  return far ? null : <Background variant={BackgroundVariant.Dots} gap={20} size={1.6} color="var(--dot)" />;
}

export function FarWatch() {
  const far = useStore((s) => s.transform[2] < farZoom);
  useEffect(() => setCanvas({ far }), [far]);
  return null;
}

function nodesChanged(changes: NodeChange<FlowNode>[]): void {
  const picked = changes.flatMap((change) => (change.type === 'select' ? [change] : []));
  if (picked.length > 0) selectionMoved('ids', picked);
  dragMoved(changes);
}

function edgesChanged(changes: EdgeChange<WireEdge>[]): void {
  if (boxing) return;
  const picked = changes.flatMap((change) => (change.type === 'select' ? [change] : []));
  if (picked.length > 0) selectionMoved('wires', picked);
}

function connectBegan(event: MouseEvent | TouchEvent, { handleId }: OnConnectStartParams): void {
  const taken = endTaken;
  endTaken = null;
  if (taken?.edge.data !== undefined) {
    takeEnd(taken.edge.data.wire, taken.held);
    return;
  }
  if (handleId === null) return;
  const { side, end } = endOfHandle(handleId);
  takeWire(end, side, 'pointer', event.altKey);
}

function isValid(connection: {
  readonly sourceHandle?: string | null;
  readonly targetHandle?: string | null;
}): boolean {
  const { hand } = canvas();
  if (hand === null) return false;
  const side = hand.side === 'from' ? 'in' : 'out';
  const other = [connection.targetHandle, connection.sourceHandle]
    .flatMap((handle) => (handle == null ? [] : [endOfHandle(handle)]))
    .find((handle) => handle.side === side && handle.end !== hand.moved);
  return other !== undefined && mayFit(hand, other.end);
}

function connectEnded(event: MouseEvent | TouchEvent, { toHandle, from }: FinalConnectionState): void {
  const { hand } = canvas();
  if (hand === null) return;
  const screen = placeOf(event);
  if (toHandle?.id != null) {
    const { side, end } = endOfHandle(toHandle.id);
    if ((side === 'in') === (hand.side === 'from')) {
      if (end === hand.moved) letGo();
      else hangOn(end);
    } else letGo();
    return;
  }
  const place = toCanvas(screen);
  if (from !== null && Math.hypot(place.x - from.x, place.y - from.y) < 16) {
    letGo();
    return;
  }
  const card = window.document.elementFromPoint(screen.x, screen.y)?.closest('.react-flow__node');
  const id = card?.getAttribute('data-id');
  if (id == null) {
    dropInEmptiness(screen, place);
    return;
  }
  const end = bestPortOf(id);
  if (end === null) letGo();
  else hangOn(end);
}

/** Let go over a card: its first port that fits, else one that would after a mend. */
function bestPortOf(id: string): string | null {
  const ports = [...(canvas().hand?.partners?.values() ?? [])].filter((port) => port.end.startsWith(`${id}.`));
  const wired = new Set(state().document.wires.map((wire) => wire.to));
  const best =
    ports.find((port) => port.how === 'fits' && !wired.has(port.end)) ??
    ports.find((port) => port.how === 'fits') ??
    ports.find((port) => port.how === 'mend') ??
    ports[0];
  return best?.end ?? null;
}
