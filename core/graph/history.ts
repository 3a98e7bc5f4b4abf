import type { PipelineDocument } from './document.ts';
import { applyChanges, type Change, type Edit, invertChanges } from './edit.ts';

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

/** Does an edit. What could be redone is gone; an edit of the same `merge` key joins the one before it. */
export function doEdit({ document, history }: Edited, edit: Edit): Edited {
  const done = history.edits.slice(0, history.at);
  const last = done[done.length - 1];
  const joins =
    last !== undefined && edit.merge !== undefined && last.merge === edit.merge && history.at === history.edits.length;
  const edits = joins
    ? [...done.slice(0, -1), { ...edit, changes: joinChanges(last.changes, edit.changes) }]
    : [...done, edit];
  return { document: applyChanges(document, edit.changes), history: { edits, at: edits.length } };
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

/** Changes of one entry after the other become one change of it, so that a long drag stays short in the journal. */
function joinChanges(first: readonly Change[], second: readonly Change[]): readonly Change[] {
  const joined: Change[] = [...first];
  for (const change of second) {
    const at = joined.findLastIndex(
      (before) => before.in === change.in && before.after !== null && before.after === change.before,
    );
    if (at < 0 || change.after === null) joined.push(change);
    else joined[at] = { ...joined[at], after: change.after } as Change;
  }
  return joined;
}
