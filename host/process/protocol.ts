import { z } from 'zod';

/**
 * How a process inside Electron gets children. `child_process.fork` of Electron's own binary is switched off by its
 * fuses, and only the main process may start utility processes: so a utility process asks the main process over its
 * `parentPort`, and main answers with one end of a channel to the new process.
 *
 *     child → main  { start: 'engine', id: 7 }
 *     main          starts the entry as a utility process, makes a channel of two ports and says
 *     main → new    { serve: true } with one port      (the new process speaks to whoever asked over it)
 *     main → child  { started: 7, pid } with the other port
 *     child → main  { kill: 7 }                        (end it at once: SIGKILL by its pid, or kill())
 *     main → child  { exited: 7, code, stderr }        (always, once; also when it never started, then code is null)
 *
 * An id is chosen by who asks and is unique for that asking process only: main keeps ids per asking process.
 * When an asking process ends, main ends the processes that it had asked for.
 */
export const startable = ['engine', 'probe'] as const;
/** Entries that a process may be started from; nothing else is ever started. */
export type Startable = (typeof startable)[number];

const id = z.number().int().nonnegative();

export const childAskSchema = z.union([
  z.strictObject({
    start: z.enum(startable),
    id,
    /** Environment on top of main's own. */
    env: z.record(z.string().max(100), z.string().max(10_000)).optional(),
  }),
  z.strictObject({ kill: id }),
]);
/** From a utility process to main. */
export type ChildAsk = z.infer<typeof childAskSchema>;

export const parentTellSchema = z.union([
  /** With a port. */
  z.strictObject({ started: id, pid: z.number().int().nullable() }),
  z.strictObject({
    exited: id,
    code: z.number().int().nullable(),
    /** The last it said on stderr, at most 4000 characters. */
    stderr: z.string().max(4000).optional(),
  }),
  /** To the new process, with a port. */
  z.strictObject({ serve: z.literal(true) }),
]);
/** From main to a utility process. */
export type ParentTell = z.infer<typeof parentTellSchema>;

/** An end of a channel, as Electron's MessagePortMain is. */
export interface PortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  /** The other end is gone. */
  on(event: 'close', listener: () => void): unknown;
  /** Nothing is heard before. */
  start(): void;
  close(): void;
}

/** `process.parentPort` of a utility process. */
export interface ParentPortLike {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly PortLike[] }) => void,
  ): unknown;
}
