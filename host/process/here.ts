import type { Children } from './children.ts';
import { electronChildren } from './electronChildren.ts';
import { nodeChildren } from './nodeChildren.ts';
import { type ParentPortLike, type PortLike, parentTellSchema } from './protocol.ts';

let children: Children | null = null;

/** How this process gets children: by itself, or inside Electron from the main process. */
export function childrenHere(): Children {
  const port = utilityPort();
  children ??= port === null ? nodeChildren : electronChildren(port);
  return children;
}

/** The side of whoever started this process. */
export interface Parent<Tell> {
  send(message: Tell): void;
  /** Says a last word and ends this process. */
  finish(message: Tell): void;
}

/** How long a last word may take to arrive before this process ends all the same. */
const lastWordMs = 5000;

/** Hears whoever started this process from an entry. `onGone`: nobody is left to answer. */
export function hearParent<Ask, Tell>(onAsk: (ask: Ask) => void, onGone: () => void): Parent<Tell> {
  const main = utilityPort();
  return main === null ? overChannel(onAsk, onGone) : overPort(main, onAsk, onGone);
}

function overChannel<Ask, Tell>(onAsk: (ask: Ask) => void, onGone: () => void): Parent<Tell> {
  process.on('message', (message) => onAsk(message as Ask));
  process.on('disconnect', onGone);
  return {
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    finish: (message) => {
      if (!process.connected) process.exit(0);
      process.send?.(message, () => process.exit(0));
    },
  };
}

function overPort<Ask, Tell>(main: ParentPortLike, onAsk: (ask: Ask) => void, onGone: () => void): Parent<Tell> {
  let port: PortLike | null = null;
  let done = false;
  main.on('message', ({ data, ports }) => {
    const told = parentTellSchema.safeParse(data);
    if (port !== null || !told.success || !('serve' in told.data) || ports[0] === undefined) return;
    port = ports[0];
    port.on('message', (event) => onAsk(event.data as Ask));
    port.on('close', () => (done ? process.exit(0) : onGone()));
    port.start();
  });
  return {
    send: (message) => port?.postMessage(message),
    finish: (message) => {
      // A message may be lost when its process ends right after; whoever got it ends this process.
      done = true;
      port?.postMessage(message);
      setTimeout(() => process.exit(0), lastWordMs);
    },
  };
}

/** The way to Electron's main process, where this is one of its utility processes. */
function utilityPort(): ParentPortLike | null {
  // Electron's own types are not loaded here: this folder also runs where there is no Electron.
  const here = process as unknown as { readonly type?: string; readonly parentPort?: ParentPortLike };
  return here.type === 'utility' ? (here.parentPort ?? null) : null;
}
