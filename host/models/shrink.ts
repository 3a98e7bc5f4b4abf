import { availableParallelism } from 'node:os';
import type { ShrinkOptions } from '../../core/onnx/shrink/options.ts';
import type { ModelShrink } from '../../core/onnx/shrink/report.ts';
import type { Feeds, ShrinkListeners } from '../../core/onnx/shrink/run.ts';
import { Problem, type ProblemData, problemFrom } from '../../core/problems/problem.ts';
import { entryPoint, startWorker } from '../entry.ts';
import { hashFile } from '../files/hashFile.ts';
import { openWorkspace } from '../files/workspace.ts';
import { targetOf, writeMade } from './madeTarget.ts';

/** A tensor set that reached a model, and what it came from. */
export interface CalibrationRun {
  readonly sample: string;
  readonly feeds: Feeds;
}

/** What the thread is started with: the model's real path, what messages call it, and the sha256 of its bytes. */
export interface ShrinkWork {
  readonly file: string;
  readonly name: string;
  readonly sha256: string;
  readonly options: ShrinkOptions;
  readonly calibration: readonly CalibrationRun[];
  readonly threads: number;
}
export type ShrinkSaid =
  | { readonly say: 'progress'; readonly done: number; readonly words: string }
  | { readonly say: 'made'; readonly bytes: Uint8Array; readonly shrink: ModelShrink }
  | { readonly say: 'failed'; readonly problem: ProblemData };

export interface MadeShrunk {
  /** Of the file that was written. */
  readonly sha256: string;
  readonly shrink: ModelShrink;
  /** Nothing stood there before. */
  readonly fresh: boolean;
}

/**
 * Writes the model `from` of a pipeline's folder, shrunk as `options` say, to `to`, with all weights inside and in one
 * step; in a thread of its own. A file that stands there is replaced if it was made so too. Throws `model-unsupported`
 * when there was nothing to shrink, `document-conflict` when another file stands there, `path-outside`, `cancelled`, and
 * whatever reading a model throws.
 */
export async function shrinkModel(
  folder: string,
  from: string,
  to: string,
  options: ShrinkOptions,
  calibration: readonly CalibrationRun[],
  listeners: ShrinkListeners = {},
): Promise<MadeShrunk> {
  const workspace = await openWorkspace(folder);
  const file = await workspace.resolvePath(from);
  const target = await targetOf(workspace, from, to);
  const sha256 = await hashFile(file);
  const threads = availableParallelism();
  const { bytes, shrink } = await shrunk({ file, name: from, sha256, options, calibration, threads }, listeners);
  if (shrink.done.length === 0) throw nothingToDo(from, shrink);
  listeners.signal?.throwIfAborted();
  return { sha256: await writeMade(target, bytes), shrink, fresh: !target.there };
}

function shrunk(
  work: ShrinkWork,
  { signal, onProgress }: ShrinkListeners,
): Promise<Extract<ShrinkSaid, { readonly say: 'made' }>> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = startWorker(entryPoint('shrinkWorker', import.meta.url), work);
    // A thread that is inside the runtime must not be ended: it stops by itself between two runs.
    const stop = () => worker.postMessage('stop');
    signal?.addEventListener('abort', stop);
    const failed = (cause: unknown) => {
      signal?.removeEventListener('abort', stop);
      reject(
        new Problem('model-failed', {
          message: `"${work.name}" could not be shrunk: the thread that was at it ended.`,
          fix: 'Free some memory, or use a smaller model.',
          where: { file: work.name },
          cause,
        }),
      );
    };
    worker.on('message', (said: ShrinkSaid) => {
      if (said.say === 'progress') onProgress?.(said.done, said.words);
      else if (said.say === 'made') resolve(said);
      else reject(problemFrom(said.problem));
    });
    worker.once('error', failed);
    worker.once('exit', (code) => failed(`code ${code}`));
  });
}

function nothingToDo(name: string, { to, left, search }: ModelShrink): Problem {
  const reasons = [...new Set(left.map(({ node, why }) => `"${node}": ${why}`))];
  const told = reasons.length === 0 ? 'it has no layer that this is for' : reasons.slice(0, 3).join('; ');
  const more = reasons.length > 3 ? `; and ${reasons.length - 3} more` : '';
  return new Problem('model-unsupported', {
    message: `Nothing in "${name}" can be made ${to}: ${told}${more}.`,
    fix: search === null ? fixes[to] : 'Allow a larger drop, calibrate on more samples, or try another method.',
    where: { file: name },
  });
}

const fixes: Readonly<Record<ModelShrink['to'], string>> = {
  float16: 'Keep the model as it is: it may be in half precision already.',
  int8: 'Keep the model as it is, or try int8-static, which is for convolutions too. Layers need constant float32 weights.',
  'int8-static': 'Keep the model as it is. Conv, MatMul and Gemm need constant float32 weights.',
  int4: 'Keep the model as it is, or try int8-static, which is for convolutions too.',
  pruned:
    'Keep the model as it is. Layers need constant float32 weights, and channels nothing behind them that needs all.',
  optimised: 'Keep the model as it is: there is nothing to fold or fuse.',
};
