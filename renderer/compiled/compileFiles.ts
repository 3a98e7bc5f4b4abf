import { devices } from '../../core/define/host.ts';
import type { StudioEvent } from '../../core/studio/api.ts';
import { settledSets } from '../media/librarySets.ts';
import { startJob } from '../profile/jobs.ts';
import { profiling, resetProfiling } from '../profile/profileState.ts';
import { baseName, isAbsolute, joinPath, nameFault, pipelineSuffix, splitPath } from '../shell/paths.ts';
import { pickPath } from '../state/sessions.ts';
import { setState, state } from '../state/state.ts';
import { toast } from '../state/toasts.ts';
import { resetCompile, setCompile, toCompile } from './compileState.ts';

/** Compiling a pipeline to files: what a person does, and what the back end says to it. */

export function openCompile(): void {
  const { session, document, about } = state();
  if (session === null) return;
  if (toCompile().session !== session.id) {
    const named = session.path === null ? document.name : baseName(session.path).replace(pipelineSuffix, '');
    const stem = named.replace(/[^\p{L}\p{N}_ -]+/gu, '-').trim() || 'pipeline';
    // Work that has no folder of its own yet leaves nothing in one that is taken away with it.
    const folder = session.path === null ? (about?.home ?? session.folder) : session.folder;
    resetCompile(session.id, joinPath(folder, `${stem}.onnx`));
  }
  setState({ dialog: { dialog: 'compile' } });
  if (profiling().session !== session.id) resetProfiling(session.id);
}

/** The name of the pipeline that uses the files: beside the pipeline, never in its place. */
export function compiledPipelineName(output: string): string {
  return `${baseName(output).replace(/\.onnx$/, '')}-compiled${pipelineSuffix}`;
}

/** Why files cannot be written there, in words; null when it can be tried. */
export function outputFault(output: string): string | null {
  if (!isAbsolute(output)) return 'Say the whole path, from the root of the machine.';
  const name = baseName(output);
  if (!name.endsWith('.onnx') || name === '.onnx') return 'The name ends in .onnx.';
  return nameFault(name);
}

export async function startCompile(replace = false): Promise<void> {
  const { session, document, device } = state();
  if (session === null) return;
  const { output, apart, keepDecodePass, assume, examples, pipeline, verify, on, ...rest } = toCompile();
  const known = devices.find((one) => one === device);
  const lines = assume
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  setCompile({ report: null });
  await startJob('compile', async () => {
    const library = on === 'library' ? await settledSets() : [];
    return {
      method: 'startCompile',
      args: {
        session: session.id,
        document,
        path: output,
        examples,
        verify,
        ...(replace || rest.replace ? { replace: true } : {}),
        ...(apart ? { apart } : {}),
        ...(keepDecodePass ? { keepDecodePass } : {}),
        ...(lines.length === 0 ? {} : { assume: lines }),
        ...(pipeline && session.path !== null
          ? { pipeline: joinPath(session.folder, compiledPipelineName(output)) }
          : {}),
        ...(known === undefined ? {} : { device: known }),
        ...(library.length > 0 ? { samples: library.slice(0, 1000) } : {}),
      },
    };
  });
}

/** Asks where the files go; the dialog comes back after. */
export async function pickOutput(): Promise<void> {
  const { output } = toCompile();
  const { folder, rest } = splitPath(output);
  const path = await pickPath({ purpose: 'saveModel', startIn: folder.replace(/(.)[/\\]$/, '$1'), name: rest });
  // The dialog asked whether a file of that very name is to be replaced.
  if (path !== null) setCompile(path.endsWith('.onnx') ? { output: path, replace: true } : { output: `${path}.onnx` });
  setState({ dialog: { dialog: 'compile' } });
}

/** Takes an event of the back end into the state. */
export function heardCompile(event: StudioEvent): void {
  if (event.event !== 'jobEnded' || event.kind !== 'compile' || event.compiled === undefined) return;
  if (event.session !== toCompile().session) return;
  setCompile({ report: event.compiled, replace: false });
  if (state().dialog?.dialog === 'compile' || state().session?.id !== event.session) return;
  toast({
    tone: 'ok',
    text: `Compiled: ${event.compiled.files.map((file) => baseName(file.path)).join(', ')}.`,
    action: { label: 'Look at it', run: () => openCompile() },
  });
}
