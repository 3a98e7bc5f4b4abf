import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopBridge } from '../core/studio/transport.ts';
import { channels, clientArgument } from './channels.ts';

// The whole of what a page can reach: four functions and a name. None hands out an event or anything else of Electron's.
const bridge: DesktopBridge = {
  client: process.argv.find((argument) => argument.startsWith(clientArgument))?.slice(clientArgument.length) ?? '',
  send: (envelope) => ipcRenderer.send(channels.send, envelope),
  onMessage: (listener) => {
    ipcRenderer.on(channels.message, (_event, message: string) => listener(message));
  },
  pickPath: (ask) => ipcRenderer.invoke(channels.pickPath, ask),
  onCommand: (listener) => {
    ipcRenderer.on(channels.command, (_event, id: string) => listener(id));
  },
};
contextBridge.exposeInMainWorld('tributary', bridge);
