import { toProblemData } from '../../core/problems/problem.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { decodeTrace } from '../../core/profile/traceFile.ts';
import type { ExportFormat } from '../../core/studio/api.ts';
import { state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';
import { profiling, resetProfiling, setProfiling } from './profileState.ts';

/** What is kept beside the pipeline: listing, opening, naming, removing, comparing and exporting profiles. */

/** Called when the Profile screen comes up: the list, and the newest profile unless one is open. */
export async function enterProfiling(): Promise<void> {
  const { session } = state();
  if (session === null) return;
  if (profiling().session !== session.id) resetProfiling(session.id);
  await refreshProfiles();
  const { list, current, opening } = profiling();
  if (current === null && opening === null && list !== null && list.length > 0) await openProfile(list[0].id);
}

export async function refreshProfiles(): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  try {
    const { profiles } = await api.call('profiles', { session: session.id });
    if (isOurs(session.id)) setProfiling({ list: profiles, problem: null });
  } catch (error) {
    if (isOurs(session.id)) setProfiling({ list: [], problem: toProblemData(error, 'internal') });
  }
}

/** Shows a profile. The one that was open stays until the other is here. */
export async function openProfile(id: string): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  setProfiling({ opening: id });
  try {
    const profile = await api.call('profile', { session: session.id, profile: id });
    if (!isOurs(session.id) || profiling().opening !== id) return;
    const again = profiling().current?.id === id;
    setProfiling({ current: profile, opening: null, problem: null });
    if (!again) await openTrace(profile);
  } catch (error) {
    if (isOurs(session.id) && profiling().opening === id)
      setProfiling({ opening: null, problem: toProblemData(error, 'internal') });
  }
}

async function openTrace({ id, measured }: Profile): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  const first = Math.max(0, measured.shown.median);
  setProfiling({ trace: null, traceIs: 'loading', runs: { first, last: first } });
  try {
    const { blob } = await api.call('profileTrace', { session: session.id, profile: id });
    const answer = await fetch(api.blobUrl(blob));
    if (!answer.ok) throw new Error(`The trace could not be read (HTTP ${answer.status}).`);
    const trace = decodeTrace(new Uint8Array(await answer.arrayBuffer()));
    if (profiling().current?.id === id) setProfiling({ trace, traceIs: 'ready' });
  } catch {
    // The figures stand without it; the timeline's place says so.
    if (profiling().current?.id === id) setProfiling({ traceIs: 'failed' });
  }
}

export async function labelProfile(id: string, label: string): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  try {
    await api.call('labelProfile', { session: session.id, profile: id, label });
    const { current } = profiling();
    if (current?.id === id) setProfiling({ current: { ...current, label } });
    await refreshProfiles();
  } catch (error) {
    sayProblem(error);
  }
}

export async function removeProfile(id: string): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  try {
    await api.call('removeProfile', { session: session.id, profile: id });
    await refreshProfiles();
    const { current, list } = profiling();
    if (current?.id !== id) return;
    setProfiling({ current: null, trace: null, traceIs: 'none' });
    if (list !== null && list.length > 0) await openProfile(list[0].id);
  } catch (error) {
    sayProblem(error);
  }
}

export async function compareProfiles(before: string, after: string): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  try {
    const comparison = await api.call('compareProfiles', { session: session.id, before, after });
    if (isOurs(session.id)) setProfiling({ comparison });
  } catch (error) {
    sayProblem(error);
  }
}

/** Makes the file and has the browser save it. */
export async function exportProfile(format: ExportFormat): Promise<void> {
  const { session, api } = state();
  const { current } = profiling();
  if (session === null || current === null) return;
  try {
    const made = await api.call('exportProfile', { session: session.id, profile: current.id, format });
    const link = document.createElement('a');
    link.href = api.blobUrl(made.blob);
    link.download = made.name;
    link.click();
    toast({ tone: 'ok', text: `Exported ${made.name}.` });
  } catch (error) {
    sayProblem(error);
  }
}

/** Whether the answer of a call still belongs to what is on the screen. */
function isOurs(session: string): boolean {
  return state().session?.id === session && profiling().session === session;
}
