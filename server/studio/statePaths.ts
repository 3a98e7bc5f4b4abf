import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';

/** Where things lie in the studio's own folder. */
export interface StatePaths {
  readonly settings: string;
  readonly recent: string;
  readonly timings: string;
  readonly thumbs: string;
  readonly journals: string;
  readonly untitled: string;
  lockOf(file: string): string;
  /** The journal of a document's file. */
  journalOf(file: string): string;
  /** The journal of work that has no file. */
  untitledJournal(id: string): string;
}

export function statePaths(folder: string): StatePaths {
  const root = path.resolve(folder);
  const journals = path.join(root, 'journals');
  return {
    settings: path.join(root, 'settings.json'),
    recent: path.join(root, 'recent.json'),
    timings: path.join(root, 'timings.json'),
    thumbs: path.join(root, 'thumbs'),
    journals,
    untitled: path.join(root, 'untitled'),
    lockOf: (file) => path.join(root, 'locks', `${keyOf(file)}.json`),
    journalOf: (file) => path.join(journals, `${keyOf(file)}.jsonl`),
    untitledJournal: (id) => path.join(journals, `untitled-${id}.jsonl`),
  };
}

function keyOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 32);
}

/** A new id of small letters and digits. */
export function newId(): string {
  return randomBytes(8).toString('hex');
}
