import type { Imported, StudioEvent } from '../../core/studio/api.ts';

/**
 * The studio's back end, whichever way its face speaks to it. A client is one window of the face; what it opens is its
 * own. Everything rejects with a Problem.
 */
export interface Studio {
  /** Parses the arguments by `studioSchemas` and does it. */
  call(client: string, method: string, args: unknown): Promise<unknown>;
  /** Events of that client's sessions, and those that concern all. Returns how to stop listening. */
  listen(client: string, listener: (event: StudioEvent) => void): () => void;
  blob(id: string): StudioBlob | null;
  /** Streams a body into the session's folder. */
  upload(client: string, session: string, name: string, body: AsyncIterable<Uint8Array>): Promise<Imported>;
  /** The client's connection is gone for good: its sessions end (locks are let go, journals flushed). */
  leave(client: string): void;
  close(): Promise<void>;
}

/** A studio in this process. */
export interface LocalStudio extends Studio {
  /** Process id of its engine; null before the first run. */
  enginePid(): number | null;
}

export interface StudioBlob {
  readonly mime: string;
  readonly bytes: Uint8Array;
}

export interface StudioOptions {
  readonly nodeFolders: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** Journals, recent files, settings. */
  readonly stateFolder: string;
  readonly samplesFolder: string;
}
