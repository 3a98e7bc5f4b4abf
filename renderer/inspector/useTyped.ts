import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { endMerge } from '../state/edits.ts';
import { afterPaint, flushTyped } from './afterPaint.ts';

/** Text that does not fit, by field: it stays when another node is looked at, until the value itself changes. */
const kept = new Map<string, { readonly text: string; readonly against: string }>();
const mostKept = 200;

/** Keeps what was typed into a field against the value that it stood on; an empty text is forgotten. */
export function keepText(name: string, text: string, against: string): void {
  kept.delete(name);
  if (text === '') return;
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '');
  kept.set(name, { text, against });
}

export function keptText(name: string, against: string): string | null {
  const before = kept.get(name);
  return before?.against === against ? before.text : null;
}

export type Read<T> = { readonly value: T } | { readonly fault: string };

interface TypedField<T> {
  /** Names the field for what is kept; the same for the same parameter of the same node. */
  readonly name: string;
  /** The document's value; undefined where the nodes that are edited together differ. */
  readonly value: T | undefined;
  readonly show: (value: T) => string;
  readonly read: (text: string) => Read<T>;
  /** Puts a value that fits into the document. */
  readonly commit: (value: T) => void;
  /** Commits at Enter and when the field is left, not with each letter. */
  readonly lazy?: boolean;
}

/**
 * Typing into a field: what fits goes to the document at once, what does not stays in the field with the reason, and the
 * document keeps its last good value. Escape gives up what was typed.
 */
export function useTyped<T>({ name, value, show, read, commit, lazy = false }: TypedField<T>) {
  const shown = value === undefined ? '' : show(value);
  const [draft, setDraft] = useState(() => keptText(name, shown));
  const known = useRef(shown);
  const sent = useRef(new Set<string>());
  useEffect(() => {
    if (sent.current.delete(shown) || known.current === shown) return;
    // The value changed by other hands (undo, a mend): what was typed against the old one goes.
    known.current = shown;
    kept.delete(name);
    setDraft(null);
  }, [shown, name]);
  const typed = draft === null ? null : read(draft);
  const fault = typed !== null && 'fault' in typed ? typed.fault : null;

  function take(text: string): void {
    const now = read(text);
    if ('fault' in now) {
      keepText(name, text, known.current);
      return;
    }
    kept.delete(name);
    known.current = show(now.value);
    const send = (): void => {
      if (show(now.value) !== shown) sent.current.add(show(now.value));
      commit(now.value);
    };
    if (lazy) send();
    else afterPaint(name, send);
  }
  return {
    text: draft ?? shown,
    fault,
    type(text: string): void {
      setDraft(text);
      if (!lazy) take(text);
    },
    /** The field is left: what fits stands as the document writes it, and the next typing is another step of undo. */
    finish(): void {
      flushTyped();
      if (draft !== null && lazy && draft !== shown) take(draft);
      if (fault === null) setDraft(null);
      endMerge();
    },
    giveUp(event: KeyboardEvent): void {
      if (draft === null) return;
      event.stopPropagation();
      kept.delete(name);
      setDraft(null);
    },
    drop(): void {
      kept.delete(name);
      setDraft(null);
    },
  };
}
