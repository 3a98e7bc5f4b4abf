import { toProblemData } from '../../core/problems/problem.ts';
import type { StudioEvent } from '../../core/studio/api.ts';
import type { ExportPlanView } from '../../core/studio/exportingCalls.ts';
import { startJob } from '../profile/jobs.ts';
import { profiling, resetProfiling } from '../profile/profileState.ts';
import { baseName, isAbsolute, joinPath } from '../shell/paths.ts';
import { pickPath } from '../state/sessions.ts';
import { state } from '../state/state.ts';
import { toast } from '../state/toasts.ts';
import { type OptionValue, resetExport, type Standing, setExport, toExport } from './exportState.ts';

/** Exporting: what a person does on the screen, and what the back end says to it. */

/** The screen is shown, or another pipeline is on it. */
export async function enterExport(): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  if (toExport().session !== session.id) resetExport(session.id);
  if (profiling().session !== session.id) resetProfiling(session.id);
  if (toExport().targets === null) setExport({ targets: (await api.call('exportTargets', {})).targets });
  // What was changed since is told, not prepared unasked: recording runs the whole pipeline.
  if (toExport().prepared === null) await prepare();
  else if (toExport().plan === null) await refreshPlan();
}

export async function prepare(): Promise<void> {
  const { session, document } = state();
  if (session === null) return;
  setExport({ preparing: document, planProblem: null, standing: {} });
  await startJob('exportPlan', async () => ({ method: 'startExportPlan', args: { session: session.id, document } }));
}

let asked = 0;

/** Plans the target with its options anew, and shows the file that was looked at. */
export async function refreshPlan(): Promise<void> {
  const { session, api } = state();
  const { prepared, target, options, release } = toExport();
  if (session === null || prepared === null) return;
  const own = ++asked;
  const args = { session: session.id, job: prepared.job, target, options: options[target] ?? {}, release };
  setExport({ planning: true });
  try {
    const plan = await api.call('plannedExport', args);
    if (own !== asked) return;
    setExport({ plan, planOf: target, planning: false, planProblem: null });
    stand(target, standingOf(plan.problems));
    propose();
    const { file } = toExport();
    const there = plan.files.some(({ path }) => path === file);
    await showFile(there && file !== null ? file : firstFile(plan.files.map(({ path }) => path)));
    if (own === asked) await judgeOthers(prepared.job);
  } catch (error) {
    if (own !== asked) return;
    const problem = toProblemData(error, 'internal');
    // The files of the same target as they were before the mistake stay in sight, those of another one do not.
    const kept = toExport().planOf === target ? {} : { plan: null, planOf: '', shown: null };
    setExport({ ...kept, planning: false, planProblem: problem });
    stand(target, { how: 'error', words: problem.message });
  }
}

function standingOf(problems: ExportPlanView['problems']): Standing {
  const error = problems.find(({ severity }) => severity === 'error');
  const worst = error ?? problems.at(0);
  if (worst === undefined) return { how: 'ok', words: null };
  return { how: error === undefined ? 'warning' : 'error', words: worst.message };
}

function stand(target: string, standing: Standing): void {
  setExport({ standing: { ...toExport().standing, [target]: standing } });
}

/** The list says of every target whether it can be made, before anybody chooses it. One after the other, behind what a person asks. */
async function judgeOthers(job: string): Promise<void> {
  const { session, api } = state();
  for (const { id: target } of toExport().targets ?? []) {
    const { prepared, options, release, standing } = toExport();
    if (session === null || state().session !== session || prepared?.job !== job) return;
    if (standing[target] !== undefined) continue;
    const args = { session: session.id, job, target, options: options[target] ?? {}, release };
    const found = await api.call('plannedExport', args).then(
      ({ problems }) => standingOf(problems),
      (error: unknown): Standing => ({ how: 'error', words: toProblemData(error, 'internal').message }),
    );
    if (toExport().prepared?.job === job && toExport().standing[target] === undefined) stand(target, found);
  }
}

/** What a person looks at first. */
function firstFile(paths: readonly string[]): string | null {
  const wanted = ['Dockerfile', 'README.md', 'main.py', 'bundle.json'];
  return (
    wanted.find((name) => paths.includes(name)) ?? paths.find((path) => path.endsWith('README.md')) ?? paths[0] ?? null
  );
}

export async function showFile(path: string | null): Promise<void> {
  const { session, api } = state();
  const { prepared, target, options, release } = toExport();
  setExport({ file: path });
  if (path === null || session === null || prepared === null) return setExport({ shown: null });
  const args = { session: session.id, job: prepared.job, target, options: options[target] ?? {}, release, path };
  try {
    const { text, bytes } = await api.call('exportFile', args);
    if (toExport().file === path && toExport().target === target) setExport({ shown: { path, text, bytes } });
  } catch (error) {
    setExport({ planProblem: toProblemData(error, 'internal') });
  }
}

export function chooseTarget(target: string): void {
  if (target === toExport().target) return;
  // What was exported to one place is no choice for another.
  setExport({ target, planProblem: null, file: null, chosen: false });
  void refreshPlan();
}

let waiting: ReturnType<typeof setTimeout> | undefined;

export function setOption(name: string, value: OptionValue | null): void {
  const { options, target } = toExport();
  const own = { ...options[target] };
  if (value === null) delete own[name];
  else own[name] = value;
  setExport({ options: { ...options, [target]: own } });
  planSoon();
}

export function setRelease(release: string): void {
  setExport({ release });
  planSoon();
}

/** Not at every letter. */
function planSoon(): void {
  clearTimeout(waiting);
  waiting = setTimeout(() => void refreshPlan(), 400);
}

/** Beside the pipeline, or in the home folder for one that has none of its own. */
function propose(): void {
  const { plan, chosen } = toExport();
  const { session, about } = state();
  if (plan === null || session === null || chosen) return;
  const folder = session.path === null ? (about?.home ?? session.folder) : session.folder;
  setExport({ output: joinPath(folder, usualName(plan)) });
}

/** What an export is called in the folder that it goes into. */
function usualName({ name, version }: ExportPlanView): string {
  const { target, targets } = toExport();
  const archive = targets?.find(({ id }) => id === target)?.archive ?? false;
  return archive ? `${name}-${version}.zip` : `${name}-${target}`;
}

export async function pickExportFolder(): Promise<void> {
  const { output, plan } = toExport();
  const folder = await pickPath({
    purpose: 'folder',
    startIn: output.slice(0, output.length - baseName(output).length) || output,
  });
  if (folder !== null && plan !== null) setExport({ output: joinPath(folder, usualName(plan)), chosen: true });
}

/** Why nothing can be written there, in words; null when it can be tried. */
export function outputFault(output: string): string | null {
  return isAbsolute(output) ? null : 'A whole path is needed, from the root of the machine on.';
}

export async function startExport(): Promise<void> {
  const { session } = state();
  const { prepared, target, options, release, output } = toExport();
  if (session === null || prepared === null) return;
  setExport({ exported: null });
  await startJob('export', async () => ({
    method: 'startExport',
    args: { session: session.id, job: prepared.job, target, options: options[target] ?? {}, release, path: output },
  }));
}

/** Takes an event of the back end into the state. */
export function heardExport(event: StudioEvent): void {
  if (event.event !== 'jobEnded' || event.session !== toExport().session) return;
  if (event.kind === 'exportPlan') {
    if (event.phase === 'done') setExport({ prepared: { job: event.job, document: toExport().preparing } });
    setExport({ preparing: null });
    if (event.phase === 'done') void refreshPlan();
  }
  if (event.kind !== 'export' || event.exported === undefined) return;
  setExport({ exported: { ...event.exported, target: toExport().target, at: Date.now() } });
  if (state().screen !== 'export') toast({ tone: 'ok', text: `Exported: ${event.exported.path}.` });
}
