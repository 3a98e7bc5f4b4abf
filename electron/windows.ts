import path from 'node:path';
import { BrowserWindow, dialog, nativeTheme, shell, type WebContents } from 'electron';
import { channels } from './channels.ts';
import type { Sender } from './ipc.ts';
import { isGesture } from './permissions.ts';
import { decideNavigation, mayReload, pageFor, webPreferences } from './windowPolicy.ts';

export interface WindowsDeps {
  readonly dist: string;
  readonly packaged: boolean;
  readonly onJoin: (client: string) => void;
  readonly onLeave: (client: string) => void;
}

interface Known {
  readonly window: BrowserWindow;
  readonly client: string;
  lastGesture: number | null;
  crashes: readonly number[];
}

export interface Windows {
  open(file?: string): void;
  /** Brings one to the front; opens one when there is none. */
  show(): void;
  clientOf(contents: WebContents): string | null;
  isClient(client: string): boolean;
  tell(client: string, text: string): void;
  tellAll(text: string): void;
  /** To the window in front. */
  command(id: string): void;
  msSinceGesture(contents: WebContents): number | null;
}

export function makeWindows({ dist, packaged, onJoin, onLeave }: WindowsDeps): Windows {
  const known = new Map<number, Known>();
  let opened = 0;

  function open(file?: string): void {
    const client = `window${String(++opened).padStart(4, '0')}`;
    const window = new BrowserWindow({
      width: 1440,
      height: 900,
      minWidth: 800,
      minHeight: 560,
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#141517' : '#ebecee',
      webPreferences: webPreferences(path.join(dist, 'electron/preload.cjs'), client, packaged),
    });
    const { id } = window.webContents;
    const entry: Known = { window, client, lastGesture: null, crashes: [] };
    known.set(id, entry);
    onJoin(client);
    window.once('ready-to-show', () => window.show());
    window.once('closed', () => {
      known.delete(id);
      onLeave(client);
    });
    window.webContents.on('input-event', (_event, input) => {
      if (isGesture(input.type)) entry.lastGesture = performance.now();
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') void recover(entry, reason);
    });
    void window.loadURL(pageFor(file));
  }

  /** The page is loaded anew and finds its sessions and journal where they were. */
  async function recover(entry: Known, reason: string): Promise<void> {
    const now = performance.now();
    const again = mayReload(entry.crashes, now);
    entry.crashes = [...entry.crashes, now];
    if (!again) {
      const { response } = await dialog.showMessageBox(entry.window, {
        type: 'error',
        message: 'This window keeps crashing.',
        detail: `The last time: ${reason}. What you did is in the journal and comes back when you open the pipeline again.`,
        buttons: ['Try again', 'Close'],
        cancelId: 1,
      });
      if (response === 1) return entry.window.destroy();
    }
    if (!entry.window.isDestroyed()) entry.window.webContents.reload();
  }

  return {
    open,
    show: () => {
      const window = BrowserWindow.getAllWindows().at(0);
      if (window === undefined) return open();
      if (window.isMinimized()) window.restore();
      window.focus();
    },
    clientOf: (contents) => known.get(contents.id)?.client ?? null,
    isClient: (client) => [...known.values()].some((entry) => entry.client === client),
    tell: (client, text) => {
      for (const entry of known.values()) {
        if (entry.client === client && !entry.window.isDestroyed())
          entry.window.webContents.send(channels.message, text);
      }
    },
    tellAll: (text) => {
      for (const { window } of known.values())
        if (!window.isDestroyed()) window.webContents.send(channels.message, text);
    },
    command: (id) => BrowserWindow.getFocusedWindow()?.webContents.send(channels.command, id),
    msSinceGesture: (contents) => {
      const last = known.get(contents.id)?.lastGesture ?? null;
      return last === null ? null : performance.now() - last;
    },
  };
}

/** Nothing in a window leads anywhere else; links to known sites open in the person's browser. */
export function closeIn(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => {
    const decision = decideNavigation(event.url);
    if (event.isMainFrame && decision === 'stay') return;
    event.preventDefault();
    if (decision === 'openOutside') void shell.openExternal(event.url);
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (decideNavigation(url) === 'openOutside') void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** What `mayAsk` needs to know of who sent a message. */
export function senderOf(event: Electron.IpcMainEvent | Electron.IpcMainInvokeEvent, windows: Windows): Sender {
  const frame = event.senderFrame;
  return {
    url: frame?.url ?? null,
    isMainFrame: frame !== null && frame.parent === null,
    known: windows.clientOf(event.sender) !== null,
  };
}
