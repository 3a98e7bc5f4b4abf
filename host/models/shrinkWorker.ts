import { parentPort, workerData } from 'node:worker_threads';
import { madeFromKey, madeHowKey, withMetadata } from '../../core/onnx/metadata.ts';
import { writeModel } from '../../core/onnx/read.ts';
import { outputError } from '../../core/onnx/shrink/error.ts';
import type { ModelShrink } from '../../core/onnx/shrink/report.ts';
import { answersOf, type ShrinkListeners } from '../../core/onnx/shrink/run.ts';
import { type ShrinkAsk, shrinkStatic } from '../../core/onnx/shrink/shrink.ts';
import { Problem, toProblemData } from '../../core/problems/problem.ts';
import { readWholeModel } from './readWhole.ts';
import type { ShrinkSaid, ShrinkWork } from './shrink.ts';
import { makeModelRunner } from './shrinkRunner.ts';

/** A thread that shrinks one model and ends. */
const stop = new AbortController();
parentPort?.on('message', () => {
  stop.abort(new Problem('cancelled', { message: 'Shrinking was cancelled.', fix: 'Start it again.' }));
});

async function shrink({ file, name, sha256, options, calibration, threads }: ShrinkWork): Promise<ShrinkSaid> {
  const listeners: ShrinkListeners = {
    signal: stop.signal,
    onProgress: (done, words) => say({ say: 'progress', done, words }),
  };
  const model = await readWholeModel(file, name);
  const runner = makeModelRunner(name, threads);
  const feeds = calibration.map((run) => run.feeds);
  const ask: ShrinkAsk = { model, name, options, feeds, runner, listeners };
  const bytesBefore = writeModel(model).length;
  const made = await shrinkStatic(ask);
  const bytes = writeModel(withMetadata(made.model, { [madeFromKey]: sha256, [madeHowKey]: made.how }));
  const error =
    feeds.length === 0
      ? null
      : outputError(
          await answersOf(runner, model, feeds, listeners),
          await answersOf(runner, made.model, feeds, listeners),
        );
  const report: ModelShrink = {
    to: options.to,
    how: made.how,
    done: made.layers.done,
    left: made.layers.left,
    bytesBefore,
    bytesAfter: bytes.length,
    zippedBefore: null,
    zippedAfter: null,
    error,
    worstSample: error === null ? null : (calibration[error.worst]?.sample ?? null),
    calibratedOn: feeds.length,
    sensitivity: [],
    search: null,
    warnings: [],
  };
  return { say: 'made', bytes, shrink: report };
}

function say(said: ShrinkSaid): void {
  parentPort?.postMessage(said);
}

shrink(workerData as ShrinkWork)
  .then(say, (error: unknown) => say({ say: 'failed', problem: toProblemData(error, 'model-invalid') }))
  .finally(() => parentPort?.close());
