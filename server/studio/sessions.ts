import type { Edited } from '../../core/graph/history.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { JournalFile } from '../../host/files/journalFile.ts';
import type { Lock, LockHolder } from '../../host/files/locks.ts';

/** A document that a window has open. */
export interface Session {
  readonly id: string;
  readonly client: string;
  readonly openedAt: number;
  /** null: it has no file yet. */
  path: string | null;
  /** Where relative paths start. */
  folder: string;
  /** The folder is another's (a sample's): it is copied before anything is put into it. */
  borrowed: boolean;
  /** The folder is the session's own, to be removed with it. */
  ownFolder: string | null;
  /** The sample that it was opened from. */
  sample: string | null;
  edited: Edited;
  readOnly: boolean;
  /** Of the file as it was opened or saved. */
  sha256: string | null;
  journal: JournalFile | null;
  /** Lines that the window has had written since it opened the document. */
  linesTaken: number;
  lock: Lock | null;
  /** Another that has the file. */
  otherHolder: LockHolder | null;
  otherSession: boolean;
  stopWatching: () => void;
  /** What is done to its files happens one after the other. */
  queue: Promise<unknown>;
}

const mostSessions = 64;

export interface Sessions {
  /** Throws `session-unknown` for one that is not there or another window's. */
  get(client: string, id: string): Session;
  find(id: string): Session | undefined;
  all(): readonly Session[];
  add(session: Session): void;
  remove(session: Session): void;
  /** Notes work that must be over before a file is opened again: a session that ends. */
  ending<T>(work: Promise<T>): Promise<T>;
  settled(): Promise<void>;
  /** Throws `usage` when no more may be opened. */
  requireRoom(): void;
}

export function makeSessions(): Sessions {
  const open = new Map<string, Session>();
  const ending = new Set<Promise<unknown>>();
  return {
    get: (client, id) => {
      const session = open.get(id);
      if (session === undefined || session.client !== client) {
        throw new Problem('session-unknown', {
          message: 'The studio does not have this pipeline open any more.',
          fix: 'Open it again: what you did is in its journal.',
        });
      }
      return session;
    },
    find: (id) => open.get(id),
    all: () => [...open.values()],
    add: (session) => {
      open.set(session.id, session);
    },
    remove: (session) => {
      open.delete(session.id);
    },
    ending: (work) => {
      const forget = (): void => {
        ending.delete(work);
      };
      ending.add(work);
      work.then(forget, forget);
      return work;
    },
    settled: async () => {
      await Promise.allSettled(ending);
    },
    requireRoom: () => {
      if (open.size < mostSessions) return;
      throw new Problem('usage', {
        message: `${mostSessions} pipelines are open at once; no more are opened.`,
        fix: 'Close some of them.',
      });
    },
  };
}

/** Does something with a session's files when what was begun before is done. */
export function inTurn<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const done = session.queue.then(work);
  session.queue = done.catch(() => undefined);
  return done;
}
