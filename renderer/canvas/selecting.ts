import type { DocumentNode } from '../../core/graph/document.ts';
import { endOf } from '../../core/graph/document.ts';
import { type Selection, setState, state } from '../state/state.ts';

/** What is selected, and what is selected next. */

export function select(ids: readonly string[], wires: readonly string[] = []): void {
  const { selection } = state();
  if (same(selection.ids, ids) && same(selection.wires, wires)) return;
  setState({ selection: { ids: [...ids], wires: [...wires] } });
  requestAnimationFrame(followFocus);
}

/** A card that has the focus and is not selected any more gives it to the one that is, so that two never look chosen. */
function followFocus(): void {
  const { ids } = state().selection;
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || !focused.classList.contains('react-flow__node')) return;
  if (ids.length === 0 || ids.includes(focused.dataset['id'] ?? '')) return;
  const next = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(ids[0])}"]`);
  if (next === null) focused.blur();
  else next.focus({ preventScroll: true });
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

export function selectAll(): void {
  const { document } = state();
  select([...document.nodes, ...document.notes].map((entry) => entry.id));
}

export function deselect(): void {
  select([]);
}

/** Nodes that are selected, those inside selected groups with them. */
export function selectedNodes({ ids }: Selection = state().selection): readonly DocumentNode[] {
  const { document } = state();
  const wanted = withGroups(ids);
  return document.nodes.filter((node) => wanted.has(node.id));
}

/** Ids, those of the nodes inside groups among them added. */
export function withGroups(ids: readonly string[]): ReadonlySet<string> {
  const wanted = new Set(ids);
  for (const group of state().document.groups) if (wanted.has(group.id)) for (const id of group.nodes) wanted.add(id);
  return wanted;
}

/** Everything that feeds the selected nodes, or that they feed, is selected too. */
export function selectAlong(way: 'up' | 'down'): void {
  const { document, selection } = state();
  const found = new Set(selectedNodes().map((node) => node.id));
  const next = new Map<string, string[]>();
  for (const wire of document.wires) {
    const [from, to] = [endOf(wire.from).node, endOf(wire.to).node];
    const [here, there] = way === 'up' ? [to, from] : [from, to];
    next.set(here, [...(next.get(here) ?? []), there]);
  }
  const open = [...found];
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (const other of next.get(id) ?? [])
      if (!found.has(other)) {
        found.add(other);
        open.push(other);
      }
  select([...new Set([...selection.ids, ...found])]);
}

/** Takes React Flow's word for what was selected or left. */
export function selectionMoved(
  list: 'ids' | 'wires',
  changes: readonly { readonly id: string; readonly selected: boolean }[],
): void {
  const { selection } = state();
  const now = new Set(selection[list]);
  for (const change of changes)
    if (change.selected) now.add(change.id);
    else now.delete(change.id);
  const next = { ...selection, [list]: [...now] };
  select(next.ids, next.wires);
}
