import type { Dtype } from '../../kinds/dtype.ts';
import type { Dim } from '../../kinds/type.ts';
import { type PbMessage, type PbNested, pbtxt } from './pbtxt.ts';

/** Triton's names of element types (`DataType` of model_config.proto). */
const dataTypes: Readonly<Record<Dtype, string>> = {
  bool: 'TYPE_BOOL',
  uint8: 'TYPE_UINT8',
  uint16: 'TYPE_UINT16',
  uint32: 'TYPE_UINT32',
  uint64: 'TYPE_UINT64',
  int8: 'TYPE_INT8',
  int16: 'TYPE_INT16',
  int32: 'TYPE_INT32',
  int64: 'TYPE_INT64',
  float16: 'TYPE_FP16',
  float32: 'TYPE_FP32',
  float64: 'TYPE_FP64',
  string: 'TYPE_STRING',
};

/** A tensor as a model's own file declares it, N included. */
export interface ConfigTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  /** A file of labels beside config.pbtxt. */
  readonly labels?: string;
}

export interface ConfigStep {
  readonly model: string;
  /** The model's tensor → the ensemble's. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

export interface ConfigWarmUp {
  readonly name: string;
  readonly batch: number;
  /** Zeros of these shapes, N left out where the model batches. */
  readonly inputs: readonly { readonly name: string; readonly dtype: Dtype; readonly dims: readonly number[] }[];
}

interface Shared {
  readonly name: string;
  /** 0: the model takes tensors as they are; else their first axis is N, of at most so many items. */
  readonly maxBatch: number;
  readonly inputs: readonly ConfigTensor[];
  readonly outputs: readonly ConfigTensor[];
}
export interface EnsembleConfig extends Shared {
  readonly kind: 'ensemble';
  readonly steps: readonly ConfigStep[];
}
export interface OnnxConfig extends Shared {
  readonly kind: 'onnx';
  /** Null where it does not batch. */
  readonly batching: {
    /** Sizes worth waiting for; empty: Triton's own choice. */
    readonly preferred: readonly number[];
    readonly delayMicroseconds: number;
    readonly queue: { readonly size: number; readonly timeoutMicroseconds: number };
  } | null;
  readonly instances: { readonly count: number; readonly kind: 'auto' | 'cpu' | 'gpu' };
  readonly warmUps: readonly ConfigWarmUp[];
  /** Settings of the ONNX Runtime backend, such as `intra_op_thread_count`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** -1 basic, 1 extended, 2 none; null: all, as the backend does by itself. */
  readonly optimisationLevel: number | null;
  readonly accelerator: { readonly name: string; readonly parameters: ReadonlyMap<string, string> } | null;
}
export type ModelConfig = EnsembleConfig | OnnxConfig;

/** A model's config.pbtxt, after triton-inference-server/common's model_config.proto. */
export function configText(config: ModelConfig): string {
  return pbtxt(config.kind === 'ensemble' ? ensembleMessage(config) : onnxMessage(config));
}

function ensembleMessage(config: EnsembleConfig): PbMessage {
  return [
    ['name', config.name],
    ['platform', 'ensemble'],
    ...shared(config, false),
    ['ensemble_scheduling', nested([['step', config.steps.map(stepMessage)]])],
  ];
}

function stepMessage({ model, inputs, outputs }: ConfigStep): PbNested {
  return nested([
    ['model_name', model],
    ['model_version', -1],
    ['input_map', entries(inputs)],
    ['output_map', entries(outputs)],
  ]);
}

function onnxMessage(config: OnnxConfig): PbMessage {
  const { batching, instances, accelerator, parameters, warmUps, optimisationLevel } = config;
  return [
    ['name', config.name],
    ['platform', 'onnxruntime_onnx'],
    ['backend', 'onnxruntime'],
    ...shared(config, true),
    ['version_policy', nested([['latest', nested([['num_versions', 1]])]])],
    [
      'dynamic_batching',
      batching === null
        ? undefined
        : nested([
            ['preferred_batch_size', batching.preferred.length === 0 ? undefined : batching.preferred],
            ['max_queue_delay_microseconds', batching.delayMicroseconds],
            [
              'default_queue_policy',
              nested([
                ['timeout_action', { word: 'REJECT' }],
                ['default_timeout_microseconds', batching.queue.timeoutMicroseconds],
                ['max_queue_size', batching.queue.size],
              ]),
            ],
          ]),
    ],
    [
      'instance_group',
      [
        nested([
          ['count', instances.count],
          ['kind', { word: `KIND_${instances.kind.toUpperCase()}` }],
        ]),
      ],
    ],
    ['optimization', optimisation(optimisationLevel, accelerator)],
    [
      'parameters',
      some(
        [...parameters].map(([key, value]) =>
          nested([
            ['key', key],
            ['value', nested([['string_value', value]])],
          ]),
        ),
      ),
    ],
    ['model_warmup', some(warmUps.map(warmUpMessage))],
  ];
}

function optimisation(level: number | null, accelerator: OnnxConfig['accelerator']): PbNested | undefined {
  if (level === null && accelerator === null) return undefined;
  const gpu =
    accelerator === null
      ? undefined
      : nested([
          [
            'gpu_execution_accelerator',
            [
              nested([
                ['name', accelerator.name],
                ['parameters', entries(accelerator.parameters)],
              ]),
            ],
          ],
        ]);
  return nested([
    ['graph', level === null ? undefined : nested([['level', level]])],
    ['execution_accelerators', gpu],
  ]);
}

function warmUpMessage({ name, batch, inputs }: ConfigWarmUp): PbNested {
  return nested([
    ['name', name],
    ['batch_size', batch],
    [
      'inputs',
      inputs.map((input) =>
        nested([
          ['key', input.name],
          [
            'value',
            nested([
              ['data_type', { word: dataTypes[input.dtype] }],
              ['dims', input.dims],
              ['zero_data', true],
            ]),
          ],
        ]),
      ),
    ],
  ]);
}

function shared({ maxBatch, inputs, outputs }: Shared, reshapes: boolean): PbMessage {
  const message = (tensor: ConfigTensor) => tensorMessage(tensor, maxBatch > 0, reshapes);
  return [
    ['max_batch_size', maxBatch],
    ['input', some(inputs.map(message))],
    ['output', some(outputs.map(message))],
  ];
}

/**
 * N is left out where the model batches. What then has no axis left is one number an item, which Triton calls [1] and is
 * told to give the model without that axis; an ensemble only passes it on.
 */
function tensorMessage({ name, dtype, shape, labels }: ConfigTensor, batches: boolean, reshapes: boolean): PbNested {
  const dims = (batches ? shape.slice(1) : shape).map((dim) => (typeof dim === 'number' ? dim : -1));
  const reshape = dims.length === 0 && batches && reshapes ? nested([['shape', []]]) : undefined;
  return nested([
    ['name', name],
    ['data_type', { word: dataTypes[dtype] }],
    ['dims', dims.length === 0 ? [1] : dims],
    ['reshape', reshape],
    ['label_filename', labels],
  ]);
}

function entries(map: ReadonlyMap<string, string>): readonly PbNested[] {
  return [...map].map(([key, value]) =>
    nested([
      ['key', key],
      ['value', value],
    ]),
  );
}

/** A list without anything in it is not written. */
function some(list: readonly PbNested[]): readonly PbNested[] | undefined {
  return list.length === 0 ? undefined : list;
}

function nested(message: PbMessage): PbNested {
  return { message };
}
