import type { Point } from '../../core/graph/changes.ts';
import { state } from '../state/state.ts';
import { type MenuTarget, setCanvas } from './canvasState.ts';
import { select } from './selecting.ts';

/** Opens the menu for what an element belongs to; what is not selected yet becomes so. `screen` null: beside the element. */
export function openMenuAt(element: Element, screen: Point | null): void {
  const node = element.closest('.react-flow__node')?.getAttribute('data-id') ?? null;
  const wire = element.closest('.react-flow__edge')?.getAttribute('data-id') ?? null;
  const { selection } = state();
  if (node !== null && !selection.ids.includes(node)) select([node]);
  if (node === null && wire !== null && !selection.wires.includes(wire)) select([], [wire]);
  if (node === null && wire === null && screen !== null) select([]);
  setCanvas({ menu: { screen: screen ?? besideOf(element), target: targetOf(node, wire) }, quickAdd: null });
}

function targetOf(node: string | null, wire: string | null): MenuTarget {
  const { document, selection } = state();
  const id = node ?? selection.ids[0];
  if (node === null && wire !== null) return 'wire';
  if (id === undefined) return selection.wires.length > 0 ? 'wire' : 'canvas';
  if (document.groups.some((group) => group.id === id)) return 'group';
  return document.notes.some((note) => note.id === id) ? 'note' : 'nodes';
}

function besideOf(element: Element): Point {
  const shown = element === document.body ? selectedElement() : element;
  const { left, top, width, height } = (shown ?? document.body).getBoundingClientRect();
  return { x: left + Math.min(24, width / 2), y: top + Math.min(36, height / 2) };
}

function selectedElement(): Element | null {
  return document.querySelector('.react-flow__node.selected') ?? document.querySelector('.canvas');
}
