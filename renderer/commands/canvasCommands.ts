import { canvas } from '../canvas/canvasState.ts';
import {
  addNote,
  alignSelected,
  bypassSelected,
  copyText,
  deleteSelected,
  duplicateSelected,
  foldSelected,
  groupSelected,
  nudge,
  pasteText,
  renameSelected,
  selectedGroups,
  selectedIds,
  spreadSelected,
  toggleSnap,
  ungroupSelected,
} from '../canvas/editing.ts';
import { grid } from '../canvas/geometry.ts';
import { arrange } from '../canvas/layout.ts';
import { quickAddHere, quickAddInto } from '../canvas/quickAdding.ts';
import { deselect, selectAll, selectAlong, selectedNodes } from '../canvas/selecting.ts';
import { fitAll, fitSelection, zoomIn, zoomOut, zoomTo100 } from '../canvas/zooming.ts';
import { type StudioState, state } from '../state/state.ts';
import { toast } from '../state/toasts.ts';
import type { Command } from './command.ts';

const opened = (s: StudioState): boolean => s.session !== null;
const editable = (s: StudioState): boolean => s.session?.readOnly === false;
const chosen = (s: StudioState): boolean => s.selection.ids.length > 0;
const changeable = (s: StudioState): boolean => editable(s) && chosen(s);
const nodesChosen = (s: StudioState): boolean => editable(s) && selectedNodes(s.selection).length > 0;

/** What is done to nodes on the canvas. */
export const canvasCommands: readonly Command[] = [
  // Copy, cut and paste by key are the browser's own events (canvasEvents.ts): only so do they reach other windows.
  { id: 'edit.cut', title: 'Cut', group: 'Edit', keys: ['Mod+X'], enabled: changeable, run: () => copy(true) },
  { id: 'edit.copy', title: 'Copy', group: 'Edit', keys: ['Mod+C'], enabled: chosen, run: () => copy(false) },
  { id: 'edit.paste', title: 'Paste', group: 'Edit', keys: ['Mod+V'], enabled: editable, run: pasteFromClipboard },
  {
    id: 'edit.duplicate',
    title: 'Duplicate',
    group: 'Edit',
    keys: ['Mod+D'],
    keywords: ['copy', 'clone'],
    enabled: changeable,
    run: duplicateSelected,
  },
  {
    id: 'edit.delete',
    title: 'Delete',
    group: 'Edit',
    keys: ['Delete', 'Backspace'],
    keywords: ['remove'],
    enabled: (s) => editable(s) && (chosen(s) || s.selection.wires.length > 0),
    run: deleteSelected,
  },
  { id: 'edit.selectAll', title: 'Select all', group: 'Edit', keys: ['Mod+A'], enabled: opened, run: selectAll },
  {
    id: 'edit.deselect',
    title: 'Select nothing',
    group: 'Edit',
    keys: ['Mod+Shift+A'],
    enabled: (s) => chosen(s) || s.selection.wires.length > 0,
    run: deselect,
  },
  {
    id: 'edit.rename',
    title: (s) => (s.document.notes.some((note) => note.id === s.selection.ids[0]) ? 'Write note' : 'Rename'),
    group: 'Edit',
    keys: ['F2'],
    keywords: ['label', 'title'],
    enabled: (s) => editable(s) && s.selection.ids.length === 1,
    whyNot: (s) => (editable(s) ? 'Select one node, note or group' : 'Open for reading only'),
    run: renameSelected,
  },
  {
    id: 'edit.bypass',
    title: (s) => (selectedNodes(s.selection).some((node) => node.disabled !== true) ? 'Bypass' : 'Take in again'),
    group: 'Edit',
    keys: ['Mod+B'],
    keywords: ['disable', 'mute', 'off', 'enable'],
    enabled: nodesChosen,
    run: bypassSelected,
  },
  {
    id: 'edit.group',
    title: 'Group',
    group: 'Edit',
    keys: ['Mod+G'],
    keywords: ['frame'],
    enabled: nodesChosen,
    run: groupSelected,
  },
  {
    id: 'edit.ungroup',
    title: 'Ungroup',
    group: 'Edit',
    keys: ['Mod+Shift+G'],
    enabled: (s) => changeable(s) && selectedGroups().length > 0,
    whyNot: () => 'No group is selected',
    run: ungroupSelected,
  },
  {
    id: 'canvas.fold',
    title: (s) => (foldsOpen(s) ? 'Collapse group' : 'Expand group'),
    group: 'Canvas',
    keys: ['Alt+C'],
    keywords: ['fold', 'subgraph'],
    enabled: (s) => changeable(s) && selectedGroups().length > 0,
    whyNot: () => 'No group is selected',
    run: foldSelected,
  },
  {
    id: 'canvas.add',
    title: 'Add node…',
    group: 'Canvas',
    keys: ['Space'],
    keywords: ['search', 'new', 'insert'],
    enabled: editable,
    run: () => quickAddHere(''),
  },
  {
    id: 'canvas.note',
    title: 'Add note',
    group: 'Canvas',
    keys: ['Shift+N'],
    keywords: ['comment', 'text'],
    enabled: editable,
    run: addNote,
  },
  {
    id: 'canvas.insertOnWire',
    title: 'Insert node into wire…',
    group: 'Canvas',
    enabled: (s) => editable(s) && s.selection.wires.length === 1,
    whyNot: () => 'Select one wire',
    run: () => quickAddInto(state().selection.wires[0]),
  },
  align('left', 'Align left edges', 'A'),
  align('centre', 'Align centres', 'H'),
  align('right', 'Align right edges', 'D'),
  align('top', 'Align top edges', 'W'),
  align('middle', 'Align middles', 'V'),
  align('bottom', 'Align bottom edges', 'S'),
  spread('x', 'Distribute across', 'Alt+Shift+H'),
  spread('y', 'Distribute down', 'Alt+Shift+V'),
  {
    id: 'canvas.arrange',
    title: 'Arrange all nodes',
    group: 'Canvas',
    keys: ['Alt+Shift+A'],
    keywords: ['auto layout', 'tidy', 'clean up'],
    enabled: (s) => editable(s) && s.document.nodes.length > 1,
    run: () => arrange('all'),
  },
  {
    id: 'canvas.arrangeSelection',
    title: 'Arrange selected nodes',
    group: 'Canvas',
    keywords: ['auto layout', 'tidy'],
    enabled: (s) => editable(s) && selectedNodes(s.selection).length > 1,
    whyNot: () => 'Select two nodes or more',
    run: () => arrange('selection'),
  },
  step('left', '←', 'ArrowLeft', -1, 0),
  step('right', '→', 'ArrowRight', 1, 0),
  step('up', '↑', 'ArrowUp', 0, -1),
  step('down', '↓', 'ArrowDown', 0, 1),
  {
    id: 'canvas.upstream',
    title: 'Select what feeds it',
    group: 'Canvas',
    keys: ['Mod+['],
    keywords: ['upstream', 'sources'],
    enabled: chosen,
    run: () => selectAlong('up'),
  },
  {
    id: 'canvas.downstream',
    title: 'Select what it feeds',
    group: 'Canvas',
    keys: ['Mod+]'],
    keywords: ['downstream'],
    enabled: chosen,
    run: () => selectAlong('down'),
  },
  {
    id: 'canvas.snap',
    title: 'Snap to grid and neighbours',
    group: 'Canvas',
    keys: ["Mod+'"],
    keywords: ['guides', 'magnet'],
    enabled: opened,
    checked: () => canvas().snap,
    run: toggleSnap,
  },
  { id: 'canvas.zoomIn', title: 'Zoom in', group: 'View', keys: ['Mod+=', 'Mod++'], enabled: opened, run: zoomIn },
  { id: 'canvas.zoomOut', title: 'Zoom out', group: 'View', keys: ['Mod+-'], enabled: opened, run: zoomOut },
  {
    id: 'canvas.zoom100',
    title: 'Zoom to 100 %',
    group: 'View',
    keys: ['Mod+0', 'Shift+0'],
    enabled: opened,
    run: zoomTo100,
  },
  {
    id: 'canvas.fit',
    title: 'Zoom to fit',
    group: 'View',
    keys: ['Shift+1'],
    keywords: ['everything', 'overview'],
    enabled: opened,
    run: fitAll,
  },
  {
    id: 'canvas.fitSelection',
    title: 'Zoom to selection',
    group: 'View',
    keys: ['Shift+2'],
    enabled: chosen,
    run: fitSelection,
  },
];

function align(how: Parameters<typeof alignSelected>[0], title: string, key: string): Command {
  return {
    id: `canvas.align.${how}`,
    title,
    group: 'Canvas',
    keys: [`Alt+${key}`],
    enabled: (s) => editable(s) && s.selection.ids.length > 1,
    whyNot: () => 'Select two nodes or more',
    run: () => alignSelected(how),
  };
}

function spread(way: 'x' | 'y', title: string, keys: string): Command {
  return {
    id: `canvas.distribute.${way}`,
    title,
    group: 'Canvas',
    keys: [keys],
    keywords: ['spread', 'space evenly'],
    enabled: (s) => editable(s) && s.selection.ids.length > 2,
    whyNot: () => 'Select three nodes or more',
    run: () => spreadSelected(way),
  };
}

/** By key these are the canvas's own (canvasEvents.ts), where holding one goes on. */
function step(way: string, arrow: string, key: string, dx: number, dy: number): Command {
  return {
    id: `canvas.move.${way}`,
    title: `Move selection ${arrow}`,
    group: 'Canvas',
    keys: [key],
    keywords: ['nudge', way],
    enabled: (s) => editable(s) && selectedIds().length > 0,
    run: () => nudge(dx * grid, dy * grid),
  };
}

function foldsOpen(s: StudioState): boolean {
  const groups = selectedGroups();
  return s.document.groups.some((group) => groups.includes(group.id) && group.collapsed !== true);
}

/** For menus: where the browser does not let a page write or read the clipboard, keys still do. */
async function copy(cut: boolean): Promise<void> {
  const text = copyText();
  if (text === null) return;
  try {
    await navigator.clipboard.writeText(text);
    if (cut) deleteSelected();
  } catch {
    toast({ tone: 'warning', text: 'The clipboard is closed to menus here.', fix: 'Use the keys for copy and cut.' });
  }
}

async function pasteFromClipboard(): Promise<void> {
  try {
    const text = await navigator.clipboard.readText();
    if (!pasteText(text)) toast({ tone: 'warning', text: 'There are no nodes on the clipboard.' });
  } catch {
    toast({ tone: 'warning', text: 'The clipboard is closed to menus here.', fix: 'Use the key for paste.' });
  }
}
