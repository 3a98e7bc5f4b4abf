import type { MenuItemConstructorOptions } from 'electron';

/** A menu as data. Commands are the studio's own, by id: what they do, and whether they can, is for the page to say. */
export type MenuEntry =
  | { readonly command: string; readonly label: string; readonly keys?: string }
  | { readonly action: MenuAction; readonly label: string; readonly keys?: string }
  | { readonly role: MenuRole }
  | 'line';
/** What the main process does itself. */
export type MenuAction = 'newWindow';
export type MenuRole =
  | 'about'
  | 'services'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'quit'
  | 'close'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'togglefullscreen'
  | 'toggleDevTools'
  | 'minimize'
  | 'zoom'
  | 'front';
export interface MenuPart {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
}

/** The menu bar, by system. `packaged` leaves out what is for those who build Tributary. */
export function menuBar(platform: NodeJS.Platform, packaged: boolean): readonly MenuPart[] {
  const mac = platform === 'darwin';
  const app: MenuPart = {
    label: 'Tributary',
    entries: [
      { role: 'about' },
      'line',
      { role: 'services' },
      'line',
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      'line',
      { role: 'quit' },
    ],
  };
  const file: MenuPart = {
    label: 'File',
    entries: [
      { command: 'file.new', label: 'New pipeline', keys: 'CmdOrCtrl+Alt+N' },
      { command: 'file.fromModel', label: 'New pipeline from a model…' },
      { action: 'newWindow', label: 'New window', keys: 'CmdOrCtrl+Shift+N' },
      'line',
      { command: 'file.open', label: 'Open…', keys: 'CmdOrCtrl+O' },
      'line',
      { command: 'file.save', label: 'Save', keys: 'CmdOrCtrl+S' },
      { command: 'file.saveAs', label: 'Save as…', keys: 'CmdOrCtrl+Shift+S' },
      'line',
      { command: 'file.close', label: 'Close pipeline', keys: 'CmdOrCtrl+Alt+W' },
      { role: 'close' },
      ...(mac ? [] : (['line', { role: 'quit' }] as const)),
    ],
  };
  const edit: MenuPart = {
    label: 'Edit',
    entries: [
      { command: 'edit.undo', label: 'Undo', keys: 'CmdOrCtrl+Z' },
      { command: 'edit.redo', label: 'Redo', keys: 'CmdOrCtrl+Shift+Z' },
      'line',
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { command: 'edit.duplicate', label: 'Duplicate', keys: 'CmdOrCtrl+D' },
      { command: 'edit.delete', label: 'Delete', keys: 'Delete' },
      'line',
      { role: 'selectAll' },
      { command: 'edit.deselect', label: 'Select nothing', keys: 'CmdOrCtrl+Shift+A' },
      { command: 'view.find', label: 'Find nodes…', keys: 'CmdOrCtrl+F' },
      'line',
      { command: 'edit.rename', label: 'Rename', keys: 'F2' },
      { command: 'edit.bypass', label: 'Bypass or take in', keys: 'CmdOrCtrl+B' },
      { command: 'edit.group', label: 'Group', keys: 'CmdOrCtrl+G' },
      { command: 'edit.ungroup', label: 'Ungroup', keys: 'CmdOrCtrl+Shift+G' },
    ],
  };
  const canvas: MenuPart = {
    label: 'Canvas',
    entries: [
      { command: 'canvas.add', label: 'Add node…', keys: 'Space' },
      { command: 'canvas.note', label: 'Add note', keys: 'Shift+N' },
      'line',
      { command: 'canvas.arrange', label: 'Arrange all nodes', keys: 'Alt+Shift+A' },
      { command: 'canvas.snap', label: 'Snap to grid and neighbours', keys: "CmdOrCtrl+'" },
      'line',
      { command: 'canvas.fit', label: 'Zoom to fit', keys: 'Shift+1' },
      { command: 'canvas.fitSelection', label: 'Zoom to selection', keys: 'Shift+2' },
    ],
  };
  const view: MenuPart = {
    label: 'View',
    entries: [
      { command: 'view.commands', label: 'Commands…', keys: 'CmdOrCtrl+K' },
      'line',
      { command: 'view.left', label: 'Palette of nodes', keys: 'CmdOrCtrl+\\' },
      { command: 'view.right', label: 'Inspector', keys: 'CmdOrCtrl+Shift+\\' },
      { command: 'view.bottom', label: 'Lower panel', keys: 'CmdOrCtrl+J' },
      { command: 'view.wireTypes', label: 'Types on all wires', keys: 'CmdOrCtrl+I' },
      'line',
      { command: 'view.larger', label: 'Larger interface', keys: 'CmdOrCtrl+Alt+=' },
      { command: 'view.smaller', label: 'Smaller interface', keys: 'CmdOrCtrl+Alt+-' },
      { command: 'view.normal', label: 'Interface at 100 %', keys: 'CmdOrCtrl+Alt+0' },
      { role: 'togglefullscreen' },
      ...(packaged ? [] : (['line', { role: 'toggleDevTools' }] as const)),
    ],
  };
  const run: MenuPart = {
    label: 'Run',
    entries: [
      { command: 'run.all', label: 'Run', keys: 'F5' },
      { command: 'run.here', label: 'Run to the selected nodes', keys: 'Shift+F5' },
      { command: 'run.library', label: 'Run over the media library', keys: 'CmdOrCtrl+Alt+Enter' },
      { command: 'run.live', label: 'Live: run on every change', keys: 'CmdOrCtrl+Shift+L' },
      'line',
      { command: 'run.cancel', label: 'Cancel the run', keys: 'CmdOrCtrl+.' },
    ],
  };
  const window: MenuPart = {
    label: 'Window',
    entries: [{ role: 'minimize' }, { role: 'zoom' }, 'line', { role: 'front' }],
  };
  const help: MenuPart = {
    label: 'Help',
    entries: [
      { command: 'help.keys', label: 'Keyboard map', keys: 'F1' },
      { command: 'help.about', label: 'About Tributary' },
    ],
  };
  const parts = [file, edit, canvas, view, run];
  return mac ? [app, ...parts, window, help] : [...parts, help];
}

export interface MenuDeeds {
  /** Calls a command of the window in front. */
  readonly command: (id: string) => void;
  readonly action: (action: MenuAction) => void;
}

/** The menu bar as Electron takes it. */
export function menuTemplate(bar: readonly MenuPart[], deeds: MenuDeeds): MenuItemConstructorOptions[] {
  return bar.map(({ label, entries }) => ({ label, submenu: entries.map((entry) => itemOf(entry, deeds)) }));
}

function itemOf(entry: MenuEntry, deeds: MenuDeeds): MenuItemConstructorOptions {
  if (entry === 'line') return { type: 'separator' };
  if ('role' in entry) return { role: entry.role };
  const accelerator = entry.keys === undefined ? {} : { accelerator: entry.keys };
  if ('action' in entry) return { label: entry.label, ...accelerator, click: () => deeds.action(entry.action) };
  // The page hears its keys itself, and knows whether a text field has them first: here they are only shown. (On macOS the
  // menu hears what the page has left alone.)
  return {
    id: entry.command,
    label: entry.label,
    ...accelerator,
    registerAccelerator: false,
    click: () => deeds.command(entry.command),
  };
}
