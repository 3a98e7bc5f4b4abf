import type { StudioApi, StudioEvent } from '../../core/studio/api.ts';
import type { DesktopBridge } from '../../core/studio/transport.ts';
import { uploadTo } from './browser.ts';
import { Calls } from './calls.ts';

declare global {
  interface Window {
    readonly tributary?: DesktopBridge;
  }
}

/** The contract over Electron's IPC; pictures and uploads go through the studio's own scheme. */
export function desktopApi(bridge: DesktopBridge): StudioApi {
  const listeners = new Set<(event: StudioEvent) => void>();
  const watchers = new Set<(connected: boolean) => void>();
  const calls = new Calls((text) => bridge.send(text));
  let connected = true;
  calls.reopen();
  bridge.onMessage((text) => {
    const message = JSON.parse(text) as {
      readonly id?: number;
      readonly event?: StudioEvent;
      readonly connected?: boolean;
    };
    if (message.connected !== undefined) {
      connected = message.connected;
      if (connected) calls.reopen();
      else calls.lost();
      for (const watcher of watchers) watcher(connected);
    } else if (message.id === undefined) for (const listener of listeners) listener(message.event as StudioEvent);
    else calls.answered(message as Parameters<Calls['answered']>[0]);
  });
  return {
    call: (method, args) => calls.call(method, args),
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchConnection: (listener) => {
      watchers.add(listener);
      listener(connected);
      return () => watchers.delete(listener);
    },
    blobUrl: (blob) => new URL(`blob/${blob}`, document.baseURI).href,
    upload: (session, name, body) =>
      uploadTo(new URL(`upload/${session}`, document.baseURI), bridge.client, name, body),
    pickPath: (ask) => bridge.pickPath(ask),
  };
}
