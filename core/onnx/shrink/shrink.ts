import type { ModelProto } from '../gen/onnx-ml_pb.ts';
import { dropOf, type OutputError, outputError } from './error.ts';
import { judged } from './judge.ts';
import { largestSet } from './largestSet.ts';
import { type LayerTimes, layerMs } from './layerTimes.ts';
import { type MadeModel, type Method, methodFor, type ShrinkAsk } from './methods.ts';
import { fastestMix, type Mix } from './mix.ts';
import type { LayerSensitivity, MixSearch } from './report.ts';
import { answersOf, type ShrinkListeners } from './run.ts';
import { evenly, sensitivityOf } from './sensitivity.ts';
import type { LayerReport } from './staticInt8.ts';

export interface Shrunk {
  readonly model: ModelProto;
  readonly how: string;
  readonly layers: LayerReport;
  readonly error: OutputError | null;
  readonly sensitivity: readonly LayerSensitivity[];
  readonly search: MixSearch | null;
  readonly warnings: readonly string[];
}

/** Relative error that half precision may bring unless said otherwise: what rounding alone gives stays well below. */
const halfError = 1e-2;
/** Feeds that mixes of half precision are tried on. */
const mostHalfFeeds = 16;

/**
 * Shrinks a model by one method: all layers, or the fastest mix within `maxDrop`; for float16 as many as hold `maxError`.
 * Then holds the answers against those of the model as it was, on all feeds.
 */
export async function shrink(ask: ShrinkAsk): Promise<Shrunk> {
  const { options, listeners, feeds } = ask;
  const part = (from: number, to: number): ShrinkListeners => ({
    ...listeners,
    onProgress: (done, words) => listeners.onProgress?.(from + done * (to - from), words),
  });
  const method = await methodFor({ ...ask, listeners: part(0, 0.2) });
  const all = method.make();
  const seeking = options.maxDrop !== undefined && options.to !== 'float16';
  const rows =
    (seeking || options.sensitivity) && feeds.length > 0 && all.report.done.length > 0
      ? await sensitivityOf(
          { ...ask, listeners: part(0.2, 0.6) },
          method,
          all.report.done,
          await timesOf(ask, method, all),
        )
      : [];
  let made = all;
  let mix: Mix | null = null;
  if (feeds.length > 0 && all.report.done.length > 0) {
    if (options.to === 'float16') made = await halfWithin({ ...ask, listeners: part(0.6, 0.9) }, method, all);
    else if (options.maxDrop !== undefined) {
      mix = await fastestMix({ ...ask, listeners: part(0.6, 0.9) }, method, rows, options.maxDrop);
      made = method.make(mix.layers);
    }
  }
  const error = feeds.length === 0 ? null : await errorOf({ ...ask, listeners: part(0.9, 1) }, method, made);
  return {
    model: made.model,
    how: method.how(made),
    layers: mix === null ? made.report : { ...made.report, left: leftBy(mix, all, made) },
    error,
    sensitivity: rows,
    search: mix?.search ?? null,
    warnings: [...method.warnings(made), ...calibrationWarnings(ask)],
  };
}

async function errorOf(
  { runner, feeds, listeners, options }: ShrinkAsk,
  method: Method,
  made: MadeModel,
): Promise<OutputError> {
  const wanted = await answersOf(runner, method.before, feeds, listeners);
  const got = await answersOf(runner, made.judged ?? made.model, feeds, listeners);
  return outputError(wanted, got, options.bestOf);
}

async function timesOf({ stopwatch }: ShrinkAsk, method: Method, all: MadeModel): Promise<LayerTimes | null> {
  const { graph } = method.before;
  if (stopwatch === null || !method.timed || graph === undefined) return null;
  const layers = all.report.done;
  return {
    before: layerMs(graph, layers, await stopwatch.operators(method.before)),
    after: layerMs(graph, layers, await stopwatch.operators(all.model)),
  };
}

/** As many nodes in half precision as the answers allow. */
async function halfWithin(ask: ShrinkAsk, method: Method, all: MadeModel): Promise<MadeModel> {
  const { runner, listeners, options } = ask;
  const feeds = evenly(ask.feeds, mostHalfFeeds);
  const { maxError = halfError, maxDrop } = options;
  const wanted = await answersOf(runner, method.before, feeds, listeners);
  const nodes = all.report.done;
  let tried = 0;
  const { taken } = await largestSet(nodes, async (some) => {
    listeners.signal?.throwIfAborted();
    tried++;
    listeners.onProgress?.(1 - 1 / (1 + tried / 10), `${some.length} of ${nodes.length} nodes in half precision`);
    const made = some.length === nodes.length ? all : method.make(new Set(some));
    const error = await judged(ask, made, feeds, wanted);
    return maxDrop === undefined ? error.relative <= maxError : dropOf(error) <= maxDrop;
  });
  return taken.length === nodes.length ? all : method.make(new Set(taken));
}

/** Why layers stayed: those that nothing can be done with, and those that the mix leaves. */
function leftBy({ slow, search }: Mix, all: MadeModel, made: MadeModel): LayerReport['left'] {
  const costs = `with it the answers would lose more than ${Number((100 * search.maxDrop).toPrecision(3))} %`;
  const done = new Set(made.report.done);
  const unchosen = all.report.done.filter((node) => !done.has(node));
  return [
    ...all.report.left,
    ...unchosen.map((node) => ({ node, why: slow.has(node) ? 'the model is faster here without it' : costs })),
  ];
}

const fewFeeds = 8;

function calibrationWarnings({ options, feeds }: ShrinkAsk): readonly string[] {
  const judges = options.maxDrop !== undefined || options.to === 'int8-static';
  if (!judges || feeds.length >= fewFeeds) return [];
  const runs = `${feeds.length} ${feeds.length === 1 ? 'run' : 'runs'} of the model`;
  return [
    `All of this stands on ${runs}: values that lie further out in use are cut off. A hundred varied samples are better.`,
  ];
}
