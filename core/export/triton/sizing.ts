import type { CheckedNode } from '../../check/checked.ts';
import type { Tune } from '../../define/param.ts';
import type { ExportInput } from '../target.ts';
import type { OnnxConfig } from './modelConfig.ts';
import type { TritonOptions } from './options.ts';

/** How one model of the repository is to be run. */
export interface Sizing {
  readonly batching: OnnxConfig['batching'];
  readonly instances: OnnxConfig['instances'];
  readonly parameters: ReadonlyMap<string, string>;
  readonly optimisationLevel: number | null;
  readonly accelerator: OnnxConfig['accelerator'];
}

export interface SizingAsk {
  /** Nodes of the pipeline that it does the work of. */
  readonly nodes: readonly string[];
  /** Of them those that run a model; empty for what lies between models. */
  readonly models: readonly string[];
  readonly batches: boolean;
}

type Told = Pick<ExportInput, 'checked' | 'options' | 'profile' | 'serving'>;

const leastDelayUs = 100;
const mostDelayUs = 5000;
const guessedDelayUs = 500;

/** Batching, instances and threads of a model, from its node's parameters and the profile where there is one. */
export function sizingOf({ nodes, models, batches }: SizingAsk, told: Told, options: TritonOptions): Sizing {
  const { serving } = told;
  const knob = (tune: Tune): readonly unknown[] => models.flatMap((id) => knobOf(told.checked.nodes.get(id), tune));
  const batch = Math.min(options.maxBatch, Math.max(serving.batch, ...knob('batch').map(Number), 1));
  const maxQueue = told.options.maxQueue > 0 ? told.options.maxQueue : serving.maxQueue;
  const threads = Math.max(0, ...knob('threads').map(Number));
  const gpu = models.length > 0 && kindOf(knob('device'), told, options) !== 'cpu';
  return {
    batching: batches
      ? {
          preferred: batch > 1 ? [batch] : [],
          delayMicroseconds: delayOf(nodes, told),
          queue: { size: Math.max(1, maxQueue), timeoutMicroseconds: serving.deadlineMs * 1000 },
        }
      : null,
    instances: {
      count: Math.max(1, ...knob('copies').map(Number), instancesOf(nodes, told)),
      kind: models.length === 0 ? 'cpu' : kindOf(knob('device'), told, options),
    },
    parameters: new Map(threads > 0 ? [['intra_op_thread_count', String(threads)]] : []),
    optimisationLevel: levelOf(knob('optimisation')),
    accelerator: gpu ? acceleratorOf(options) : null,
  };
}

/** Where the figures come from, for people. */
export function sizingReasons({ profile, serving }: Told, options: TritonOptions): readonly string[] {
  const measured = profile === null ? null : `${profile.runs} runs on ${profile.cpu}`;
  return [
    `At most ${options.maxBatch} items at once (maxBatch), where a model takes several.`,
    serving.batch > 1
      ? `Batches of ${serving.batch} are worth waiting for, as the pipeline's settings and its profile say.`
      : 'No size of batch was found to be worth waiting for: Triton joins what has come within the delay.',
    measured === null || profile === null
      ? `No profile was at hand: one instance of each model where the pipeline says nothing else, and ${guessedDelayUs} µs for a batch to fill. Measure with \`tributary profile\`, export again.`
      : `Instances: ${serving.concurrency} requests at once, shared out by how long each step takes of a request (${measured}, median ${profile.p50Ms.toFixed(2)} ms); a batch may take a tenth of its model's time to fill.`,
    `A model's queue holds ${serving.maxQueue} requests for at most ${serving.deadlineMs} ms; what is more is refused at once.`,
  ];
}

function knobOf(node: CheckedNode | undefined, tune: Tune): readonly unknown[] {
  return Object.entries(node?.definition.params ?? {}).flatMap(([name, spec]) =>
    spec.tune === tune ? [node?.params[name]] : [],
  );
}

/** A node's own device counts; where it leaves the choice, the export's does. */
function kindOf(
  devices: readonly unknown[],
  { options: common }: Told,
  { kind }: TritonOptions,
): 'auto' | 'cpu' | 'gpu' {
  if (kind !== 'auto') return kind;
  if (devices.some((device) => device === 'cuda' || device === 'tensorrt')) return 'gpu';
  if (devices.length > 0 && devices.every((device) => device === 'cpu')) return 'cpu';
  return common.device === 'cuda' ? 'gpu' : 'auto';
}

/** Little's law: of the requests in flight as many are in a step, on average, as its share of their time. */
function instancesOf(nodes: readonly string[], { profile, serving }: Told): number {
  if (profile === null) return 1;
  const all = profile.nodes.reduce((sum, node) => sum + node.p50Ms, 0);
  const own = timeOf(nodes, profile);
  return all > 0 ? Math.min(serving.concurrency, Math.ceil((serving.concurrency * own) / all)) : 1;
}

function delayOf(nodes: readonly string[], { profile, serving }: Told): number {
  if (serving.batchWaitMs > 0) return Math.round(serving.batchWaitMs * 1000);
  if (profile === null) return guessedDelayUs;
  const tenthUs = timeOf(nodes, profile) * 100;
  return Math.round(Math.min(mostDelayUs, Math.max(leastDelayUs, tenthUs)));
}

function timeOf(nodes: readonly string[], profile: NonNullable<ExportInput['profile']>): number {
  return profile.nodes.reduce((sum, { node, p50Ms }) => sum + (nodes.includes(node) ? p50Ms : 0), 0);
}

/** The backend's `level`: -1 basic, 1 extended, 2 none; all is what it does by itself. */
function levelOf(asked: readonly unknown[]): number | null {
  if (asked.includes('none')) return 2;
  if (asked.includes('basic')) return -1;
  return asked.includes('extended') ? 1 : null;
}

function acceleratorOf({ accelerator, precision }: TritonOptions): OnnxConfig['accelerator'] {
  if (accelerator === 'none') return null;
  if (accelerator === 'cuda') return { name: 'cuda', parameters: new Map([['cudnn_conv_use_max_workspace', '1']]) };
  return {
    name: 'tensorrt',
    parameters: new Map([
      ['precision_mode', precision],
      ['max_workspace_size_bytes', '1073741824'],
      ['trt_engine_cache_enable', '1'],
      ['trt_engine_cache_path', '/tmp/trt-engines'],
    ]),
  };
}
