import path from 'node:path';
import { parseAssumptions } from '../core/lower/parseAssumptions.ts';
import { type CompiledFiles, compileFiles } from '../host/compile/compileFiles.ts';
import { type CompileTarget, compileTarget } from '../host/compile/target.ts';
import { startEngine } from '../host/engine/client.ts';
import { documentSuffix } from '../host/files/documentFile.ts';
import type { CompileCommandOptions } from './compile.ts';
import { compileText } from './compileText.ts';
import { partNode } from './fused.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';
import { samplesOf } from './profileWork.ts';
import { makeProgress } from './progress.ts';
import { makeVoice, print } from './report.ts';
import { cancelOnSignal, reportErrors } from './run.ts';

/** The command: compiles, holds the files against the nodes, writes them, and says what came out. */
export async function compileCommand(target: string, options: CompileCommandOptions): Promise<void> {
  const voice = makeVoice(options);
  const pipeline = await openPipeline(target, options);
  if (await reportErrors(pipeline, voice)) return;
  const to = targetOf(pipeline, options);
  const assume = parseAssumptions(options.assume ?? [], pipeline.checked);
  const samples = options.verify ? await samplesOf(pipeline, options) : [];
  const progress = makeProgress(voice.err, voice.quiet);
  const { signal, release } = cancelOnSignal();
  const engine = startEngine({ nodeFolders: options.nodes ?? [], limits: pipeline.limitOverrides });
  try {
    progress.show(0, 1, 'compiling');
    const report = await compileFiles({
      checked: pipeline.checked,
      folder: pipeline.opened.folder,
      to,
      node: partNode,
      assume,
      keepDecodePass: options.keepDecodePass ?? false,
      apart: options.apart ?? false,
      examples: options.examples,
      verify: options.verify
        ? {
            engine,
            samples,
            signal,
            ...(options.device === undefined ? {} : { device: options.device }),
            onSample: (done, total) => progress.show(done, total, 'running the samples'),
          }
        : null,
    });
    progress.clear();
    await print(voice.json ? JSON.stringify(reportJson(report), null, 2) : compileText(report, voice.out));
  } finally {
    progress.clear();
    release();
    await engine.close();
  }
}

function targetOf({ opened }: Pipeline, options: CompileCommandOptions): CompileTarget {
  const named = path.basename(opened.file).replace(documentSuffix, '');
  const document = options.document === undefined ? null : path.resolve(options.document);
  const output = path.resolve(options.output ?? path.join(document === null ? '.' : opened.folder, `${named}.onnx`));
  return compileTarget({ output, document, file: opened.file, folder: opened.folder });
}

function reportJson({ compiled, written, compared, examples, document }: CompiledFiles): object {
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
