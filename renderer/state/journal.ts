import type { JournalLine } from '../../core/graph/journal.ts';
import { toProblemData } from '../../core/problems/problem.ts';
import { setState, state } from './state.ts';
import { toast } from './toasts.ts';

/** Lines not yet known to be on disk, per session, in order. */
let waiting: JournalLine[] = [];
let timer: number | null = null;
let sending: Promise<void> | null = null;

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
    .call('appendJournal', { session: session.id, lines })
    .then(() => undefined)
    .catch((error: unknown) => {
      waiting = [...lines, ...waiting];
      if (state().connected) {
        const { message, fix } = toProblemData(error, 'internal');
        toast({ tone: 'error', text: `What you do is not being written down: ${message}`, fix });
      }
    })
    .finally(() => {
      sending = null;
    });
  await sending;
}

/** Forgets lines that belong to a document that was left. */
export function forgetJournal(): void {
  waiting = [];
}

/** After a lost connection: tries again what could not be sent. */
export function journalWaits(): boolean {
  return waiting.length > 0;
}

export function markSaved(savedAt: number): void {
  const { session } = state();
  if (session !== null) setState({ session: { ...session, savedAt } });
}
