import path from 'node:path';
import { commonOptions } from '../core/export/options.ts';
import type { ExportTarget } from '../core/export/target.ts';
import { targetOf } from '../core/export/targets.ts';
import { Problem, problemFrom } from '../core/problems/problem.ts';
import type { SampleVerdict } from '../core/serve/golden.ts';
import { writeArchive } from '../host/bundle/archive.ts';
import { type PlannedExport, planExport } from '../host/bundle/planExport.ts';
import { prepareExport } from '../host/bundle/prepare.ts';
import { openBundle } from '../host/bundle/verify.ts';
import { goldenProblems, verifyGolden } from '../host/bundle/verifyGolden.ts';
import { writeBundle } from '../host/bundle/writeBundle.ts';
import { startEngine } from '../host/engine/client.ts';
import type { Engine } from '../host/engine/messages.ts';
import { kindOfPath } from '../host/files/userPath.ts';
import type { ExportOptions } from './export.ts';
import { exportText, plannedJson } from './exportText.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';
import { samplesOf } from './profileWork.ts';
import { makeProgress, type Progress } from './progress.ts';
import { makeVoice, print } from './report.ts';
import { cancelOnSignal, reportErrors } from './run.ts';

/** The command: gathers, records, writes, and reproduces what it recorded from what it wrote. */
export async function exportPipeline(given: string, options: ExportOptions): Promise<void> {
  const voice = makeVoice(options);
  const target = targetOf(options.target);
  const settings = settingsOf(options, target);
  const pipeline = await openPipeline(given, options);
  if (await reportErrors(pipeline, voice)) return;
  const { signal, release } = cancelOnSignal();
  const engine = startEngine({ nodeFolders: options.nodes ?? [], limits: pipeline.limitOverrides });
  const progress = makeProgress(voice.err, voice.quiet);
  try {
    const planned = await planOf(pipeline, target, settings, options, engine, signal, progress);
    const wrong = planned.problems.find((problem) => problem.severity === 'error');
    if (wrong !== undefined) throw problemFrom(wrong);
    if (options.dryRun) {
      progress.clear();
      return await print(
        voice.json
          ? JSON.stringify(plannedJson(planned), null, 2)
          : exportText({ planned, written: null, verdicts: null }, voice.out),
      );
    }
    const written = await writePlanned(planned, options.output, signal, progress);
    const verdicts =
      options.verify && !target.archive && target.bundle !== 'none'
        ? await verified(written, engine, pipeline, signal, progress)
        : null;
    progress.clear();
    const report = { planned, written, verdicts };
    await print(
      voice.json
        ? JSON.stringify({ ...plannedJson(planned), written, verdicts }, null, 2)
        : exportText(report, voice.out),
    );
    const [differs] = verdicts === null ? [] : goldenProblems(planned.manifest, verdicts);
    if (differs !== undefined) throw problemFrom(differs);
  } finally {
    progress.clear();
    release();
    await engine.close();
  }
}

async function planOf(
  pipeline: Pipeline,
  target: ExportTarget,
  settings: Readonly<Record<string, unknown>>,
  options: ExportOptions,
  engine: Engine,
  signal: AbortSignal,
  progress: Progress,
): Promise<PlannedExport> {
  const { checked, opened } = pipeline;
  const prepared = await prepareExport({
    checked,
    folder: opened.folder,
    engine,
    nodeFolders: options.nodes ?? [],
    device: settings['device'] === 'cuda' ? 'cuda' : 'cpu',
    given: options.input === undefined ? [] : await samplesOf(pipeline, options),
    ...(options.reference === undefined
      ? {}
      : { reference: await samplesOf(pipeline, { ...options, input: await folders(pipeline, options.reference) }) }),
    signal,
    onStep: (done, of, words) => progress.show(done, of, words),
  });
  return planExport({
    checked,
    file: opened.file,
    folder: opened.folder,
    target,
    version: options.release,
    options: settings,
    ...prepared,
  });
}

/**
 * A reference is of folders, also for texts: there `name=folder` is what the folder holds, where an input of a run would take
 * its name for the text.
 */
export async function folders(
  { checked }: Pick<Pipeline, 'checked'>,
  pairs: readonly string[],
): Promise<readonly string[]> {
  return Promise.all(
    pairs.map(async (pair) => {
      const at = pair.indexOf('=');
      const id = checked.publicInputs.get(pair.slice(0, at)) ?? '';
      const text = checked.nodes.get(id)?.definition.external === 'text';
      const value = pair.slice(at + 1);
      return text && (await kindOfPath(value)) === 'folder' ? `${pair.slice(0, at)}=@${value}` : pair;
    }),
  );
}

/** Writes it, and says where. */
async function writePlanned(
  planned: PlannedExport,
  output: string | undefined,
  signal: AbortSignal,
  progress: Progress,
): Promise<string> {
  const { name, version, target, files } = planned;
  const listeners = {
    signal,
    onFile: (done: number, of: number, file: string) => progress.show(done, of, `writing ${file}`),
  };
  if (!target.archive) {
    const folder = path.resolve(output ?? `${name}-${target.id}`);
    await writeBundle(folder, files, listeners);
    return folder;
  }
  const base = `${name}-${version}.zip`;
  const file = path.resolve(output === undefined ? base : output.endsWith('.zip') ? output : path.join(output, base));
  await writeArchive(file, files, listeners);
  return file;
}

/** Reproduces the golden outputs from the folder that was written, with the files that lie there. */
async function verified(
  folder: string,
  engine: Engine,
  { checked }: Pipeline,
  signal: AbortSignal,
  progress: Progress,
): Promise<readonly SampleVerdict[]> {
  const bundle = await openBundle(folder);
  const onSample = (done: number, of: number, name: string): void => progress.show(done, of, `verifying ${name}`);
  // What was recorded on another device than it is served on can only be reproduced where it was recorded.
  const device = Object.values(bundle.manifest.made.devices).includes('cuda') ? 'cuda' : 'cpu';
  return verifyGolden(bundle, { engine, checked, device, signal, onSample });
}

/** Options of every target and of this one, from flags and --set. Throws `usage`. */
function settingsOf(options: ExportOptions, target: ExportTarget): Readonly<Record<string, unknown>> {
  const { image, port, device, baseImage } = options;
  const pairs: (readonly [string, string])[] = Object.entries({ image, port, device, baseImage }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, value] as const]),
  );
  for (const pair of options.set ?? []) {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new Problem('usage', {
        message: `--set ${JSON.stringify(pair)} is not name=value.`,
        fix: 'For example: --set minReplicas=3.',
      });
    pairs.push([pair.slice(0, at), pair.slice(at + 1)]);
  }
  const shapes = { ...commonOptions.shape, ...target.options.shape };
  return Object.fromEntries(pairs.map(([name, text]) => [name, valueFor(shapes, name, text)]));
}

/** The text itself where the option takes it, else what it says as JSON. */
function valueFor(
  shapes: Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>>,
  name: string,
  text: string,
): unknown {
  if (!Object.hasOwn(shapes, name) || shapes[name].safeParse(text).success) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
