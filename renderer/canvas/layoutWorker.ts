import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Point } from '../../core/graph/changes.ts';
import type { DocumentWire } from '../../core/graph/document.ts';

/** Loaded when it is first asked for: the layout itself runs in a worker, so that the page never waits for it. */
export interface LayoutGraph {
  readonly nodes: readonly {
    readonly id: string;
    readonly width: number;
    readonly height: number;
    readonly group: string | null;
    readonly ports: readonly { readonly id: string; readonly side: 'in' | 'out'; readonly y: number }[];
  }[];
  readonly wires: readonly DocumentWire[];
}

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.spacing.nodeNodeBetweenLayers': '40',
  'elk.spacing.nodeNode': '40',
  'elk.spacing.componentComponent': '64',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
};
const groupOptions = { 'elk.padding': '[top=44,left=16,bottom=16,right=16]' };

let elk: InstanceType<typeof ELK> | null = null;

/** Top left corners by id. Nodes of a group stay together, with room for its frame. */
export async function layOut(graph: LayoutGraph): Promise<ReadonlyMap<string, Point>> {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  const places = new Map<string, Point>();
  collect(await elk.layout(elkGraph(graph)), 0, 0, places, new Set(graph.nodes.map((node) => node.id)));
  return places;
}

function elkGraph({ nodes, wires }: LayoutGraph): ElkNode {
  const children: ElkNode[] = [];
  const groups = new Map<string, ElkNode[]>();
  for (const { id, width, height, group, ports } of nodes) {
    const node: ElkNode = {
      id,
      width,
      height,
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
      ports: ports.map((port) => ({
        id: port.id,
        width: 0,
        height: 0,
        x: port.side === 'in' ? 0 : width,
        y: port.y,
        layoutOptions: { 'elk.port.side': port.side === 'in' ? 'WEST' : 'EAST' },
      })),
    };
    if (group === null) children.push(node);
    else groups.set(group, [...(groups.get(group) ?? []), node]);
  }
  for (const [id, inside] of groups)
    children.push({ id: `group ${id}`, children: inside, layoutOptions: groupOptions });
  const known = new Set(nodes.flatMap((node) => node.ports.map((port) => port.id)));
  const edges = wires
    .map((wire) => ({ id: wire.to, sources: [`out:${wire.from}`], targets: [`in:${wire.to}`] }))
    .filter((edge) => known.has(edge.sources[0]) && known.has(edge.targets[0]));
  return { id: 'pipeline', layoutOptions: options, children, edges };
}

function collect(node: ElkNode, x: number, y: number, places: Map<string, Point>, wanted: ReadonlySet<string>): void {
  for (const child of node.children ?? []) {
    const at = { x: x + (child.x ?? 0), y: y + (child.y ?? 0) };
    if (wanted.has(child.id)) places.set(child.id, at);
    collect(child, at.x, at.y, places, wanted);
  }
}
