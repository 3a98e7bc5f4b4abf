import { devices } from '../../core/define/host.ts';
import type { StudioEvent } from '../../core/studio/api.ts';
import { settledSets } from '../media/librarySets.ts';
import { startJob } from '../profile/jobs.ts';
import { profiling, resetProfiling } from '../profile/profileState.ts';
import { runCommand } from '../shell/commandMenu.ts';
import { edit, endMerge } from '../state/edits.ts';
import { pickPath } from '../state/sessions.ts';
import { setState, state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';
import { chosenModels, modelNodes } from './modelNodes.ts';
import { optionsOf } from './shrinkSettings.ts';
import { resetShrinking, setShrinking, shrinking, triedOn } from './shrinkState.ts';

/** Making models smaller or faster: what a person does, and what the back end says to it. */

/** Opens the dialog for some nodes' models, or for all. */
export function openShrink(nodes: readonly string[] = []): void {
  const { session } = state();
  if (session === null) return;
  if (shrinking().session !== session.id) resetShrinking(session.id);
  // A result that waits is what one comes back for.
  setShrinking(nodes.length > 0 || shrinking().result?.standing !== 'waiting' ? { nodes } : {});
  setState({ dialog: { dialog: 'shrink' } });
  if (profiling().session !== session.id) resetProfiling(session.id);
}

export async function startShrink(): Promise<void> {
  const { session, document, device, specs } = state();
  if (session === null) return;
  const { nodes, settings, on, truth, path } = shrinking();
  const files = new Set(chosenModels(modelNodes(document.nodes, specs), nodes).map(({ file }) => file));
  const known = devices.find((one) => one === device);
  setShrinking({ samples: null, result: null });
  await startJob('shrink', async () => {
    const sets = on === 'own' ? [] : await settledSets();
    const samples = triedOn(on, sets.length) === 'library' ? sets.slice(0, 1000) : null;
    setShrinking({ samples });
    return {
      method: 'startShrink',
      args: {
        session: session.id,
        document,
        options: optionsOf(settings),
        ...(nodes.length === 0 ? {} : { nodes: [...nodes] }),
        ...(known === undefined ? {} : { device: known }),
        ...(samples === null ? {} : { samples: [...samples] }),
        ...(truth === null ? {} : { truth }),
        ...(path.trim() !== '' && files.size === 1 ? { path: path.trim() } : {}),
        latencyMs: settings.measured ? settings.budget * 1000 : null,
      },
    };
  });
}

/** Takes an event of the back end into the state. */
export function heardShrink(event: StudioEvent): void {
  if (event.event !== 'jobEnded' || event.kind !== 'shrink' || event.phase !== 'done') return;
  if (event.session === shrinking().session) void takeResult(event.session, event.job);
}

async function takeResult(session: string, job: string): Promise<void> {
  try {
    const result = await state().api.call('shrunk', { session, job });
    if (shrinking().session !== session) return;
    setShrinking({ result: { ...result, job, samples: shrinking().samples } });
    if (state().dialog?.dialog === 'shrink' || state().session?.id !== session) return;
    toast({
      tone: 'ok',
      text: `Made ${result.report.to}: ${result.report.answers.words}.`,
      action: { label: 'Look at it', run: () => openShrink() },
    });
  } catch (error) {
    sayProblem(error);
  }
}

/** Lets the pipeline use what was made: one edit that can be undone. */
export async function applyShrunk(): Promise<void> {
  await decide('apply', async (session, job) => {
    const { api, document } = state();
    const { label, changes } = await api.call('applyShrink', { session, job, document });
    if (state().session?.id !== session) return;
    endMerge();
    edit(label, changes);
    setState({ dialog: null });
    toast({
      tone: 'ok',
      text: changes.length === 0 ? 'The pipeline uses it already.' : `Applied: ${label}.`,
      ...(changes.length === 0 ? {} : { action: { label: 'Undo', run: () => runCommand('edit.undo') } }),
    });
  });
}

/** The files stay; nothing uses them. */
export async function keepShrunk(): Promise<void> {
  await decide('keep', async (session, job) => {
    const { files } = await state().api.call('keepShrunk', { session, job });
    toast({ tone: 'ok', text: `Kept ${files.map((file) => file.path).join(', ')} in the pipeline’s folder.` });
  });
}

export async function discardShrunk(): Promise<void> {
  await decide('discard', async (session, job) => {
    await state().api.call('discardShrunk', { session, job });
    setShrinking({ result: null });
  });
}

async function decide(
  deciding: 'apply' | 'keep' | 'discard',
  act: (session: string, job: string) => Promise<void>,
): Promise<void> {
  const { session, result, deciding: busy } = shrinking();
  if (session === null || result === null || busy !== null) return;
  setShrinking({ deciding });
  try {
    await act(session, result.job);
    const now = shrinking().result;
    if (now?.job === result.job) {
      const { standing } = await state().api.call('shrunk', { session, job: result.job });
      setShrinking({ result: { ...now, standing } });
    }
  } catch (error) {
    sayProblem(error);
  } finally {
    setShrinking({ deciding: null });
  }
}

/** Asks for the file that says what is true of samples; the dialog comes back after. */
export async function pickTruth(): Promise<void> {
  const { session } = state();
  if (session === null) return;
  const truth = await pickPath({ purpose: 'file', startIn: session.folder });
  if (truth !== null) setShrinking({ truth });
  setState({ dialog: { dialog: 'shrink' } });
}
