import type { Edge, Node } from '@xyflow/react';
import { Position } from '@xyflow/react';
import { type DocumentNode, type DocumentWire, endOf, type PipelineDocument } from '../../../core/graph/document.ts';
import type { Measured, NodeProfile } from '../../../core/profile/profile.ts';
import type { NodeSpec } from '../../../core/studio/catalog.ts';
import { bytesText } from '../../canvas/facts.ts';
import { handleId } from '../../canvas/flowShapes.ts';
import { cardSize, type Ports, type Size, wellHeight } from '../../canvas/geometry.ts';
import type { Box } from '../../canvas/guides.ts';
import { portsOf } from '../../canvas/indexes.ts';
import { type ByteLabel, type PlacedLabel, placedLabels } from '../byteLabels.ts';
import { compactLayout } from '../compactLayout.ts';
import { type CriticalChain, criticalChain } from '../criticalChain.ts';
import { type HeatScale, heatStep } from '../heat.ts';
import { wireWidth } from '../wireWidth.ts';

/** A profile drawn over its pipeline: what React Flow draws, computed once for a profile. */

export interface HeatCardData extends Record<string, unknown> {
  readonly node: DocumentNode;
  readonly title: string;
  readonly spec: NodeSpec | undefined;
  /** Null: it did not run, since no output needs it. */
  readonly parts: NodeProfile | null;
  readonly heat: number;
  readonly onPath: boolean;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}
export type HeatNode = Node<HeatCardData, 'heat'>;
export interface HeatWireData extends Record<string, unknown> {
  readonly wire: DocumentWire;
  readonly width: number;
  readonly onPath: boolean;
  /** What it carries in a request, in words. */
  readonly says: string;
}
export type HeatEdge = Edge<HeatWireData, 'heatWire'>;

/** A fused pass: the cards of its nodes, bracketed. */
export interface PassBracket extends Box {
  readonly key: string;
  readonly nodes: readonly string[];
  readonly ms: number;
}

export interface HeatFlow {
  readonly nodes: HeatNode[];
  readonly edges: HeatEdge[];
  readonly labels: readonly PlacedLabel[];
  readonly passes: readonly PassBracket[];
  readonly boxes: ReadonlyMap<string, Box>;
}

/** Narrow, so that many stages stand side by side at a size that can be read; a long title takes a second line. */
const cardWidth = 116;
const cardHeight = 68;
const titleLetter = 6.9;
const titleRoom = 80;
const titleLine = 15;
const portTop = 34;
const portStep = 16;
const portSize = 10;

export interface HeatSource {
  readonly document: PipelineDocument;
  readonly specs: ReadonlyMap<string, NodeSpec>;
  readonly measured: Measured | null;
  readonly scale: HeatScale;
  readonly titleOf: (node: string) => string;
}

/** Middle of a port under the card's top. */
export function heatPortY(row: number): number {
  return portTop + row * portStep;
}

export function heatFlow({ document, specs, measured, scale, titleOf }: HeatSource): HeatFlow {
  const parts = new Map(measured?.nodes.map((node) => [node.node, node]));
  const shapes = new Map(
    document.nodes.map((node) => {
      const ports = wiredPorts(document, node, specs.get(node.type));
      return [node.id, { ports, size: sizeOf(titleOf(node.id), ports) }] as const;
    }),
  );
  const places = compactLayout(
    document.nodes.map((node) => {
      const spec = specs.get(node.type);
      const designed = cardSize(titleOf(node.id), portsOf(document, node, null, spec), wellHeight('tensor'));
      const { size } = shapes.get(node.id)!;
      return { id: node.id, designed: { ...node.position, ...designed }, ...size };
    }),
  );
  const chain = criticalChain(document.wires, measured?.nodes ?? []);
  const boxes = new Map<string, Box>();
  const nodes = document.nodes.map((node): HeatNode => {
    const { ports, size } = shapes.get(node.id)!;
    const position = places.get(node.id) ?? node.position;
    boxes.set(node.id, { ...position, ...size });
    const own = parts.get(node.id) ?? null;
    const title = titleOf(node.id);
    return {
      id: node.id,
      type: 'heat',
      position,
      ...size,
      measured: size,
      zIndex: 1,
      handles: [
        ...ports.inputs.map((port, row) => handle('in', `${node.id}.${port}`, row, size.width)),
        ...ports.outputs.map((port, row) => handle('out', `${node.id}.${port}`, row, size.width)),
      ],
      data: {
        node,
        title,
        spec: specs.get(node.type),
        parts: own,
        heat: own === null ? 0 : heatStep(scale, own.total.p50),
        onPath: chain.nodes.has(node.id),
        inputs: ports.inputs,
        outputs: ports.outputs,
      },
      ariaLabel: title,
    };
  });
  const wires = drawnWires(document, measured, new Map(nodes.map((node) => [node.id, node])), chain, titleOf);
  return {
    nodes,
    edges: wires.map((wire) => wire.edge),
    labels: placedLabels(
      wires.flatMap((wire) => wire.label ?? []),
      [...boxes.values()],
    ),
    passes: passesOf(measured, boxes),
    boxes,
  };
}

/** Only ports that wires hang on: a compact card has room for no others. */
function wiredPorts(
  document: PipelineDocument,
  node: DocumentNode,
  spec: NodeSpec | undefined,
): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } {
  const ports: Ports = portsOf(document, node, null, spec);
  const into = new Set(document.wires.map((wire) => wire.to));
  const outOf = new Set(document.wires.map((wire) => wire.from));
  return {
    inputs: ports.inputs.map((port) => port.name).filter((name) => into.has(`${node.id}.${name}`)),
    outputs: ports.outputs.map((port) => port.name).filter((name) => outOf.has(`${node.id}.${name}`)),
  };
}

function sizeOf(
  title: string,
  { inputs, outputs }: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
): Size {
  const rows = Math.max(inputs.length, outputs.length);
  const height = cardHeight + (title.length * titleLetter > titleRoom ? titleLine : 0);
  return { width: cardWidth, height: Math.max(height, portTop + rows * portStep) };
}

function handle(side: 'in' | 'out', end: string, row: number, width: number) {
  return {
    id: handleId(side, end),
    type: side === 'in' ? ('target' as const) : ('source' as const),
    position: side === 'in' ? Position.Left : Position.Right,
    x: (side === 'in' ? 0 : width) - portSize / 2,
    y: heatPortY(row) - portSize / 2,
    width: portSize,
    height: portSize,
  };
}

function drawnWires(
  document: PipelineDocument,
  measured: Measured | null,
  cards: ReadonlyMap<string, HeatNode>,
  chain: CriticalChain,
  titleOf: (node: string) => string,
): readonly { readonly edge: HeatEdge; readonly label: ByteLabel | null }[] {
  const carried = new Map(measured?.wires.map((wire) => [wire.to, wire]));
  return document.wires.flatMap((wire): readonly { readonly edge: HeatEdge; readonly label: ByteLabel | null }[] => {
    const source = cards.get(endOf(wire.from).node);
    const target = cards.get(endOf(wire.to).node);
    if (source === undefined || target === undefined) return [];
    const bytes = carried.get(wire.to)?.bytes ?? null;
    const items = carried.get(wire.to)?.items ?? 1;
    const width = bytes === null ? 1.5 : wireWidth(bytes);
    const onPath = chain.wires.has(wire.to);
    const text = bytes === null ? '' : bytesText(Math.round(bytes));
    const inPass = (bytes ?? 0) < 1 && source.data.parts?.stage === target.data.parts?.stage;
    const much =
      bytes === null ? 'nothing was measured' : inPass ? 'one pass, nothing is made in between' : `${text} per request`;
    const many = items > 1.5 ? ` in ${Math.round(items)} items` : '';
    const edge: HeatEdge = {
      id: wire.to,
      type: 'heatWire',
      source: source.id,
      target: target.id,
      sourceHandle: handleId('out', wire.from),
      targetHandle: handleId('in', wire.to),
      zIndex: 0,
      data: { wire, width, onPath, says: `${titleOf(source.id)} to ${titleOf(target.id)}: ${much}${many}` },
      ariaLabel: `Wire from ${wire.from} to ${wire.to}, ${much}`,
    };
    if (bytes === null || inPass) return [{ edge, label: null }];
    const out = source.data.outputs.indexOf(endOf(wire.from).port);
    const into = target.data.inputs.indexOf(endOf(wire.to).port);
    const x = (source.position.x + (source.width ?? 0) + target.position.x) / 2;
    const y = (source.position.y + heatPortY(out) + target.position.y + heatPortY(into)) / 2;
    return [{ edge, label: { id: wire.to, text, bytes, x, y, width } }];
  });
}

/** Nodes of one pass whose cards stand in a row. */
function passesOf(measured: Measured | null, boxes: ReadonlyMap<string, Box>): readonly PassBracket[] {
  return (measured?.stages ?? []).flatMap((stage) => {
    if (stage.nodes.length < 2) return [];
    const cards = stage.nodes.flatMap((id) => boxes.get(id) ?? []).sort((a, b) => a.x - b.x);
    const inRow = cards.every((card, i) => i === 0 || Math.abs(card.y - cards[0].y) < 24);
    if (!inRow || cards.length < 2) return [];
    const last = cards[cards.length - 1];
    const x = cards[0].x;
    const y = Math.min(...cards.map((card) => card.y));
    const bottom = Math.max(...cards.map((card) => card.y + card.height));
    const box = { x, y, width: last.x + last.width - x, height: bottom - y };
    return [{ ...box, key: stage.nodes[0], nodes: stage.nodes, ms: stage.total.p50 }];
  });
}
