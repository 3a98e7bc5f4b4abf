import type { DragEvent } from 'react';
import type { Point } from '../../core/graph/changes.ts';
import { replacedNodes } from '../../core/graph/changes.ts';
import type { Json } from '../../core/kinds/value.ts';
import type { Imported } from '../../core/studio/api.ts';
import { edit } from '../state/edits.ts';
import { openDocument } from '../state/sessions.ts';
import { state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';
import { addNodeAt, insertInWire } from './addNode.ts';
import { canvas, setCanvas } from './canvasState.ts';
import { portsInto, wireAt } from './dragging.ts';
import { toCanvas } from './flow.ts';
import { select } from './selecting.ts';

/** What is dropped on the canvas: nodes of the palette, media of the library, files of the system. */

const nodeType = 'application/x-tributary-node';
const mediaType = 'application/x-tributary-media';

export const dropHandlers = { onDragEnter: dragOver, onDragOver: dragOver, onDragLeave: dragLeft, onDrop: dropped };

function dragOver(event: DragEvent): void {
  const what = whatIsDragged(event);
  if (what === null) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = what === 'node' ? 'move' : 'copy';
  if (event.dataTransfer.effectAllowed === 'copy') event.dataTransfer.dropEffect = 'copy';
  const node = nodeUnder(event);
  const known = canvas().dropOver;
  if (known?.node !== node || known.what !== what) setCanvas({ dropOver: { node, what } });
  const insertOn = what === 'node' ? (wireAt({ x: event.clientX, y: event.clientY })?.to ?? null) : null;
  if (canvas().insertOn !== insertOn) setCanvas({ insertOn });
}

function dragLeft(event: DragEvent): void {
  const inside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
  if (!inside) setCanvas({ dropOver: null, insertOn: null });
}

function whatIsDragged({ dataTransfer }: DragEvent): 'node' | 'files' | null {
  if (dataTransfer.types.includes(nodeType)) return 'node';
  return dataTransfer.types.includes(mediaType) || dataTransfer.types.includes('Files') ? 'files' : null;
}

function nodeUnder({ target }: DragEvent): string | null {
  return target instanceof Element ? (target.closest('.react-flow__node')?.getAttribute('data-id') ?? null) : null;
}

function dropped(event: DragEvent): void {
  const what = whatIsDragged(event);
  if (what === null) return;
  event.preventDefault();
  const screen = { x: event.clientX, y: event.clientY };
  const at = toCanvas(screen);
  const over = nodeUnder(event);
  const node = readDragged(event.dataTransfer.getData(nodeType));
  const media = readDragged(event.dataTransfer.getData(mediaType));
  const files = [...event.dataTransfer.files];
  setCanvas({ dropOver: null, insertOn: null });
  if (node !== null) dropNode(node, screen, at);
  else if (media !== null) dropMedia(media, over, at);
  else if (files.length > 0) void takeFiles(files, at, over);
}

function readDragged(text: string): Readonly<Record<string, unknown>> | null {
  if (text === '') return null;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

function dropNode(dragged: Readonly<Record<string, unknown>>, screen: Point, at: Point): void {
  const { type, params } = dragged;
  if (typeof type !== 'string') return;
  const given = typeof params === 'object' && params !== null ? (params as Readonly<Record<string, Json>>) : {};
  const wire = wireAt(screen);
  const ports = wire === null ? null : portsInto(wire, type);
  if (wire !== null && ports !== null) insertInWire(wire, { type, params: given, ...ports });
  else addNodeAt(type, at, { params: given });
}

const inputOf: Readonly<Record<string, string>> = {
  image: 'input.image',
  audio: 'input.audio',
  video: 'input.video',
  text: 'input.text',
};

function dropMedia(media: Readonly<Record<string, unknown>>, over: string | null, at: Point): void {
  const { path, kind } = media;
  const type = typeof kind === 'string' ? inputOf[kind] : undefined;
  if (typeof path !== 'string' || type === undefined) {
    toast({
      tone: 'warning',
      text: 'No node takes this kind of file.',
      fix: 'Choose it in a node’s parameters instead.',
    });
    return;
  }
  place({ type, params: { file: path } }, over, at);
}

/** Puts files into the pipeline's folder; each becomes the node that fits it, or feeds the node that it was dropped on. */
export async function takeFiles(files: readonly File[], at: Point, over: string | null = null): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  let next = at;
  for (const file of files) {
    try {
      const imported = await api.upload(session.id, file.name, file);
      if (state().session?.id !== session.id) return;
      if (await taken(imported, session.folder, over, next)) next = { x: next.x + 24, y: next.y + 216 };
    } catch (error) {
      sayProblem(error);
    }
  }
}

async function taken(imported: Imported, folder: string, over: string | null, at: Point): Promise<boolean> {
  if (imported.role === 'document') {
    await openDocument(`${folder}/${imported.path}`, { copy: true });
    return false;
  }
  if (imported.node === null) {
    toast({
      tone: 'ok',
      text: `${imported.name} is in the pipeline's folder.`,
      fix: 'No node begins with such a file; it can be chosen in a node’s parameters.',
    });
    return false;
  }
  place(imported.node, over, at);
  return true;
}

/** A new node, or the file of the one that it was dropped on where that takes it. */
function place(
  wanted: { readonly type: string; readonly params: Readonly<Record<string, Json>> },
  over: string | null,
  at: Point,
): void {
  const { document } = state();
  const target = document.nodes.find((node) => node.id === over);
  if (target?.type !== wanted.type) {
    addNodeAt(wanted.type, at, { params: wanted.params });
    return;
  }
  edit(
    'take another file',
    replacedNodes(document, (node) =>
      node.id === over ? { ...node, params: { ...node.params, ...wanted.params } } : node,
    ),
  );
  select([target.id]);
}
