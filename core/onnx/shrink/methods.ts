import type { GraphProto, ModelProto, NodeProto } from '../gen/onnx-ml_pb.ts';
import { quantiseDynamic } from '../quantise.ts';
import { quantiseTables } from '../quantiseTables.ts';
import { weightBytes } from '../weightBytes.ts';
import { calibrate } from './calibrate.ts';
import { halfCandidates, toFloat16 } from './float16.ts';
import { emulateFloat16 } from './float16Emulated.ts';
import { quantiseInt4 } from './int4.ts';
import { isWeighted, nodeName } from './layers.ts';
import type { TimedOperator } from './layerTimes.ts';
import type { ShrinkOptions } from './options.ts';
import { pruneChannels } from './pruneChannels.ts';
import { pruneWeights } from './pruneWeights.ts';
import type { Feeds, ModelRunner, ShrinkListeners } from './run.ts';
import {
  type LayerReport,
  quantiseStatic,
  readyForStatic,
  type StaticOptions,
  tensorsToObserve,
} from './staticInt8.ts';
import type { LayerChoice } from './staticPlan.ts';
import { dtypesOf } from './valueTypes.ts';

/** What a shrinking method is given to work with. */
export interface ShrinkAsk {
  readonly model: ModelProto;
  /** What messages call it. */
  readonly name: string;
  readonly options: ShrinkOptions;
  /** What reached the model on the pipeline's samples. */
  readonly feeds: readonly Feeds[];
  readonly runner: ModelRunner;
  /** Null where nothing can be measured. */
  readonly stopwatch: Stopwatch | null;
  readonly listeners: ShrinkListeners;
}

/** Measures models on the first of the feeds. */
export interface Stopwatch {
  /** What each operator takes in one run, by the runtime's own profiler. */
  operators(model: ModelProto): Promise<readonly TimedOperator[]>;
  /** The ratio of their times, second to first, run in turns; a median. */
  ratio(first: ModelProto, second: ModelProto): Promise<number>;
}

export interface MadeModel {
  readonly model: ModelProto;
  /** What answers as the model will where it is meant to run, when that is not how it answers here. */
  readonly judged?: ModelProto;
  readonly report: LayerReport;
}

/** A method made ready for one model: makes it with all layers or with some. */
export interface Method {
  /** What stands for all layers, to hold others against. */
  readonly before: ModelProto;
  make(only?: ReadonlySet<string>): MadeModel;
  /** One line for what was made. */
  how(made: MadeModel): string;
  readonly warnings: (made: MadeModel) => readonly string[];
  /** It is there to save time, here. */
  readonly timed: boolean;
}

/** Methods that core can do by itself; the runtime's own optimisation is the host's. */
export async function methodFor(given: ShrinkAsk): Promise<Method> {
  const ask = { ...given, options: { ...given.options, except: namedExcept(given) } };
  const { options } = ask;
  switch (options.to) {
    case 'int8-static':
      return staticMethod(ask);
    case 'int8':
      return dynamicMethod(ask);
    case 'int4':
      return int4Method(ask);
    case 'pruned':
      return options.prune === 'channels' ? channelMethod(ask) : weightMethod(ask);
    case 'float16':
      return halfMethod(ask);
    case 'optimised':
      throw new TypeError('the runtime optimises, not core');
  }
}

/** Layers to leave, by name: those of operators to leave among them. */
function namedExcept({ model, options: { except, exceptOperators = [] } }: ShrinkAsk): readonly string[] | undefined {
  if (exceptOperators.length === 0) return except;
  const blocked = (model.graph?.node ?? []).filter(({ opType }) => exceptOperators.includes(opType));
  return [...(except ?? []), ...blocked.map(nodeName)];
}

function choiceOf({ except, keepFirst, keepLast }: ShrinkOptions) {
  return { keepFirst, keepLast, ...(except === undefined ? {} : { except: new Set(except) }) };
}

async function staticMethod({ model, name, options, feeds, runner, listeners }: ShrinkAsk): Promise<Method> {
  const before = readyForStatic(model, name);
  const { calibration = 'minMax', percentile, activations = 'uint8', bits = 7 } = options;
  const choice: StaticOptions = { ...choiceOf(options), activations, bits };
  const tensors = tensorsToObserve(before, choice);
  const ranges = await calibrate(runner, before, tensors, feeds, { method: calibration, percentile }, listeners);
  return {
    before,
    timed: true,
    make: (only) => {
      const chosen = only === undefined ? choice : { ...choice, only };
      return withTables(quantiseStatic(before, ranges, chosen), chosen);
    },
    how: ({ report }) =>
      `static int8: ${layersText(report)}, weights of ${bits} bits with a scale for each channel, activations ${activations} calibrated by ${calibration} on ${feeds.length} ${feeds.length === 1 ? 'run' : 'runs'}`,
    warnings: () => [
      ...byteWarnings(bits),
      ...(activations === 'int8'
        ? [
            'Symmetric int8 activations are for engines that want them (TensorRT); the CPU provider leaves ReLU between such layers in float, and uint8 is faster there.',
          ]
        : []),
    ],
  };
}

function dynamicMethod({ model, options }: ShrinkAsk): Method {
  const { bits = 7 } = options;
  const except = exceptOf(model, options, ({ opType }) => opType !== 'Conv');
  return {
    before: model,
    timed: true,
    make: (only) => {
      const { model: made, report } = quantiseDynamic(model, { bits, except, ...(only === undefined ? {} : { only }) });
      const { quantised, ...rest } = report;
      return { model: made, report: { ...rest, done: quantised } };
    },
    how: ({ report }) =>
      `dynamic int8: ${productsText(model, report)}, weights of ${bits} bits with a scale for each column`,
    warnings: () => byteWarnings(bits),
  };
}

function int4Method({ model, options }: ShrinkAsk): Method {
  const { blockSize = 32, symmetric = true } = options;
  const choice = { ...choiceOf(options), blockSize, symmetric };
  return {
    before: model,
    timed: true,
    make: (only) => {
      const chosen = only === undefined ? choice : { ...choice, only };
      return withTables(quantiseInt4(model, chosen), chosen);
    },
    how: ({ report }) =>
      `int4: ${productsText(model, report, ' in int8')}, ${symmetric ? 'symmetric' : 'with zero points'}, a scale for each ${blockSize} weights`,
    warnings: () => [
      'MatMulNBits is an operator of ONNX Runtime alone (com.microsoft): other engines cannot read the file.',
    ],
  };
}

function weightMethod({ model, options }: ShrinkAsk): Method {
  const { share = 0.5 } = options;
  const choice = { ...choiceOf(options), share };
  return {
    before: model,
    timed: false,
    make: (only) => pruneWeights(model, only === undefined ? choice : { ...choice, only }),
    how: ({ report }) =>
      `pruned: the smallest ${percentText(share)} of the weights of each of ${layersText(report)} are zero`,
    warnings: () => [
      'Zeros take as many bytes in the file and as much time in this runtime as other numbers: only a packed file is smaller.',
    ],
  };
}

function channelMethod({ model, options }: ShrinkAsk): Method {
  const { share = 0.25 } = options;
  const choice = { ...choiceOf(options), share };
  return {
    before: model,
    timed: true,
    make: (only) => pruneChannels(model, only === undefined ? choice : { ...choice, only }),
    how: ({ report }) =>
      `pruned: up to ${percentText(share)} of the output channels of ${layersText(report)} taken out`,
    warnings: () => [
      'Channels were taken out without training afterwards: a few epochs of fine-tuning of the smaller model win back most of what answers lost.',
    ],
  };
}

async function halfMethod({ model, options, runner }: ShrinkAsk): Promise<Method> {
  const { edges = 'float32' } = options;
  const dtypes = await dtypesOf(runner, model);
  const graph = model.graph as GraphProto;
  const { nodes } = halfCandidates(graph, dtypes);
  const except = new Set([...(options.except ?? []), ...exceptOf(model, options, () => true)]);
  const keepOf = (only: ReadonlySet<string> | undefined): ReadonlyMap<NodeProto, string> =>
    new Map(
      nodes.flatMap((node): readonly (readonly [NodeProto, string])[] => {
        const name = nodeName(node);
        if (except.has(name)) return [[node, 'it was excluded']];
        return only === undefined || only.has(name)
          ? []
          : [[node, 'in half precision it costs too much of the answers']];
      }),
    );
  let clipped = 0;
  return {
    before: model,
    timed: false,
    make: (only) => {
      const { model: made, report } = toFloat16(model, dtypes, { keep: keepOf(only), edges });
      clipped = report.clipped;
      return { model: made, judged: emulateFloat16(model, dtypes, report.half), report };
    },
    how: ({ report }) => `float16: ${report.done.length} nodes; ${edges} goes in and out`,
    warnings: () => [
      'The CPU provider reckons in float32 where a file says half: there the file is half as large and not faster, and answers differ by rounded weights alone. What the model loses was found with every value rounded, as GPUs round.',
      ...(clipped > 0
        ? [`${clipped} weights were beyond 65504, the most that half precision holds, and were cut to it.`]
        : []),
    ],
  };
}

/** Layers that are excluded by name or as the first or last of those with weights. */
function exceptOf(
  model: ModelProto,
  { except = [], keepFirst, keepLast }: ShrinkOptions,
  isFor: (node: NodeProto) => boolean,
): ReadonlySet<string> {
  const weighted = (model.graph as GraphProto).node.filter((node) => isWeighted(node) && isFor(node)).map(nodeName);
  const first = keepFirst ? weighted.slice(0, 1) : [];
  const last = keepLast ? weighted.slice(-1) : [];
  return new Set([...except, ...first, ...last]);
}

/** Answers in whole numbers are not the same on every processor: when, and how to have them so. */
function byteWarnings(bits: 7 | 8): readonly string[] {
  return bits === 8
    ? [
        'Weights of 8 bits: x86 processors without VNNI add products of bytes in pairs, in 16 bits that saturate, so answers there can be far from those measured here. With 7 bits the sums are the same everywhere.',
      ]
    : [
        'Weights of 7 bits add up to the same whole numbers with and without VNNI and on Arm; what is float around them (scales, what was left) is rounded in another order there, which may move an 8-bit value by a step and answers in their last places.',
      ];
}

function layersText({ done }: LayerReport): string {
  return `${done.length} ${done.length === 1 ? 'layer' : 'layers'}`;
}

/** The same with tables of words in int8 as well, which may be most of a model. */
function withTables({ model, report }: MadeModel, choice: LayerChoice): MadeModel {
  const tables = quantiseTables(model, choice);
  return {
    model: tables.model,
    report: {
      done: [...report.done, ...tables.report.done],
      left: [...report.left, ...tables.report.left],
      bytesBefore: report.bytesBefore,
      bytesAfter: weightBytes(tables.model),
    },
  };
}

/** Products, and tables that are looked up in. */
function productsText({ graph }: ModelProto, { done }: LayerReport, tablesIn = ''): string {
  const lookups = new Set(graph?.node.filter(({ opType }) => opType === 'Gather').map(nodeName));
  const tables = done.filter((name) => lookups.has(name)).length;
  const products = done.length - tables;
  const counted = (count: number, one: string) => (count === 0 ? [] : [`${count} ${one}${count === 1 ? '' : 's'}`]);
  const parts = [...counted(products, 'product'), ...counted(tables, 'table').map((words) => `${words}${tablesIn}`)];
  return parts.join(' and ') || 'nothing';
}

function percentText(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
