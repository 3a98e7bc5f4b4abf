import { createHash } from 'node:crypto';
import path from 'node:path';
import { writeDocument } from '../core/graph/write.ts';
import { type Compiled, type CompileOptions, compilePipeline } from '../core/lower/compile.ts';
import { compiledDocument } from '../core/lower/compiledDocument.ts';
import { Problem } from '../core/problems/problem.ts';
import { documentHash } from '../core/profile/documentHash.ts';
import { batchRefusals, type CompareAsk, type Compared, compareAnswers } from '../host/compile/compareAnswers.ts';
import { nothingCompiled } from '../host/compile/fused.ts';
import { openSources } from '../host/compile/sources.ts';
import { writeExamples } from '../host/compile/writeExamples.ts';
import { type PartOnDisk, writeParts } from '../host/compile/writeParts.ts';
import { startEngine } from '../host/engine/client.ts';
import { documentSuffix, replaceFile } from '../host/files/documentFile.ts';
import { removeOwn } from '../host/files/stateFile.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import type { CompileCommandOptions } from './compile.ts';
import { parseAssumptions } from './compileAssume.ts';
import { compileText } from './compileText.ts';
import { partNode } from './fused.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';
import { samplesOf } from './profileWork.ts';
import { makeProgress } from './progress.ts';
import { makeVoice, print } from './report.ts';
import { cancelOnSignal, reportErrors } from './run.ts';

/** What was made, and how it compares. */
export interface CompileReport {
  readonly compiled: Compiled;
  readonly written: readonly PartOnDisk[];
  /** Null: not asked for. */
  readonly compared: Compared | null;
  /** Programs and README, by name. */
  readonly examples: readonly string[];
  readonly document: string | null;
}

/** The command: compiles, holds the files against the nodes, writes them, and says what came out. */
export async function compileCommand(target: string, options: CompileCommandOptions): Promise<void> {
  const voice = makeVoice(options);
  const pipeline = await openPipeline(target, options);
  if (await reportErrors(pipeline, voice)) return;
  const to = targetOf(pipeline, options);
  const assume = parseAssumptions(options.assume ?? [], pipeline.checked);
  const progress = makeProgress(voice.err, voice.quiet);
  try {
    progress.show(0, 1, 'compiling');
    const bytes = await openSources(await openWorkspace(pipeline.opened.folder), pipeline.checked);
    const sha256 = documentHash(pipeline.checked.document, (text) => createHash('sha256').update(text).digest('hex'));
    const ask: CompileOptions = { bytes, sha256, assume, keepDecodePass: options.keepDecodePass ?? false };
    const first = compilePipeline(pipeline.checked, ask);
    if (first.parts.length === 0) throw nothingCompiled(pipeline.checked, first.outside);
    const { compiled, compared } = options.verify
      ? await verified(pipeline, options, first, ask, (done, total) =>
          progress.show(done, total, 'running the samples'),
        )
      : { compiled: first, compared: null };
    const written = await writeParts(compiled, to.folder, to.stem, pipeline.opened.folder);
    const examples = options.examples
      ? await writeExamples(pipeline.opened.document.name, compiled, written, to.folder, to.stem)
      : [];
    if (to.document !== null) {
      const document = compiledDocument(pipeline.checked, compiled, written, partNode);
      await replaceFile(to.document, new TextEncoder().encode(writeDocument(document)));
    }
    progress.clear();
    const report: CompileReport = { compiled, written, compared, examples, document: to.document };
    await print(voice.json ? JSON.stringify(reportJson(report), null, 2) : compileText(report, voice.out));
  } finally {
    progress.clear();
  }
}

interface Target {
  readonly folder: string;
  readonly stem: string;
  readonly document: string | null;
}

/** Where files go. A document finds what it names below its own folder, so with one all of it must be there. */
function targetOf({ opened }: Pipeline, options: CompileCommandOptions): Target {
  const named = path.basename(opened.file).replace(documentSuffix, '');
  const usage = (message: string, fix: string) => new Problem('usage', { message, fix });
  if (options.output !== undefined && !options.output.endsWith('.onnx'))
    throw usage(`--output "${options.output}" does not end in .onnx.`, 'For example: --output scenes.onnx.');
  const document = options.document === undefined ? null : path.resolve(options.document);
  if (document !== null && !document.endsWith(documentSuffix))
    throw usage(
      `--document "${options.document}" does not end in ${documentSuffix}.`,
      `For example: fused${documentSuffix}.`,
    );
  if (document === opened.file)
    throw usage('--document names the pipeline itself.', 'Choose another name: the pipeline stays as it is.');
  const output = path.resolve(options.output ?? path.join(document === null ? '.' : opened.folder, `${named}.onnx`));
  if (document !== null && path.dirname(document) !== path.resolve(opened.folder))
    throw usage(
      '--document lies in another folder than the pipeline, whose files it needs.',
      `Write it into ${opened.folder}.`,
    );
  if (document !== null && !output.startsWith(path.resolve(opened.folder) + path.sep))
    throw usage(
      'With --document the ONNX files must lie in the folder of the pipeline, or below it.',
      'Leave out --output, or name a file there.',
    );
  return { folder: path.dirname(output), stem: path.basename(output, '.onnx'), document };
}

/** Runs what was compiled from a folder of its own beside the pipeline, and takes it away again. */
async function verified(
  pipeline: Pipeline,
  options: CompileCommandOptions,
  first: Compiled,
  ask: CompileOptions,
  onProgress: (done: number, total: number) => void,
): Promise<{ readonly compiled: Compiled; readonly compared: Compared }> {
  const { folder, document } = pipeline.opened;
  const samples = await samplesOf(pipeline, options);
  const { signal, release } = cancelOnSignal();
  const engine = startEngine({ nodeFolders: options.nodes ?? [], limits: pipeline.limitOverrides });
  const trial = path.join(folder, '.tributary', 'compiled', `trial-${process.pid}`);
  const askFor = async (compiled: Compiled): Promise<CompareAsk> => {
    const written = await writeParts(compiled, trial, 'part', folder);
    const made = compiledDocument(pipeline.checked, compiled, written, partNode);
    return {
      engine,
      folder,
      plain: document,
      compiled: made,
      samples,
      signal,
      ...(options.device === undefined ? {} : { device: options.device }),
      onSample: (done) => onProgress(done, samples.length),
    };
  };
  try {
    const one = await askFor(first);
    const compared = await compareAnswers(one);
    if (compared.samples === 0) return { compiled: first, compared };
    const refused = await refusedParts(first, one);
    if (refused.size === 0) return { compiled: first, compared };
    const compiled = compilePipeline(pipeline.checked, { ...ask, oneItem: refused });
    return { compiled, compared: await compareAnswers(await askFor(compiled)) };
  } finally {
    release();
    await engine.close();
    await removeOwn(trial);
  }
}

/** For each part whose items turn out not to stay apart, its first node and the reason. */
async function refusedParts({ parts }: Compiled, ask: CompareAsk): Promise<ReadonlyMap<string, string>> {
  const nodes = ask.compiled.nodes.filter((node) => node.type === partNode.type);
  const taking = nodes.filter((_, at) => parts[at].file.batch).map((node) => node.id);
  if (taking.length === 0) return new Map();
  const refusals = await batchRefusals(ask, taking);
  return new Map(
    nodes.flatMap(({ id }, at) => {
      const why = refusals.get(id);
      return why === undefined ? [] : [[parts[at].file.nodes[0].id, `items do not stay apart in it: ${why}`] as const];
    }),
  );
}

function reportJson({ compiled, written, compared, examples, document }: CompileReport): object {
  return {
    parts: compiled.parts.map(({ file }, at) => ({
      file: written[at].file,
      sha256: written[at].sha256,
      bytes: written[at].bytes,
      nodes: file.nodes,
      batch: file.batch,
      oneItemBecause: file.oneItemBecause,
      inputs: file.inputs,
      outputs: file.outputs,
      models: file.models,
      leftOut: file.leftOut,
      tolerance: file.tolerance,
    })),
    outside: compiled.outside,
    compared,
    examples,
    document,
  };
}
