import type { Startable } from './protocol.ts';

/** How a child process came to its end. */
export interface Exit {
  /** E.g. `it ended with code 1`. */
  readonly how: string;
  /** The end of what it said on stderr. */
  readonly lastWords: string;
}

/** A child process that takes `Ask`s and says `Tell`s, both plain data that may be structured-cloned. */
export interface Child<Ask, Tell> {
  /** To a child that has gone it does nothing. */
  send(message: Ask): void;
  onMessage(listener: (message: Tell) => void): void;
  /** Called once, also when it could not be started. */
  onExit(listener: (exit: Exit) => void): void;
  /** Whether another can take its place at any time. One that shares this process goes only with it. */
  readonly replaceable: boolean;
  /** Ends it at once, whatever it does. */
  kill(): void;
  /** null until the system gave it one. */
  pid(): number | null;
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints to stdout goes to our stderr (so that it never comes between the lines of a result), or nowhere. */
  readonly stdout?: 'stderr' | 'none';
  /**
   * Bounds that the system keeps, on Linux and outside Electron only, where a shell can set them: address space (0 for
   * none) and processor time.
   */
  readonly bounds?: { readonly memoryBytes: number; readonly processorSeconds: number };
}

/** Starts child processes from this program's own entries. Nothing is thrown: a child that does not start has exited. */
export interface Children {
  start<Ask, Tell>(entry: Startable, options?: ChildOptions): Child<Ask, Tell>;
}

export const keptWords = 4000;
