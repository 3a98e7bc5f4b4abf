import path from 'node:path';
import { applyChanges } from '../core/graph/edit.ts';
import type { ShrinkOptions } from '../core/onnx/shrink/options.ts';
import { startEngine } from '../host/engine/client.ts';
import { saveDocument } from '../host/files/documentFile.ts';
import { recordsOf, removeMade } from '../host/models/makeFiles.ts';
import type { ShrinkAnswer } from '../host/shrink/pipeline.ts';
import { shrinkTrial } from '../host/shrink/trialSettings.ts';
import { readTruth } from '../host/shrink/truthFile.ts';
import { openPipeline } from './pipeline.ts';
import { samplesOf } from './profileWork.ts';
import { makeProgress } from './progress.ts';
import { makeVoice, print } from './report.ts';
import { cancelOnSignal, reportErrors } from './run.ts';
import type { ShrinkCommandOptions } from './shrink.ts';
import { shrinkText } from './shrinkText.ts';
import { sign } from './terminal.ts';

/** The command: shrinks, says what came out, and keeps the files that were asked for. */
export async function shrinkPipelineModels(target: string, options: ShrinkCommandOptions): Promise<void> {
  const voice = makeVoice(options);
  const pipeline = await openPipeline(target, options);
  if (await reportErrors(pipeline, voice)) return;
  const { opened } = pipeline;
  const truth = options.truth === undefined ? {} : await readTruth(options.truth);
  const samples = await samplesOf(pipeline, options);
  const { signal, release } = cancelOnSignal();
  const engine = startEngine({ nodeFolders: options.nodes ?? [], limits: pipeline.limitOverrides });
  const progress = makeProgress(voice.err, voice.quiet);
  try {
    const answer = await engine.shrink(
      {
        folder: opened.folder,
        samples,
        limits: pipeline.limitOverrides,
        ...(options.device === undefined ? {} : { device: options.device }),
      },
      opened.document,
      {
        options: methodOptions(options),
        nodes: options.node ?? [],
        ...(options.output === undefined ? {} : { path: insideFolder(options.output) }),
        truth,
        trial: options.latency
          ? { ...shrinkTrial, budgetMs: 1000 * (options.budget ?? shrinkTrial.budgetMs / 1000) }
          : null,
      },
      { signal, onProgress: ({ done, words }) => progress.show(Math.round(done * 100), 100, words) },
    );
    progress.clear();
    const kept = options.apply === true || options.output !== undefined;
    if (!kept) await removeMade(opened.folder, filesOf(answer));
    const applied = options.apply === true ? await apply(answer) : null;
    if (voice.json) await print(JSON.stringify({ report: answer.report, kept, applied: options.apply === true }));
    else {
      const sections = [shrinkText(answer.report, voice.out)];
      if (applied !== null) sections.push(`the pipeline uses it now ${sign(voice.out, 'arrow')} ${opened.file}`);
      else if (kept)
        sections.push(answer.made.map((file) => `kept ${sign(voice.out, 'arrow')} ${file.path}`).join('\n'));
      else sections.push('Nothing was kept: --apply lets the pipeline use it, --output keeps the file alone.');
      await print(sections.join('\n\n'));
    }
  } finally {
    progress.clear();
    release();
    await engine.close();
  }

  async function apply(answer: ShrinkAnswer): Promise<string> {
    const document = applyChanges(opened.document, answer.changes);
    const records = recordsOf(document, filesOf(answer));
    await saveDocument(opened.file, applyChanges(document, records), { replaces: opened.sha256 });
    return opened.file;
  }

  function insideFolder(output: string): string {
    // As the pipeline names its files: from its folder, with /.
    const named = path.isAbsolute(output) ? path.relative(opened.folder, output) : output;
    return named.split(path.sep).join('/');
  }
}

function filesOf({ made, report }: ShrinkAnswer) {
  return made.map((file) => ({ ...file, how: report.to }));
}

function methodOptions(options: ShrinkCommandOptions): ShrinkOptions {
  const { to, device, zeroPoints, except, keepFirst, keepLast, bits, activations, calibration, percentile } = options;
  const { blockSize, edges, maxError, prune, share, sensitivity, maxDrop, level, exceptOperator } = options;
  return {
    ...{ to, except, keepFirst, keepLast, bits, activations, calibration, percentile },
    ...{ blockSize, edges, maxError, prune, share, sensitivity, maxDrop, level, exceptOperators: exceptOperator },
    ...(zeroPoints ? { symmetric: false } : {}),
    ...(device === undefined || device === 'auto' ? {} : { device }),
  };
}
