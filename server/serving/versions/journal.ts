import type { LineFile } from '../../../host/files/lineFile.ts';

/** Something that happened to the versions of a server. */
export interface JournalEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly event:
    | 'loading'
    | 'ready'
    | 'failed'
    | 'weights'
    | 'promoted'
    | 'rolled-back'
    | 'shadow'
    | 'draining'
    | 'gone';
  readonly version: string;
  readonly words: string;
}

/** Entries that are kept to be read; the file keeps them all. */
const mostKept = 500;

export interface Journal {
  tell(event: JournalEntry['event'], version: string, words: string): void;
  /** Newest first. */
  entries(): readonly JournalEntry[];
}

/** `wallClock`: milliseconds since 1970. */
export function makeJournal(
  file: LineFile | null,
  wallClock: () => number,
  onEntry: (entry: JournalEntry) => void = () => undefined,
): Journal {
  const kept: JournalEntry[] = [];
  return {
    tell: (event, version, words) => {
      const entry = { at: new Date(wallClock()).toISOString(), event, version, words };
      kept.unshift(entry);
      kept.length = Math.min(kept.length, mostKept);
      file?.append(entry);
      onEntry(entry);
    },
    entries: () => kept,
  };
}
