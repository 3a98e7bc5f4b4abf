import { type NodeProps, NodeResizeControl, ResizeControlVariant } from '@xyflow/react';
import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { noteChanged } from '../../core/graph/changes.ts';
import { editWith } from '../state/edits.ts';
import { setCanvas, useCanvas } from './canvasState.ts';
import type { NoteNode } from './flowNodes.ts';
import { snapped } from './geometry.ts';
import { shownLines } from './shownText.ts';

/** Quiet words beside a left rule; the first line is the heading where more follow. */
export const NoteCard = memo(function NoteCard({ data: { note }, selected }: NodeProps<NoteNode>) {
  const writing = useCanvas((s) => s.writing === note.id);
  const lines = shownLines(note.text).split('\n');
  const [heading, rest] = lines.length > 1 ? [lines[0], lines.slice(1).join('\n')] : [null, lines[0]];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut; Enter, F2 and the menu do the same.
    <div className={`note ${selected ? 'selected' : ''}`} onDoubleClick={() => setCanvas({ writing: note.id })}>
      {writing ? (
        <NoteField id={note.id} text={note.text} />
      ) : (
        <p dir="auto">
          {heading !== null && <b>{heading}</b>}
          {note.text === '' ? 'Empty note' : rest}
        </p>
      )}
      {selected && !writing && (
        <NodeResizeControl
          variant={ResizeControlVariant.Handle}
          position="bottom-right"
          className="note-corner nodrag"
          minWidth={96}
          minHeight={32}
          onResizeEnd={(_, size) => {
            const { width, height } = { width: snapped(size.width), height: snapped(size.height) };
            editWith('resize note', (document) => noteChanged(document, note.id, { size: { width, height } }));
          }}
        />
      )}
    </div>
  );
});

function NoteField({ id, text }: { readonly id: string; readonly text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const gone = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const end = (next: string | null): void => {
    if (gone.current) return;
    gone.current = true;
    setCanvas({ writing: null });
    if (next !== null && next !== text) editWith('write note', (document) => noteChanged(document, id, { text: next }));
  };
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    event.stopPropagation();
    if (event.key === 'Escape') end(null);
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) end(event.currentTarget.value);
  };
  return (
    <textarea
      ref={field}
      className="nodrag nopan nowheel nokey"
      dir="auto"
      aria-label="Note"
      defaultValue={text}
      maxLength={10_000}
      onKeyDown={keys}
      onBlur={(event) => end(event.currentTarget.value)}
    />
  );
}
