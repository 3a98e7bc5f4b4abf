import { setMaxListeners } from 'node:events';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { BenchTarget } from '../../core/profile/bench.ts';
import type { LoadCurve, LoadResult, LoadSettings } from '../../core/profile/load.ts';
import { runLoadCurve } from '../../core/profile/loadCurve.ts';
import { type Loop, RunnableSamples, warmUp } from '../../core/profile/measure.ts';
import { seededRandom } from '../../core/profile/random.ts';
import type { Bed } from './bed.ts';
import type { JobListeners } from './bench.ts';
import { batchParams, requestsTo } from './requests.ts';
import { asProblem, betweenRuns, cancelledProblem, Runner, samplesOf } from './runner.ts';

const warmUpMs = 2_000;

/** Puts load on a document, one curve for each batch size, each with model sessions of its own. */
export async function loadOf(
  bed: Bed,
  target: BenchTarget,
  document: PipelineDocument,
  settings: LoadSettings,
  listeners: JobListeners,
): Promise<LoadResult> {
  const signal = listeners.signal ?? new AbortController().signal;
  setMaxListeners(0, signal);
  const createdAt = new Date().toISOString();
  const batches = settings.batches.length > 0 ? settings.batches : [0];
  const curves: LoadCurve[] = [];
  try {
    for (const [place, batch] of batches.entries()) {
      const say = (done: number, words: string): void =>
        listeners.onProgress?.({
          phase: 'load',
          done: (place + done) / batches.length,
          words: batch === 0 ? words : `batch ${batch}: ${words}`,
        });
      say(0, 'warming up');
      const tuned = batch === 0 ? document : await withBatch(bed, target, document, batch);
      curves.push(await curveOf(bed, target, tuned, batch, settings, signal, say));
    }
  } catch (error) {
    throw signal.aborted ? cancelledProblem(signal.reason) : asProblem(error);
  }
  return { createdAt, settings, curves };
}

async function curveOf(
  bed: Bed,
  target: BenchTarget,
  document: PipelineDocument,
  batch: number,
  settings: LoadSettings,
  signal: AbortSignal,
  say: (done: number, words: string) => void,
): Promise<LoadCurve> {
  const prepared = await bed.prepareAlone(target, document);
  try {
    const runner = new Runner(prepared, samplesOf(target), signal);
    const samples = new RunnableSamples(runner.samples.length);
    const loop: Loop = {
      now: () => performance.now(),
      random: seededRandom(settings.seed),
      signal,
      samples,
      runOnce: async (sample) => {
        await betweenRuns();
        return (await runner.run(sample)).ms;
      },
    };
    await warmUp(loop, performance.now() + warmUpMs, { toProblem: asProblem });
    signal.throwIfAborted();
    return await runLoadCurve(batch, settings, requestsTo(runner, samples.left()), ({ done, words }) =>
      say(done, words),
    );
  } finally {
    await prepared.close();
  }
}

/** The document with every model that can batch set to a size. Throws `usage` when there is none. */
async function withBatch(
  bed: Bed,
  target: BenchTarget,
  document: PipelineDocument,
  batch: number,
): Promise<PipelineDocument> {
  const knobs = batchParams(await bed.prepare(target, document));
  if (knobs.length === 0) {
    throw new Problem('usage', {
      message: `"${document.name}" has no model whose runs could go through it together, so a batch of ${batch} changes nothing.`,
      fix: 'Measure the load without batch sizes.',
    });
  }
  return {
    ...document,
    nodes: document.nodes.map((node) => {
      const own = knobs.filter((knob) => knob.node === node.id).map(({ param }) => [param, batch]);
      return own.length === 0 ? node : { ...node, params: { ...node.params, ...Object.fromEntries(own) } };
    }),
  };
}
