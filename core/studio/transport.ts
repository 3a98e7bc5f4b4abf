import { z } from 'zod';
import type { PickPath, StudioAnswer, StudioEvent } from './api.ts';

/**
 * What both transports agree on beside the envelopes. In the browser: one WebSocket at `/ws?client=<id>`, blobs at
 * `/blob/<id>`, uploads at `POST /upload/<session>?name=<name>&client=<id>`, which answer `Imported` or `{ problem }`.
 *
 * A window makes up its client id and keeps it over a reload. After a dropped connection it comes back with the same id
 * within `graceMs`, finds its sessions as they were and gets the events that it missed. Answers go only to the
 * connection that asked.
 */
export const clientIdSchema = z.string().regex(/^[a-z0-9]{8,64}$/);

/** How long a client's sessions outlive a dropped connection. */
export const graceMs = 30_000;

/** What comes from the back end, told apart by its key. */
export type BackEndMessage = StudioAnswer | { readonly event: StudioEvent };

/** Close codes of the socket. */
export const closeCodes = {
  /** Another connection of the same client took its place: do not come back with this id. */
  replaced: 4001,
  /** It fell too far behind; come back. */
  slow: 4003,
  /** The studio ends. */
  closing: 1001,
} as const;

/** What the desktop's preload script puts on `window.tributary`: strings only, so that nothing of Electron leaks through. */
export interface DesktopBridge {
  /** This window's client id: uploads name it. */
  readonly client: string;
  send(envelope: string): void;
  /** Messages are `BackEndMessage`, or `{ connected: boolean }` at every change. */
  onMessage(listener: (message: string) => void): void;
  pickPath(ask: PickPath): Promise<string | null>;
  /** Menu items call commands of the studio by id. */
  onCommand(listener: (id: string) => void): void;
}
