import { type KeyboardEvent, useEffect, useRef } from 'react';
import { groupChanged, replacedNodes } from '../../core/graph/changes.ts';
import { editWith } from '../state/edits.ts';
import { setCanvas, useCanvas } from './canvasState.ts';
import { shownText } from './shownText.ts';

/** A node's or group's title; a field while it is being renamed. */
export function CardTitle({
  id,
  title,
  what,
}: {
  readonly id: string;
  readonly title: string;
  readonly what: 'node' | 'group';
}) {
  const writing = useCanvas((s) => s.writing === id);
  if (writing) return <TitleField id={id} title={title} what={what} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut; F2 and the menu do the same.
    <b
      className="card-title"
      dir="auto"
      title={title.length > 20 ? shownText(title) : undefined}
      onDoubleClick={() => setCanvas({ writing: id })}
    >
      {shownText(title)}
    </b>
  );
}

function TitleField({
  id,
  title,
  what,
}: {
  readonly id: string;
  readonly title: string;
  readonly what: 'node' | 'group';
}) {
  const field = useRef<HTMLInputElement>(null);
  const gone = useRef(false);
  useEffect(() => field.current?.select(), []);
  const end = (text: string | null): void => {
    if (gone.current) return;
    gone.current = true;
    setCanvas({ writing: null });
    if (text === null || text.trim() === title) return;
    rename(id, what, text.trim());
  };
  const keys = (event: KeyboardEvent<HTMLInputElement>): void => {
    event.stopPropagation();
    if (event.key === 'Enter') end(event.currentTarget.value);
    else if (event.key === 'Escape') end(null);
    else return;
    event.preventDefault();
    field.current?.closest<HTMLElement>('.react-flow__node')?.focus();
  };
  return (
    <input
      ref={field}
      className="title-field nodrag nopan nokey"
      dir="auto"
      aria-label="Name"
      defaultValue={title}
      maxLength={1000}
      onKeyDown={keys}
      onBlur={(event) => end(event.currentTarget.value)}
    />
  );
}

/** An empty name takes the label off, so that the type's own title is shown. */
export function rename(id: string, what: 'node' | 'group', text: string): void {
  if (what === 'group') {
    if (text !== '') editWith('rename group', (document) => groupChanged(document, id, { title: text }));
    return;
  }
  editWith('rename node', (document) =>
    replacedNodes(document, (node) => {
      if (node.id !== id) return node;
      const { label: _, ...rest } = node;
      return text === '' ? rest : { ...rest, label: text };
    }),
  );
}
