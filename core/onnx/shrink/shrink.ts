import { Problem } from '../../problems/problem.ts';
import type { GraphProto, ModelProto } from '../gen/onnx-ml_pb.ts';
import { calibrate } from './calibrate.ts';
import type { ShrinkOptions } from './options.ts';
import type { Feeds, ModelRunner, ShrinkListeners } from './run.ts';
import {
  type LayerReport,
  quantiseStatic,
  readyForStatic,
  type StaticOptions,
  tensorsToObserve,
} from './staticInt8.ts';

/** What a shrinking method is given to work with. */
export interface ShrinkAsk {
  readonly model: ModelProto;
  /** What messages call it. */
  readonly name: string;
  readonly options: ShrinkOptions;
  /** What reached the model on the pipeline's samples. */
  readonly feeds: readonly Feeds[];
  readonly runner: ModelRunner;
  readonly listeners: ShrinkListeners;
}
export interface Shrunk {
  readonly model: ModelProto;
  readonly how: string;
  readonly layers: LayerReport;
}

export async function shrinkStatic({ model, name, options, feeds, runner, listeners }: ShrinkAsk): Promise<Shrunk> {
  const ready = readyForStatic(model, name);
  const choice = staticOptions(options);
  const { calibration = 'minMax', percentile } = options;
  const tensors = tensorsToObserve(ready, choice);
  const ranges = await calibrate(runner, ready, tensors, feeds, { method: calibration, percentile }, listeners);
  const { model: made, report } = quantiseStatic(ready, ranges, choice);
  const { activations = 'uint8', bits = 7 } = choice;
  const how = `static int8: ${report.done.length} layers, weights of ${bits} bits with a scale for each channel, activations ${activations} calibrated by ${calibration} on ${feeds.length} ${feeds.length === 1 ? 'run' : 'runs'}`;
  return { model: made, how, layers: report };
}

function staticOptions({ activations, bits, except, keepFirst, keepLast }: ShrinkOptions): StaticOptions {
  return { activations, bits, keepFirst, keepLast, ...(except === undefined ? {} : { except: new Set(except) }) };
}
