import { TriangleAlert } from 'lucide-react';
import { useCallback, useRef, useState } from 'react';
import { useStudio } from '../state/state.ts';
import { runCommand } from './commandMenu.ts';
import { baseName, fromHome } from './paths.ts';
import { type Standing, standingOf } from './standing.ts';
import { useElsewhere } from './useElsewhere.ts';

/** The file's name and how the document stands with it. A press tells what that means and what can be done. */
export function FileStanding() {
  const session = useStudio((s) => s.session);
  const name = useStudio((s) => s.document.name);
  const unsaved = useStudio((s) => s.session !== null && s.session.savedAt !== s.history.at);
  const home = useStudio((s) => s.about?.home);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const wrap = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useElsewhere(open, wrap, close);

  if (session === null) return null;
  const standing = standingOf(session, unsaved);
  const shown = session.path === null ? name : baseName(session.path);
  function choose(id: string): void {
    setOpen(false);
    button.current?.focus();
    runCommand(id);
  }
  return (
    <span className="menu-wrap file" ref={wrap}>
      <button
        ref={button}
        type="button"
        className="file-button"
        aria-expanded={open}
        aria-haspopup="dialog"
        title={session.path === null ? `${name}, which has no file yet` : fromHome(session.path, home)}
        onClick={() => setOpen(!open)}
      >
        <span className="file-name">{shown}</span>
        <span className={`file-standing ${standing.tone}`} data-standing={standing.word}>
          {standing.tone === 'warning' && <TriangleAlert size={12} aria-hidden="true" />}
          {standing.word}
        </span>
      </button>
      {open && (
        <div
          className="drop-card floating"
          role="dialog"
          aria-label={`${shown}: ${standing.word}`}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setOpen(false);
            button.current?.focus();
          }}
        >
          <h2>{standing.word}</h2>
          <p>{standing.explained}</p>
          <p className="quiet path">{session.path === null ? 'It has no file yet.' : fromHome(session.path, home)}</p>
          <div className="actions">
            {choicesOf(standing, session.path !== null, unsaved).map(({ id, label }, i) => (
              <button
                key={id}
                type="button"
                className={i === 0 ? 'button primary' : 'button'}
                // biome-ignore lint/a11y/noAutofocus: it was opened by a press, to choose.
                autoFocus={i === 0}
                onClick={() => choose(id)}
              >
                {label}
              </button>
            ))}
          </div>
        </div>
      )}
    </span>
  );
}

function choicesOf(
  { word }: Standing,
  hasFile: boolean,
  unsaved: boolean,
): readonly { readonly id: string; readonly label: string }[] {
  const saveAs = { id: 'file.saveAs', label: 'Save as…' };
  const save = { id: 'file.save', label: 'Save' };
  const reload = { id: 'file.reload', label: 'Take the one on disk' };
  if (word === 'Changed on disk')
    return unsaved ? [saveAs, reload, { ...save, label: 'Keep mine…' }] : [reload, saveAs];
  if (word === 'Gone from disk') return [save, saveAs];
  if (word === 'Read only' || word.startsWith('Also open')) return [saveAs];
  if (!hasFile) return [{ ...save, label: 'Save…' }];
  if (unsaved) return [save, { id: 'file.revert', label: 'Revert…' }, saveAs];
  return [saveAs];
}
