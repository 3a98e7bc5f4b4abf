import { added, freeId } from '../../core/graph/changes.ts';
import type { Json } from '../../core/kinds/value.ts';
import { edit, endMerge } from '../state/edits.ts';
import { setState, state } from '../state/state.ts';

/** Adds a node of the type where there is room, selects it, and returns its id. */
export function addNodeAtCentre(type: string, params: Readonly<Record<string, Json>> = {}): string {
  const { document, specs } = state();
  const id = freeId(document, type);
  const right = document.nodes.reduce((most, node) => Math.max(most, node.position.x + 240), 0);
  const top = document.nodes[0]?.position.y ?? 0;
  const node = { id, type, version: specs.get(type)?.version ?? 1, params, position: { x: right, y: top } };
  endMerge();
  edit(`add ${specs.get(type)?.title ?? type}`, added(document, 'nodes', node));
  setState({ selection: { ids: [id], wires: [] } });
  return id;
}
