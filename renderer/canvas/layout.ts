import { moved, type Point } from '../../core/graph/changes.ts';
import { type DocumentNode, endOf, type PipelineDocument } from '../../core/graph/document.ts';
import { edit } from '../state/edits.ts';
import { state } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';
import { canvas, setCanvas } from './canvasState.ts';
import { portY, snapped } from './geometry.ts';
import { portsOf } from './indexes.ts';
import type { LayoutGraph } from './layoutWorker.ts';
import { sizeOf } from './placing.ts';
import { selectedNodes } from './selecting.ts';
import { fitAll } from './zooming.ts';

/** Arranges what is selected, or everything, in layers from left to right: one edit. The page goes on meanwhile. */
export async function arrange(only: 'all' | 'selection'): Promise<void> {
  const { document, session } = state();
  const nodes = only === 'selection' ? selectedNodes() : document.nodes;
  if (session === null || session.readOnly || nodes.length < 2 || canvas().arranging) return;
  setCanvas({ arranging: true });
  try {
    const { layOut } = await import('./layoutWorker.ts');
    const places = anchored(await layOut(graphOf(document, nodes)), nodes);
    // What was done meanwhile stays: places are by id, and of nodes that are still there.
    if (state().session?.id !== session.id) return;
    edit('arrange', moved(state().document, places));
    if (only === 'all') requestAnimationFrame(fitAll);
  } catch (error) {
    sayProblem(error);
  } finally {
    setCanvas({ arranging: false });
  }
}

/** Sizes, wires and the heights at which they meet the cards. */
export function graphOf(document: PipelineDocument, nodes: readonly DocumentNode[]): LayoutGraph {
  const { report, specs } = state();
  const inside = new Map(nodes.map((node) => [node.id, node]));
  const groupOf = new Map(document.groups.flatMap((group) => group.nodes.map((id) => [id, group.id] as const)));
  return {
    nodes: nodes.map((node) => {
      const ports = portsOf(document, node, report, specs.get(node.type));
      return {
        id: node.id,
        ...sizeOf(document, node, report, specs),
        group: groupOf.get(node.id) ?? null,
        ports: [
          ...ports.inputs.map((port, row) => ({
            id: `in:${node.id}.${port.name}`,
            side: 'in' as const,
            y: portY(row),
          })),
          ...ports.outputs.map((port, row) => ({
            id: `out:${node.id}.${port.name}`,
            side: 'out' as const,
            y: portY(row),
          })),
        ],
      };
    }),
    wires: document.wires.filter((wire) => inside.has(endOf(wire.from).node) && inside.has(endOf(wire.to).node)),
  };
}

/** The whole stays where its top left corner was. */
export function anchored(
  places: ReadonlyMap<string, Point>,
  nodes: readonly DocumentNode[],
): ReadonlyMap<string, Point> {
  if (places.size === 0) return places;
  const least = (values: readonly number[]): number => Math.min(...values);
  const dx = least(nodes.map((n) => n.position.x)) - least([...places.values()].map((p) => p.x));
  const dy = least(nodes.map((n) => n.position.y)) - least([...places.values()].map((p) => p.y));
  return new Map([...places].map(([id, { x, y }]) => [id, { x: snapped(x + dx), y: snapped(y + dy) }]));
}
