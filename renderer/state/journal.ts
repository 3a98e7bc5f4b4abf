import type { JournalLine } from '../../core/graph/journal.ts';
import { toProblemData } from '../../core/problems/problem.ts';
import { state } from './state.ts';
import { toast } from './toasts.ts';

/** Lines not yet known to be on disk, per session, in order. */
let waiting: JournalLine[] = [];
let timer: number | null = null;
let sending: Promise<void> | null = null;
/** Lines of this session that are known to be on disk: what is sent twice after a lost answer counts once. */
let written = 0;

/** At most this long after an edit the back end has it on disk. */
const flushMs = 250;

/** Writes down what was done. A merged edit grows in place while it has not been sent. */
export function journal(line: JournalLine): void {
  waiting.push(line);
  if (timer !== null) return;
  timer = window.setTimeout(() => {
    timer = null;
    void flushJournal();
  }, flushMs);
}

/** Resolves when everything done so far is on disk (or cannot be: then it says so and keeps it for the next time). */
export async function flushJournal(): Promise<void> {
  await sending;
  const { session, api } = state();
  if (session === null || waiting.length === 0) return;
  const lines = waiting;
  waiting = [];
  sending = api
    .call('appendJournal', { session: session.id, lines, at: written })
    .then((answer) => {
      written = answer.lines;
    })
    .catch((error: unknown) => {
      waiting = [...lines, ...waiting];
      const { message, fix, code } = toProblemData(error, 'internal');
      // A back end that started anew knows no sessions: who joins it again does what is missing again.
      if (state().connected && code !== 'session-unknown') {
        toast({ tone: 'error', text: `What you do is not being written down: ${message}`, fix });
      }
    })
    .finally(() => {
      sending = null;
    });
  await sending;
}

/** Forgets lines that belong to a document that was left: a session begins with none. */
export function forgetJournal(): void {
  waiting = [];
  written = 0;
}

/** After a lost connection: tries again what could not be sent. */
export function journalWaits(): boolean {
  return waiting.length > 0;
}
