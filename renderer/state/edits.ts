import type { PipelineDocument } from '../../core/graph/document.ts';
import type { Change } from '../../core/graph/edit.ts';
import { doEdit, redoEdit, undoEdit } from '../../core/graph/history.ts';
import type { JournalLine } from '../../core/graph/journal.ts';
import { scheduleCheck } from './checks.ts';
import { journal } from './journal.ts';
import { setState, state } from './state.ts';
import { toast } from './toasts.ts';

/**
 * The one way in which the document changes. `label` is what the undo menu says; edits of one `merge` key are one step.
 * Nothing happens when there are no changes.
 */
export function edit(label: string, changes: readonly Change[], merge?: string): void {
  const { document, history, session } = state();
  if (changes.length === 0 || session === null) return;
  if (session.readOnly) {
    toast({
      tone: 'warning',
      text: 'This pipeline is open for reading only.',
      fix: 'Save it under another name to change it.',
    });
    return;
  }
  const one = merge === undefined ? { label, changes } : { label, changes, merge };
  // What was saved can no longer be reached by undo once something else is done after it.
  if (history.at < session.savedAt) setState({ session: { ...session, savedAt: -1 } });
  become(doEdit({ document, history }, one), { line: 'edit', edit: one });
}

/** Makes changes from the document as it is, then does them. */
export function editWith(label: string, make: (document: PipelineDocument) => readonly Change[], merge?: string): void {
  edit(label, make(state().document), merge);
}

/** Ends merging: the next edit is a step of its own even with the same key. */
export function endMerge(): void {
  const { history } = state();
  const last = history.edits[history.at - 1];
  if (last?.merge === undefined) return;
  const { merge: _, ...done } = last;
  setState({ history: { ...history, edits: history.edits.with(history.at - 1, done) } });
}

export function undo(): void {
  const { document, history, session } = state();
  if (history.at === 0 || session === null || session.readOnly) return;
  become(undoEdit({ document, history }), { line: 'undo' });
}

export function redo(): void {
  const { document, history, session } = state();
  if (history.at === history.edits.length || session === null || session.readOnly) return;
  become(redoEdit({ document, history }), { line: 'redo' });
}

/** True when the file on disk is not what is on the screen. */
export function isUnsaved(): boolean {
  const { session, history } = state();
  return session !== null && session.savedAt !== history.at;
}

function become(next: Pick<ReturnType<typeof state>, 'document' | 'history'>, line: JournalLine): void {
  const { selection } = state();
  const there = new Set([
    ...next.document.nodes.map((n) => n.id),
    ...next.document.notes.map((n) => n.id),
    ...next.document.groups.map((g) => g.id),
  ]);
  const wires = new Set(next.document.wires.map((w) => w.to));
  const kept = {
    ids: selection.ids.filter((id) => there.has(id)),
    wires: selection.wires.filter((to) => wires.has(to)),
  };
  const same = kept.ids.length === selection.ids.length && kept.wires.length === selection.wires.length;
  setState({ ...next, ...(same ? {} : { selection: kept }) });
  journal(line);
  scheduleCheck();
}
