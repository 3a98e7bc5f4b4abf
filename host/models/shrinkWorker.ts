import { parentPort, workerData } from 'node:worker_threads';
import { deflateRawSync } from 'node:zlib';
import type { ModelProto } from '../../core/onnx/gen/onnx-ml_pb.ts';
import { madeFromKey, madeHowKey, withMetadata } from '../../core/onnx/metadata.ts';
import { writeModel } from '../../core/onnx/read.ts';
import { outputError } from '../../core/onnx/shrink/error.ts';
import type { ShrinkOptions } from '../../core/onnx/shrink/options.ts';
import type { ModelShrink } from '../../core/onnx/shrink/report.ts';
import { answersOf, type Feeds, type ModelRunner, type ShrinkListeners } from '../../core/onnx/shrink/run.ts';
import { type Shrunk, shrink } from '../../core/onnx/shrink/shrink.ts';
import { weightBytes } from '../../core/onnx/weightBytes.ts';
import { Problem, toProblemData } from '../../core/problems/problem.ts';
import { optimiseModel } from './optimise.ts';
import { readWholeModel } from './readWhole.ts';
import type { ShrinkSaid, ShrinkWork } from './shrink.ts';
import { makeModelRunner } from './shrinkRunner.ts';
import { makeStopwatch } from './stopwatch.ts';

/** A thread that shrinks one model and ends. */
const stop = new AbortController();
parentPort?.on('message', () => {
  stop.abort(new Problem('cancelled', { message: 'Shrinking was cancelled.', fix: 'Start it again.' }));
});

async function work({ file, name, sha256, options, calibration, threads }: ShrinkWork): Promise<ShrinkSaid> {
  const listeners: ShrinkListeners = {
    signal: stop.signal,
    onProgress: (done, words) => say({ say: 'progress', done, words }),
  };
  const model = await readWholeModel(file, name);
  const runner = makeModelRunner(name, threads);
  const feeds = calibration.map((run) => run.feeds);
  const stopwatch = feeds.length === 0 ? null : makeStopwatch(name, feeds[0], threads, runner);
  const bytesBefore = writeModel(model).length;
  const made =
    options.to === 'optimised'
      ? await optimised(model, name, options, feeds, runner, listeners)
      : await shrink({ model, name, options, feeds, runner, stopwatch, listeners });
  const bytes = writeModel(withMetadata(made.model, { [madeFromKey]: sha256, [madeHowKey]: made.how }));
  const packed = options.to === 'pruned';
  const { error } = made;
  const report: ModelShrink = {
    to: options.to,
    how: made.how,
    done: made.layers.done,
    left: made.layers.left,
    bytesBefore,
    bytesAfter: bytes.length,
    zippedBefore: packed ? zippedBytes(writeModel(model)) : null,
    zippedAfter: packed ? zippedBytes(bytes) : null,
    error,
    worstSample: error === null ? null : (calibration[error.worst]?.sample ?? null),
    calibratedOn: feeds.length,
    sensitivity: made.sensitivity,
    search: made.search,
    warnings: made.warnings,
  };
  return { say: 'made', bytes, shrink: report };
}

async function optimised(
  model: ModelProto,
  name: string,
  { device = 'cpu', level = 'extended', bestOf }: ShrinkOptions,
  feeds: readonly Feeds[],
  runner: ModelRunner,
  listeners: ShrinkListeners,
): Promise<Shrunk> {
  const { model: made, gone, nodesBefore, nodesAfter } = await optimiseModel(model, name, device, level);
  const [bytesBefore, bytesAfter] = [weightBytes(model), weightBytes(made)];
  // Operators that only the device has cannot be run here.
  const error =
    feeds.length === 0 || device !== 'cpu'
      ? null
      : outputError(
          await answersOf(runner, model, feeds, listeners),
          await answersOf(runner, made, feeds, listeners),
          bestOf,
        );
  return {
    model: made,
    how: `optimised for ${device} by ONNX Runtime (${level}): ${nodesBefore} nodes became ${nodesAfter}`,
    layers: { done: gone, left: [], bytesBefore, bytesAfter },
    error,
    sensitivity: [],
    search: null,
    warnings: [
      ...(level === 'basic'
        ? []
        : [`The file holds operators of ONNX Runtime for ${device}: other engines and other devices may not run it.`]),
      'The runtime does the same each time it opens a model; a file spares that time, and runs no faster after it.',
    ],
  };
}

function zippedBytes(bytes: Uint8Array): number {
  return deflateRawSync(bytes).length;
}

function say(said: ShrinkSaid): void {
  parentPort?.postMessage(said);
}

work(workerData as ShrinkWork)
  .then(say, (error: unknown) => say({ say: 'failed', problem: toProblemData(error, 'model-invalid') }))
  .finally(() => parentPort?.close());
