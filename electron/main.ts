import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session } from 'electron';
import { makeLimits } from '../core/define/limits.ts';
import { stateFolder } from '../host/files/stateFolder.ts';
import { openWebFolder } from '../host/files/webFolder.ts';
import { channels } from './channels.ts';
import { serveChildren } from './children.ts';
import { envelopeOf, mayAsk, pickAskOf } from './ipc.ts';
import { filesOf, nodeFoldersOf } from './launch.ts';
import { menuBar, menuTemplate } from './menu.ts';
import { mayCheck, mayHave } from './permissions.ts';
import { pickDialog } from './pickPath.ts';
import { makeProtocolHandler } from './protocol.ts';
import { makeStudioLink, type StudioChild, type StudioLink } from './studioLink.ts';
import type { StudioSettings } from './studioMessages.ts';
import { newChannel, startUtility } from './utility.ts';
import { mayLoad, scheme, schemePrivileges } from './windowPolicy.ts';
import { closeIn, makeWindows, senderOf, type Windows } from './windows.ts';

// What is decided stands in the files beside this one, where it is tested; here it is only tied to Electron.
const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const limits = makeLimits();
const packaged = app.isPackaged;
/** Files that the system asked for before there was a window. */
const asked: string[] = [...filesOf(process.argv, packaged, process.cwd())];

// One desktop program for each place where state is kept.
const { TRIBUTARY_STATE: state } = process.env;
if (state !== undefined && state !== '') app.setPath('userData', path.join(stateFolder(), 'desktop'));
app.enableSandbox();
protocol.registerSchemesAsPrivileged([{ scheme, privileges: schemePrivileges }]);
app.on('web-contents-created', (_event, contents) => closeIn(contents));
if (app.requestSingleInstanceLock()) {
  app.on('open-file', (event, file) => {
    event.preventDefault();
    asked.push(file);
  });
  void app.whenReady().then(begin);
} else app.quit();

function begin(): void {
  const windows = makeWindows({
    dist,
    packaged,
    onJoin: (client) => link.join(client),
    onLeave: (client) => link.leave(client),
  });
  const link = makeStudioLink({
    start: startStudio,
    channel: newChannel,
    onMessage: windows.tell,
    onConnection: (connected) => windows.tellAll(JSON.stringify({ connected })),
    onGivenUp: (problem) => {
      const why = problem === null ? 'It ended several times within a minute.' : `${problem.message}\n\n${problem.fix}`;
      dialog.showErrorBox('The back end of Tributary does not run', `${why}\n\nWhat you did is in the journal.`);
    },
  });
  guard(windows);
  protocol.handle(
    scheme,
    makeProtocolHandler({
      folder: openWebFolder(path.join(dist, 'renderer')),
      mediaFileBytes: limits.mediaFileBytes,
      blob: link.blob,
      upload: link.upload,
      isClient: windows.isClient,
    }),
  );
  hear(windows, link);
  const bar = menuBar(process.platform, packaged);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate(bar, { command: windows.command, action: () => windows.open() })),
  );
  app.removeAllListeners('open-file');
  app.on('open-file', (event, file) => {
    event.preventDefault();
    windows.open(file);
  });
  app.on('second-instance', (_event, argv, folder) => {
    const files = filesOf(argv, packaged, folder);
    if (files.length === 0) windows.show();
    for (const file of files) windows.open(file);
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) windows.open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    void link.close().then(() => app.exit(0));
  });
  if (asked.length === 0) windows.open();
  for (const file of asked) windows.open(file);
}

function startStudio(): StudioChild {
  const settings: StudioSettings = {
    nodeFolders: [...nodeFoldersOf(process.argv, process.cwd())],
    limits: {},
    stateFolder: stateFolder(),
    samplesFolder: packaged ? path.join(process.resourcesPath, 'samples') : path.join(dist, '../samples'),
  };
  const child = startUtility(dist, 'studioProcess', [JSON.stringify(settings)], {});
  serveChildren(child, {
    start: (entry, env) => startUtility(dist, entry, [], env),
    channel: newChannel,
  });
  return child;
}

function guard(windows: Windows): void {
  const own = session.defaultSession;
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url, packaged) }));
  own.setPermissionRequestHandler((contents, permission, answer, details) =>
    answer(
      mayHave({
        permission,
        url: details.requestingUrl,
        isMainFrame: details.isMainFrame,
        ...('mediaTypes' in details ? { mediaTypes: details.mediaTypes } : {}),
        msSinceGesture: windows.msSinceGesture(contents),
      }),
    ),
  );
  own.setPermissionCheckHandler((_contents, permission, origin, details) =>
    mayCheck(permission, origin, details.isMainFrame),
  );
  own.setDevicePermissionHandler(() => false);
}

function hear(windows: Windows, link: StudioLink): void {
  ipcMain.on(channels.send, (event, ...args) => {
    const client = windows.clientOf(event.sender);
    const text = envelopeOf(args, limits.documentBytes);
    if (client !== null && text !== null && mayAsk(senderOf(event, windows))) link.call(client, text);
  });
  ipcMain.handle(channels.pickPath, async (event, ...args) => {
    const ask = pickAskOf(args);
    const window = BrowserWindow.fromWebContents(event.sender);
    if (ask === null || window === null || !mayAsk(senderOf(event, windows))) return null;
    const { kind, options } = pickDialog(ask);
    if (kind === 'save') return (await dialog.showSaveDialog(window, options)).filePath || null;
    return (await dialog.showOpenDialog(window, options)).filePaths.at(0) ?? null;
  });
}
