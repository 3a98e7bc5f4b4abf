import type { ReactFlowInstance } from '@xyflow/react';
import type { Point } from '../../core/graph/changes.ts';
import type { WireEdge } from './flowEdges.ts';
import type { FlowNode } from './flowNodes.ts';
import type { Box } from './guides.ts';

export type Flow = ReactFlowInstance<FlowNode, WireEdge>;

let instance: Flow | null = null;
/** Where the pointer was last, in the window; null before it came. */
let pointer: Point | null = null;

/** React Flow's own functions, for commands that are given outside of its tree. null while no pipeline is open. */
export function flow(): Flow | null {
  return instance;
}
export function setFlow(next: Flow | null): void {
  instance = next;
}
export function setPointer(at: Point | null): void {
  pointer = at;
}

/** How long the view takes to get somewhere: no time at all for people who asked for less motion. */
export function travelMs(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 160;
}

export function canvasElement(): HTMLElement | null {
  return document.querySelector<HTMLElement>('.canvas');
}

/** The canvas point under the pointer, or the middle of what is seen. */
export function placeToAdd(): { readonly screen: Point; readonly at: Point } {
  const bounds = canvasElement()?.getBoundingClientRect();
  const middle =
    bounds === undefined ? { x: 0, y: 0 } : { x: bounds.left + bounds.width / 2, y: bounds.top + bounds.height / 2 };
  const inside =
    pointer !== null &&
    bounds !== undefined &&
    pointer.x >= bounds.left &&
    pointer.x <= bounds.right &&
    pointer.y >= bounds.top &&
    pointer.y <= bounds.bottom;
  const screen = inside && pointer !== null ? pointer : middle;
  return { screen, at: toCanvas(screen) };
}

export function toCanvas(screen: Point): Point {
  return instance?.screenToFlowPosition(screen, { snapToGrid: false }) ?? screen;
}

/** What is shown of the canvas, in its own units. */
export function seenBox(): Box {
  const bounds = canvasElement()?.getBoundingClientRect();
  if (instance === null || bounds === undefined) return { x: 0, y: 0, width: 0, height: 0 };
  const { x, y, zoom } = instance.getViewport();
  return { x: -x / zoom, y: -y / zoom, width: bounds.width / zoom, height: bounds.height / zoom };
}

/** Boxes of nodes that are drawn, by id. */
export function boxOfShown(id: string): Box | null {
  const node = instance?.getInternalNode(id);
  if (node === undefined) return null;
  const { width = 0, height = 0 } = node.measured;
  return { ...node.internals.positionAbsolute, width, height };
}

/** Middle of a port's glyph on the canvas; null where it is not drawn. */
export function placeOfPort(node: string, handle: string, side: 'in' | 'out'): Point | null {
  const shown = instance?.getInternalNode(node);
  const bounds = shown?.internals.handleBounds?.[side === 'in' ? 'target' : 'source'];
  const found = bounds?.find((h) => h.id === handle);
  if (shown === undefined || found === undefined) return null;
  const { x, y } = shown.internals.positionAbsolute;
  return { x: x + found.x + found.width / 2, y: y + found.y + found.height / 2 };
}
