import { z } from 'zod';
import type { StudioAnswer, StudioEvent } from './api.ts';

/**
 * What both transports agree on beside the envelopes. In the browser: one WebSocket at
 * `/ws?client=<id>&received=<count>`, blobs at `/blob/<id>`, uploads at `POST /upload/<session>?name=<name>&client=<id>`.
 *
 * A window makes up its client id when it loads and keeps it for as long as the page lives. After a dropped connection it
 * comes back with the same id within `graceMs`, saying how many messages it has received since it first connected
 * (`Hello` not counted); the server sends what came after those. A call that the server has not got (its id is above
 * `Hello.lastCall`) is sent again by the window; ids of calls rise.
 */
export const clientIdSchema = z.string().regex(/^[a-z0-9]{8,32}$/);

/** How long a client's sessions outlive a dropped connection. */
export const graceMs = 30_000;

/** The first message of every connection. */
export interface Hello {
  readonly hello: 'tributary';
  readonly version: string;
  /** false: nothing is known of this client any more (or messages were lost): its sessions must be opened again. */
  readonly resumed: boolean;
  /** The highest id of a call that arrived; -1 for none. */
  readonly lastCall: number;
}

/** What comes from the server: told apart by the key `hello`, `id` or `event`. */
export type ServerMessage = Hello | StudioAnswer | StudioEvent;

/** Close codes of the socket. After `refused` and `replaced` there is no point in coming back with the same client id. */
export const closeCodes = {
  /** Another connection of the same client took its place. */
  replaced: 4001,
  /** The client id does not fit. */
  refused: 4002,
  /** It fell too far behind. */
  slow: 4003,
  /** The studio ends. */
  closing: 1001,
} as const;
