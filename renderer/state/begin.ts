import { devices } from '../../core/define/host.ts';
import type { History } from '../../core/graph/history.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { StudioApi, StudioEvent } from '../../core/studio/api.ts';
import { whyNot } from '../commands/command.ts';
import { commandOf } from '../commands/commands.ts';
import { heardCompile } from '../compiled/compileFiles.ts';
import { followCompiled } from '../compiled/compiling.ts';
import { heardFused } from '../compiled/fusedCompare.ts';
import { heardExport } from '../export/exporting.ts';
import { heardJob } from '../profile/jobs.ts';
import { heardShrink } from '../shrink/shrinking.ts';
import { edit, isUnsaved, redo, undo } from './edits.ts';
import { flushJournal, journalWaits } from './journal.ts';
import { followLive, heardRun } from './runs.ts';
import { openDocument } from './sessions.ts';
import { setState, state } from './state.ts';
import { followTheme, themeOf } from './theme.ts';
import { sayProblem, toast } from './toasts.ts';
import { followUiZoom } from './uiZoom.ts';

/** Ties the state to a back end: what it says goes into the state, and the address says what to open first. */
export function beginStudio(api: StudioApi): void {
  setState({ api });
  followTheme();
  followUiZoom();
  api.listen(heard);
  api.watchConnection((connected, tries = 0) => {
    const before = state().connected;
    setState({ connected, tries });
    if (connected && !before) void arrived();
  });
  followLive();
  followCompiled();
  window.tributary?.onCommand((id) => {
    const command = commandOf(id);
    if (command !== undefined && whyNot(command, state()) === undefined) void command.run();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void flushJournal();
  });
  window.addEventListener('beforeunload', (event) => {
    if (journalWaits()) {
      void flushJournal();
      event.preventDefault();
    }
  });
  window.addEventListener('hashchange', () => void openFromAddress());
}

async function arrived(): Promise<void> {
  const { api, about, session } = state();
  try {
    const [known, catalog] = await Promise.all([api.call('about', {}), api.call('catalog', {})]);
    const theme = themeOf(known.settings['theme']);
    const device = devices.find((d) => d === known.settings['device']);
    setState({
      about: known,
      specs: new Map(catalog.nodes.map((node) => [node.type, node])),
      ...(theme === null ? {} : { theme }),
      ...(device === undefined ? {} : { device }),
    });
    if (about === null) await openFromAddress();
    else if (session !== null) await rejoin();
  } catch (error) {
    sayProblem(error);
  }
}

/** After the back end came back: the session may be gone with it. What was done and is not on disk is done again. */
async function rejoin(): Promise<void> {
  const { session, document, history, api } = state();
  if (session === null) return;
  try {
    await api.call('check', { session: session.id, document });
    await flushJournal();
  } catch (error) {
    const lost = error instanceof Problem && error.data.code === 'session-unknown';
    if (!lost) return sayProblem(error);
    const target = session.path ?? session.recovery;
    if (target !== null && (await openDocument(target))) catchUp(history);
    else
      toast({
        tone: 'warning',
        text: 'The back end started anew.',
        fix: 'Open the pipeline again from the list of recent files.',
      });
  }
}

/** Does again what the journal does not know, so that the document stands where it stood on the screen. */
function catchUp(mine: History): void {
  const known = state().history.edits;
  const same = known.every((done, i) => done.label === mine.edits[i]?.label);
  if (!same || known.length > mine.edits.length) return;
  while (state().history.at < known.length) redo();
  for (const done of mine.edits.slice(known.length)) edit(done.label, done.changes, done.merge);
  while (state().history.at > mine.at) undo();
}

/** `#open=<path>` opens a pipeline, `#copy=<path>` opens it as a new one (samples). */
async function openFromAddress(): Promise<void> {
  const asked = new URLSearchParams(location.hash.slice(1));
  const open = asked.get('open');
  const copy = asked.get('copy');
  const path = open ?? copy;
  if (path !== null && path !== '' && state().session?.path !== path)
    await openDocument(path, copy === null ? {} : { copy: true });
}

function heard(event: StudioEvent): void {
  heardRun(event);
  heardJob(event);
  heardShrink(event);
  heardFused(event);
  heardCompile(event);
  heardExport(event);
  const { session } = state();
  if (event.event === 'engineEnded') toast({ tone: 'error', text: event.problem.message, fix: event.problem.fix });
  else if (event.event === 'fileChanged' && session?.id === event.session) {
    setState({ session: { ...session, onDisk: event.gone ? 'gone' : 'changed' } });
    if (event.gone) toast({ tone: 'warning', text: 'The file is no longer on disk.', fix: 'Save to write it again.' });
    else
      toast({
        tone: 'warning',
        text: 'The file was changed on disk by another program.',
        fix: isUnsaved() ? 'Saving will ask which one is to stay.' : 'Take it over, or save yours under another name.',
        action: { label: 'Take the one on disk', run: () => void commandOf('file.reload')?.run() },
      });
  }
}
