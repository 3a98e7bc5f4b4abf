import type { PipelineDocument } from './document.ts';
import { applyChanges, type Change, type Edit, invertChanges, takeChanges } from './edit.ts';

/** All edits of a document and where in them it stands: `edits[0 … at)` are done, the rest can be redone. */
export interface History {
  readonly edits: readonly Edit[];
  readonly at: number;
}

export const emptyHistory: History = { edits: [], at: 0 };

export interface Edited {
  readonly document: PipelineDocument;
  readonly history: History;
}

/**
 * Does an edit. What could be redone is gone; an edit of the same `merge` key joins the one before it. What is kept is
 * what the edit came to in this document, so that undo is exact even where it named a place that had moved.
 */
export function doEdit({ document, history }: Edited, edit: Edit): Edited {
  const edits = history.edits.slice(0, history.at);
  const next = pushEdit(edits, document, edit, history.at === history.edits.length);
  return { document: next, history: { edits, at: edits.length } };
}

/** Puts an edit at the end of a list that is the caller's own, and gives the document after it. */
function pushEdit(edits: Edit[], document: PipelineDocument, edit: Edit, mayJoin: boolean): PipelineDocument {
  const last = edits[edits.length - 1];
  const taken = takeChanges(document, edit.changes);
  if (mayJoin && last !== undefined && edit.merge !== undefined && last.merge === edit.merge)
    edits[edits.length - 1] = { ...edit, changes: joinChanges(last.changes, taken.changes) };
  else edits.push({ ...edit, changes: taken.changes });
  return taken.document;
}

/** A history that grows in place: what a journal of any length is replayed into. */
export interface GrowingHistory {
  document: PipelineDocument;
  readonly edits: Edit[];
  at: number;
}

/** The same as `doEdit`, `undoEdit` and `redoEdit`, in time that does not grow with what was done before. */
export function grow(state: GrowingHistory, step: Edit | 'undo' | 'redo'): void {
  if (step === 'undo') {
    if (state.at > 0) state.document = applyChanges(state.document, invertChanges(state.edits[--state.at].changes));
  } else if (step === 'redo') {
    if (state.at < state.edits.length) state.document = applyChanges(state.document, state.edits[state.at++].changes);
  } else {
    const mayJoin = state.at === state.edits.length;
    state.edits.length = state.at;
    state.document = pushEdit(state.edits, state.document, step, mayJoin);
    state.at = state.edits.length;
  }
}

export function undoEdit({ document, history }: Edited): Edited {
  const edit = history.edits[history.at - 1];
  if (edit === undefined) return { document, history };
  return {
    document: applyChanges(document, invertChanges(edit.changes)),
    history: { edits: history.edits, at: history.at - 1 },
  };
}

export function redoEdit({ document, history }: Edited): Edited {
  const edit = history.edits[history.at];
  if (edit === undefined) return { document, history };
  return { document: applyChanges(document, edit.changes), history: { edits: history.edits, at: history.at + 1 } };
}

/**
 * Changes of one entry after the other become one change of it, so that a long drag stays short in the journal. Only
 * replacements join, and only across changes that move no entry, so that places stay true.
 */
function joinChanges(first: readonly Change[], second: readonly Change[]): readonly Change[] {
  const joined: Change[] = [...first];
  for (const change of second) {
    const at = change.before === null || change.after === null ? -1 : joinsAt(joined, change);
    if (at < 0) joined.push(change);
    else joined[at] = { ...joined[at], after: change.after } as Change;
  }
  return joined;
}

function joinsAt(joined: readonly Change[], change: Change): number {
  for (let at = joined.length - 1; at >= 0; at--) {
    const before = joined[at];
    if (before.in !== change.in) continue;
    if (before.after !== null && before.after === change.before && samePlace(before, change)) return at;
    // An entry added or removed in between moves the others of its list.
    if (before.before === null || before.after === null) return -1;
  }
  return -1;
}

function samePlace(a: Change, b: Change): boolean {
  return ('index' in a ? a.index : 0) === ('index' in b ? b.index : 0);
}
