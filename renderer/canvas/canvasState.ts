import { create } from 'zustand';
import type { WireMend } from '../../core/check/mend.ts';
import type { Point } from '../../core/graph/changes.ts';
import type { DocumentWire } from '../../core/graph/document.ts';
import type { Fit, Partners } from '../../core/studio/api.ts';
import type { Guide } from './guides.ts';

export type Partner = Partners['ports'][number];

/** A wire that a person holds: what it hangs on, and what was found out about where it may go. */
export interface Hand {
  readonly end: string;
  readonly side: 'from' | 'to';
  /** The input of the wire that was taken off its place; null for a new one. */
  readonly moved: string | null;
  readonly by: 'pointer' | 'keys';
  /** By end; null until the back end has answered. */
  readonly partners: ReadonlyMap<string, Partner> | null;
  readonly types: Partners['types'];
  /** The port it is held over. */
  readonly over: string | null;
}

/** A wire that does not fit, looked at. */
export interface WrongWire {
  readonly from: string;
  readonly to: string;
  /** null: being asked. */
  readonly fit: Fit | null;
  /** The input of the wire that would be replaced by it. */
  readonly moved: string | null;
  /** The pointer let go over it: it stays until it is answered. */
  readonly stays: boolean;
}

/** A node that a mend would put in, shown where it would stand. */
export interface Ghost {
  readonly mend: WireMend;
  readonly at: Point;
}

export interface QuickAddAt {
  /** In the window. */
  readonly screen: Point;
  /** On the canvas. */
  readonly at: Point;
  /** What the new node is wired to. */
  readonly end: string | null;
  readonly side: 'from' | 'to';
  /** Asked for by a wire that was let go: only what takes it is shown. */
  readonly fromWire: boolean;
  /** The wire that the new node goes into. */
  readonly into: DocumentWire | null;
  /** First letters. */
  readonly text: string;
}

export type MenuTarget = 'canvas' | 'nodes' | 'wire' | 'note' | 'group';
export interface MenuAt {
  readonly screen: Point;
  readonly target: MenuTarget;
}

/** What the canvas alone knows: nothing of it is part of the document. */
export interface CanvasState {
  /** Seen from so far that cards are plain blocks. */
  readonly far: boolean;
  /** Where nodes and notes are while they are dragged. */
  readonly dragged: ReadonlyMap<string, Point> | null;
  readonly guides: readonly Guide[];
  readonly hand: Hand | null;
  readonly wrong: WrongWire | null;
  readonly quickAdd: QuickAddAt | null;
  readonly menu: MenuAt | null;
  /** Node, note or group whose text is being written. */
  readonly writing: string | null;
  /** The wire under the pointer, by its input. */
  readonly hovered: string | null;
  /** The wire that a dragged node would be put into. */
  readonly insertOn: string | null;
  readonly snap: boolean;
  /** Files or a node are dragged over the canvas: over this node, or over none. */
  readonly dropOver: { readonly node: string | null; readonly what: 'files' | 'node' } | null;
  readonly arranging: boolean;
}

export const useCanvas = create<CanvasState>()(() => ({
  far: false,
  dragged: null,
  guides: [],
  hand: null,
  wrong: null,
  quickAdd: null,
  menu: null,
  writing: null,
  hovered: null,
  insertOn: null,
  snap: true,
  dropOver: null,
  arranging: false,
}));

export function canvas(): CanvasState {
  return useCanvas.getState();
}
export function setCanvas(part: Partial<CanvasState>): void {
  useCanvas.setState(part);
}
