import { Problem } from '../../core/problems/problem.ts';
import type { OpenedSession, PickPath } from '../../core/studio/api.ts';
import { scheduleCheck } from './checks.ts';
import { isUnsaved } from './edits.ts';
import { flushJournal, forgetJournal } from './journal.ts';
import { emptyDocument, setState, state } from './state.ts';
import { sayProblem, toast } from './toasts.ts';

/** Opens a pipeline file. `copy`: as a new pipeline that asks for a name when it is saved (samples). */
export async function openDocument(
  path: string,
  options: { readonly copy?: boolean; readonly readOnly?: boolean } = {},
): Promise<boolean> {
  return enter(() => state().api.call('openDocument', { path, ...options }));
}

/** An empty pipeline, or one proposed around a model file. */
export async function newDocument(model?: string): Promise<boolean> {
  return enter(() => state().api.call('newDocument', model === undefined ? {} : { model }));
}

export async function reloadDocument(): Promise<boolean> {
  const { session, api } = state();
  if (session === null) return false;
  return enter(() => api.call('reloadDocument', { session: session.id }), true);
}

/** Asks for a path: by the system's dialog where there is one, else by the studio's own. null: the person gave up. */
export async function pickPath(ask: PickPath): Promise<string | null> {
  const { api } = state();
  if (api.pickPath !== undefined) return api.pickPath(ask);
  return new Promise((resolve) => {
    setState({
      dialog: {
        dialog: 'files',
        ...ask,
        done: (path) => {
          setState({ dialog: null });
          resolve(path);
        },
      },
    });
  });
}

/** Asks one question. null: the person gave up. */
export function ask(
  title: string,
  text: string,
  choices: readonly { readonly label: string; readonly value: string; readonly primary?: boolean }[],
): Promise<string | null> {
  return new Promise((resolve) => {
    setState({
      dialog: {
        dialog: 'ask',
        title,
        text,
        choices,
        done: (value) => {
          setState({ dialog: null });
          resolve(value);
        },
      },
    });
  });
}

export async function openWithDialog(): Promise<void> {
  const path = await pickPath({ purpose: 'openPipeline' });
  if (path !== null) await openDocument(path);
}

export async function save(): Promise<boolean> {
  const { session } = state();
  if (session === null) return false;
  return session.path === null || session.readOnly ? saveAs() : write(undefined);
}

export async function saveAs(): Promise<boolean> {
  const { session, document } = state();
  if (session === null) return false;
  const path = await pickPath({
    purpose: 'savePipeline',
    startIn: session.path === null ? undefined : session.folder,
    name:
      session.path?.replace(/^.*[/\\]/, '') ??
      `${document.name.replace(/[^\p{L}\p{N}_ -]+/gu, '-') || 'pipeline'}.tributary.json`,
  });
  // The dialog asked whether a file of that name is to be replaced.
  return path === null ? false : write(path, true);
}

async function write(path: string | undefined, replace = false): Promise<boolean> {
  const { session, document, history, api } = state();
  if (session === null) return false;
  try {
    await flushJournal();
    const saved = await api.call('saveDocument', {
      session: session.id,
      document,
      ...(path === undefined ? {} : { path }),
      ...(replace ? { replace } : {}),
    });
    const now = state();
    if (now.session?.id !== session.id) return true;
    setState({
      session: {
        ...now.session,
        path: saved.path,
        folder: saved.folder,
        savedAt: history.at,
        readOnly: false,
        onDisk: 'same',
        recovered: false,
      },
      // The back end records the hashes of files; nothing else changes by saving.
      document: { ...now.document, files: saved.document.files },
    });
    return true;
  } catch (error) {
    if (error instanceof Problem && error.data.code === 'document-conflict') {
      const choice = await ask(
        'The file changed on disk',
        `${error.data.message} Yours and the one on disk both still exist; which is to stay?`,
        [
          { label: 'Save under another name', value: 'as', primary: true },
          { label: 'Replace the one on disk', value: 'replace' },
          { label: 'Take the one on disk', value: 'reload' },
        ],
      );
      if (choice === 'replace') return write(path, true);
      if (choice === 'as') return saveAs();
      if (choice === 'reload') return reloadDocument();
      return false;
    }
    sayProblem(error);
    return false;
  }
}

/** Back to the welcome screen. Unsaved edits stay in the journal: nothing is asked and nothing is lost. */
export async function closeDocument(): Promise<void> {
  const { session, history, api } = state();
  if (session === null) return;
  // A sample that was only looked at leaves nothing behind.
  const unsaved = isUnsaved() && history.edits.length > 0;
  await flushJournal();
  await api.call('closeDocument', { session: session.id }).catch(sayProblem);
  leave();
  if (unsaved) toast({ tone: 'ok', text: 'Unsaved changes are kept and come back when you open it again.' });
}

async function enter(open: () => Promise<OpenedSession>, again = false): Promise<boolean> {
  const before = state().session;
  try {
    if (!again) await flushJournal();
    else forgetJournal();
    const opened = await open();
    if (before !== null && before.id !== opened.session)
      await state()
        .api.call('closeDocument', { session: before.id })
        .catch(() => undefined);
    arrive(opened);
    return true;
  } catch (error) {
    sayProblem(error);
    return false;
  }
}

function arrive(opened: OpenedSession): void {
  forgetJournal();
  const { session, path, folder, document, history, readOnly, recovered, unsaved, alsoOpen, warnings } = opened;
  setState({
    session: {
      id: session,
      path,
      folder,
      readOnly,
      alsoOpen,
      recovered,
      recovery: opened.recovery ?? null,
      savedAt: unsaved || path === null ? -1 : history.at,
      onDisk: 'same',
      warnings,
    },
    document,
    history,
    report: null,
    selection: { ids: [], wires: [] },
    run: null,
    runs: [],
    shownRun: null,
    compare: null,
    time: 0,
    // The same file again (taken from disk, or after the back end came back): one stays where one was.
    screen: path !== null && path === state().session?.path ? state().screen : 'design',
    viewer: null,
    wireInHand: null,
    dialog: null,
  });
  if (recovered) toast({ tone: 'ok', text: 'Changes that were not saved have come back, undo included.' });
  for (const warning of warnings) toast({ tone: 'warning', text: warning.message, fix: warning.fix });
  scheduleCheck(0);
}

function leave(): void {
  forgetJournal();
  setState({
    session: null,
    document: emptyDocument,
    report: null,
    run: null,
    runs: [],
    viewer: null,
    compare: null,
    live: false,
  });
}
