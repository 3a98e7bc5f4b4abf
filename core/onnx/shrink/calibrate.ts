import { create } from '@bufbuild/protobuf';
import { Problem } from '../../problems/problem.ts';
import { changed } from '../change.ts';
import { nameMaker } from '../constants.ts';
import { type GraphProto, type ModelProto, ValueInfoProtoSchema } from '../gen/onnx-ml_pb.ts';
import { intAttribute, makeNode } from '../makeNode.ts';
import { entropyThreshold, Histogram } from './histogram.ts';
import type { Range } from './quantisation.ts';
import { type Feeds, type ModelRunner, type ShrinkListeners, withModel } from './run.ts';

/**
 * How the range of a tensor is found: all that was seen (`minMax`), all but a share of outliers (`percentile`), or where
 * the distribution differs least from its 8-bit steps (`entropy`).
 */
export type CalibrationMethod = 'minMax' | 'entropy' | 'percentile';
export interface CalibrationOptions {
  readonly method?: CalibrationMethod;
  /** Of the values, by `percentile`: what lies between this share's two ends is kept. Default 99.999. */
  readonly percentile?: number;
}

const bins = 2048;
/** Values looked at in one run of the model: all at once would need the memory of all of them. */
const atOnce = 24;

/**
 * Ranges of values inside a model over calibration data, by giving it those values as outputs (their extremes alone for
 * `minMax`). Runs the model once for each of the feeds, and for a histogram once more for every 24 tensors.
 */
export async function calibrate(
  runner: ModelRunner,
  model: ModelProto,
  tensors: readonly string[],
  feeds: readonly Feeds[],
  { method = 'minMax', percentile = 99.999 }: CalibrationOptions = {},
  listeners: ShrinkListeners = {},
): Promise<ReadonlyMap<string, Range>> {
  if (feeds.length === 0)
    throw new Problem('usage', {
      message: 'There is nothing to calibrate on: no tensors reached the model.',
      fix: 'Give inputs that the pipeline can run on.',
    });
  if (tensors.length === 0) return new Map();
  const { signal, onProgress } = listeners;
  const exact = await extremesOf(runner, model, tensors, feeds, {
    signal,
    onProgress: (done, words) => onProgress?.(method === 'minMax' ? done : done / 2, words),
  });
  if (method === 'minMax') return exact;
  const ranges = new Map<string, Range>();
  for (let from = 0; from < tensors.length; from += atOnce) {
    const some = tensors.slice(from, from + atOnce);
    const seen = await histogramsOf(runner, model, some, exact, feeds, method, signal);
    for (const [name, histogram] of seen) ranges.set(name, keptRange(exact.get(name), histogram, method, percentile));
    onProgress?.(0.5 + (0.5 * Math.min(tensors.length, from + atOnce)) / tensors.length, 'looking at distributions');
  }
  for (const name of tensors) if (!ranges.has(name)) ranges.set(name, exact.get(name) ?? unknown);
  return ranges;
}

const unknown: Range = { min: Number.NaN, max: Number.NaN };

function keptRange(exact: Range = unknown, histogram: Histogram, method: CalibrationMethod, percentile: number): Range {
  if (method === 'entropy') {
    // A tensor that is never negative has all steps on one side.
    const threshold = entropyThreshold(histogram, exact.min >= 0 ? 256 : 128);
    return { min: Math.max(exact.min, -threshold), max: Math.min(exact.max, threshold) };
  }
  const cut = (100 - percentile) / 200;
  return {
    min: Math.max(exact.min, histogram.quantile(cut, 'lower')),
    max: Math.min(exact.max, histogram.quantile(1 - cut, 'upper')),
  };
}

async function extremesOf(
  runner: ModelRunner,
  model: ModelProto,
  tensors: readonly string[],
  feeds: readonly Feeds[],
  { signal, onProgress }: ShrinkListeners,
): Promise<ReadonlyMap<string, Range>> {
  const graph = model.graph as GraphProto;
  const fresh = nameMaker(graph);
  const names = tensors.map((name) => [name, fresh(`${name}_min`), fresh(`${name}_max`)] as const);
  const reductions = names.flatMap(([name, min, max]) => [
    makeNode('ReduceMin', [name], [min], [intAttribute('keepdims', 0)]),
    makeNode('ReduceMax', [name], [max], [intAttribute('keepdims', 0)]),
  ]);
  const looking = withOutputs(
    changed(model, { graph: changed(graph, { node: [...graph.node, ...reductions] }) }),
    names.flatMap(([, min, max]) => [min, max]),
  );
  const ranges = new Map<string, { min: number; max: number }>();
  await withModel(runner, looking, 'plain', async (opened) => {
    for (const [at, one] of feeds.entries()) {
      signal?.throwIfAborted();
      const seen = await opened.run(one);
      for (const [name, min, max] of names) {
        const known = ranges.get(name) ?? { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
        // Math.min gives NaN for NaN, which must not be lost.
        known.min = Math.min(known.min, Number(seen[min].data[0]));
        known.max = Math.max(known.max, Number(seen[max].data[0]));
        ranges.set(name, known);
      }
      onProgress?.((at + 1) / feeds.length, `calibration run ${at + 1} of ${feeds.length}`);
    }
  });
  return ranges;
}

async function histogramsOf(
  runner: ModelRunner,
  model: ModelProto,
  tensors: readonly string[],
  exact: ReadonlyMap<string, Range>,
  feeds: readonly Feeds[],
  method: CalibrationMethod,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Histogram>> {
  const fold = method === 'entropy';
  const histograms = new Map<string, Histogram>();
  for (const name of tensors) {
    const { min, max } = exact.get(name) ?? unknown;
    if (!Number.isFinite(min) || !Number.isFinite(max)) continue;
    histograms.set(name, fold ? new Histogram(0, Math.max(-min, max), bins) : new Histogram(min, max, bins));
  }
  await withModel(runner, withOutputs(model, [...histograms.keys()]), 'plain', async (opened) => {
    for (const one of feeds) {
      signal?.throwIfAborted();
      const seen = await opened.run(one);
      for (const [name, histogram] of histograms) {
        const value = name in seen ? seen[name] : one[name];
        if (value?.dtype === 'float32') histogram.add(value.data, fold);
      }
    }
  });
  return histograms;
}

/** The model with more values as outputs; the runtime finds their types. Inputs are known to who feeds them. */
export function withOutputs(model: ModelProto, names: readonly string[]): ModelProto {
  const graph = model.graph as GraphProto;
  const known = new Set([...graph.output, ...graph.input].map((info) => info.name));
  const declared = new Map(graph.valueInfo.map((info) => [info.name, info]));
  const more = names
    .filter((name) => !known.has(name))
    .map((name) => declared.get(name) ?? create(ValueInfoProtoSchema, { name }));
  return changed(model, { graph: changed(graph, { output: [...graph.output, ...more] }) });
}
