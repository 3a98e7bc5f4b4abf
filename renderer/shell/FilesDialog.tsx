import { ArrowUp, File, Folder, House, Workflow } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { type Dialog, state, useStudio } from '../state/state.ts';
import { FileRows } from './FileRows.tsx';
import { filePurposes, shownEntries } from './filePurpose.ts';
import { useFolder } from './folder.ts';
import { Modal } from './Modal.tsx';
import { crumbsOf, isAbsolute, joinPath, nameFault, sharedStart, splitPath, withSuffix } from './paths.ts';
import { countText } from './words.ts';

type Ask = Extract<Dialog, { readonly dialog: 'files' }>;

/** The studio's own file dialog, for files of the machine where the back end runs. */
export function FilesDialog({ ask }: { readonly ask: Ask }) {
  const purpose = filePurposes[ask.purpose];
  const sessionFolder = useStudio((s) => (s.session?.path == null ? null : s.session.folder));
  const { listing, problem, open, waiting } = useFolder(ask.startIn ?? lastFolder ?? sessionFolder);
  const [typed, setTyped] = useState<string | null>(null);
  const [name, setName] = useState(ask.name ?? '');
  const [chosen, setChosen] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const [overwrite, setOverwrite] = useState<string | null>(null);
  const id = useId();
  const nameField = useRef<HTMLInputElement>(null);

  const folder = listing?.path ?? '';
  const rest = typed === null ? '' : splitPath(typed).rest;
  const entries = shownEntries(listing?.entries ?? [], purpose, all, rest);
  const fault = purpose.saves ? nameFault(name) : null;
  const picked = entries.find((entry) => entry.name === chosen && (!entry.folder || purpose.folders));

  useEffect(() => {
    // The name without its ending is what a person would change.
    nameField.current?.setSelectionRange(0, Math.max(0, (ask.name ?? '').indexOf('.')));
  }, [ask.name]);

  function go(path: string | null): void {
    setTyped(null);
    setChosen(null);
    setOverwrite(null);
    open(path);
  }
  function finish(path: string): void {
    lastFolder = folder;
    ask.done(path);
  }
  function take(entry: { readonly name: string; readonly folder: boolean }): void {
    if (entry.folder) go(joinPath(folder, entry.name));
    else if (purpose.saves) askFor(entry.name);
    else finish(joinPath(folder, entry.name));
  }
  function askFor(wanted: string): void {
    const full = withSuffix(wanted, purpose.suffix);
    setName(full);
    if (nameFault(full) !== null) return;
    // Names that differ by letter case only are one file on many systems.
    const there = listing?.entries.find((entry) => entry.name.toLowerCase() === full.toLowerCase());
    if (there !== undefined) setOverwrite(there.name);
    else finish(joinPath(folder, full));
  }
  function accept(): void {
    if (purpose.saves) askFor(name);
    else if (purpose.folders) finish(picked === undefined ? folder : joinPath(folder, picked.name));
    else if (picked !== undefined) finish(joinPath(folder, picked.name));
  }

  function typePath(value: string): void {
    setTyped(value);
    const { folder: wanted } = splitPath(value);
    if (isAbsolute(wanted) && wanted !== `${folder}/` && wanted !== folder) open(wanted, 150);
  }
  function pathKey(event: KeyboardEvent): void {
    if (event.key === 'Tab' && !event.shiftKey && typed !== null && rest !== '') {
      const start = sharedStart(entries.map((entry) => entry.name));
      if (start === '') return;
      event.preventDefault();
      const only = entries.length === 1 && entries[0].folder;
      typePath(joinPath(folder, start) + (only ? '/' : ''));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const exact = entries.find((entry) => entry.name === rest) ?? (entries.length === 1 ? entries[0] : undefined);
      if (typed === null || rest === '') go(typed ?? folder);
      else if (exact !== undefined) take(exact);
      else if (purpose.saves) askFor(rest);
    }
  }

  return (
    <Modal title={purpose.title} className="files" onClose={() => ask.done(null)}>
      <div className="files-path">
        <button
          type="button"
          className="icon-button"
          aria-label="Home folder"
          title="Home folder"
          onClick={() => go(state().about?.home ?? null)}
        >
          <House size={16} aria-hidden="true" />
        </button>
        {sessionFolder !== null && (
          <button
            type="button"
            className="icon-button"
            aria-label="Folder of this pipeline"
            title="Folder of this pipeline"
            onClick={() => go(sessionFolder)}
          >
            <Workflow size={16} aria-hidden="true" />
          </button>
        )}
        <button
          type="button"
          className="icon-button"
          aria-label="One folder up"
          title="One folder up (Backspace)"
          disabled={listing?.parent == null}
          onClick={() => go(listing?.parent ?? null)}
        >
          <ArrowUp size={16} aria-hidden="true" />
        </button>
        <label className="field">
          <span className="spoken">Path</span>
          <input
            type="text"
            className="mono"
            spellCheck={false}
            autoComplete="off"
            aria-describedby={`${id}-hint`}
            value={typed ?? folder}
            onChange={(event) => typePath(event.target.value)}
            onKeyDown={pathKey}
          />
        </label>
        <span className="spoken" id={`${id}-hint`}>
          Tab completes, Enter goes there
        </span>
      </div>
      <nav className="crumbs" aria-label="Folders on the way">
        {crumbsOf(folder).map((crumb, i, crumbs) => (
          <button
            key={crumb.path}
            type="button"
            className={i === 0 ? 'root' : undefined}
            aria-current={i === crumbs.length - 1 ? 'location' : undefined}
            onClick={() => go(crumb.path)}
          >
            {crumb.name}
          </button>
        ))}
      </nav>
      {problem !== null ? (
        <p className="files-none error" role="alert">
          {problem.message} {problem.fix}
        </p>
      ) : (
        <FileRows
          key={folder}
          entries={entries}
          chosen={chosen}
          begins={!purpose.saves && typed === null}
          onChoose={(entry) => {
            setChosen(entry.name);
            setOverwrite(null);
            if (purpose.saves && !entry.folder) setName(entry.name);
          }}
          onTake={take}
          onUp={() => listing?.parent != null && go(listing.parent)}
          none={
            waiting
              ? 'Reading the folder…'
              : rest !== ''
                ? `Nothing here begins with "${rest}".`
                : purpose.endings === null
                  ? 'This folder is empty.'
                  : `Nothing of that kind is in this folder. ${purpose.endingsText === '' ? '' : `Shown: ${purpose.endingsText.toLowerCase()}.`}`
          }
        />
      )}
      {purpose.saves && (
        <div className="files-name">
          <label htmlFor={`${id}-name`}>Name</label>
          <span className={fault === null ? 'field' : 'field wrong'}>
            <File size={14} aria-hidden="true" />
            <input
              ref={nameField}
              id={`${id}-name`}
              data-first
              type="text"
              spellCheck={false}
              autoComplete="off"
              aria-invalid={fault !== null}
              aria-describedby={`${id}-fault`}
              value={name}
              onChange={(event) => {
                setName(event.target.value);
                setOverwrite(null);
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                accept();
              }}
            />
          </span>
          <p
            id={`${id}-fault`}
            className={fault === null ? 'quiet' : 'error'}
            role={fault === null ? undefined : 'alert'}
          >
            {fault ??
              (withSuffix(name, purpose.suffix) === name
                ? ' '
                : `Will be saved as ${withSuffix(name, purpose.suffix)}`)}
          </p>
        </div>
      )}
      {overwrite !== null && (
        <div className="files-overwrite" role="alert">
          <p>
            <b>{overwrite}</b> is there already. Replace it?
          </p>
          {/* biome-ignore lint/a11y/noAutofocus: the safe answer has the focus, so that a second Enter replaces nothing. */}
          <button type="button" className="button" autoFocus onClick={() => setOverwrite(null)}>
            Keep it
          </button>
          <button type="button" className="button" onClick={() => finish(joinPath(folder, overwrite))}>
            Replace
          </button>
        </div>
      )}
      <footer className="files-foot">
        {purpose.endings !== null && (
          <label className="tick">
            <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
            Show all files
          </label>
        )}
        <span className="quiet">
          <Folder size={12} aria-hidden="true" />
          {countText(entries.length, 'entry', 'entries')}
        </span>
        <span className="files-actions">
          <button type="button" className="button" onClick={() => ask.done(null)}>
            Cancel
          </button>
          <button
            type="button"
            className="button primary"
            disabled={purpose.saves ? fault !== null : !purpose.folders && picked === undefined}
            onClick={accept}
          >
            {purpose.action}
          </button>
        </span>
      </footer>
    </Modal>
  );
}

/** Where the last file was chosen; the next dialog begins there. */
let lastFolder: string | null = null;
