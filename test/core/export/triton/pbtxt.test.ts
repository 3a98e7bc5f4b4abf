import fc from 'fast-check';
import { expect, it } from 'vitest';
import { configText, type EnsembleConfig, type OnnxConfig } from '../../../../core/export/triton/modelConfig.ts';
import { pbtxt } from '../../../../core/export/triton/pbtxt.ts';
import { hostileText, hostileTexts } from '../hostile.ts';
import {
  DataType,
  ModelConfigSchema,
  ModelInstanceGroup_Kind,
  ModelQueuePolicy_TimeoutAction,
} from './gen/model_config_pb.ts';
import { parseTextFormat } from './textFormat.ts';

const parse = (text: string) => parseTextFormat(ModelConfigSchema, text);

const model: OnnxConfig = {
  kind: 'onnx',
  name: 'm',
  maxBatch: 8,
  inputs: [
    { name: 'x', dtype: 'float32', shape: ['items', 3, null] },
    { name: 'there', dtype: 'bool', shape: ['items'] },
  ],
  outputs: [{ name: 'y', dtype: 'float16', shape: ['items', 10], labels: 'labels.txt' }],
  batching: { preferred: [4], delayMicroseconds: 250, queue: { size: 16, timeoutMicroseconds: 5_000_000 } },
  instances: { count: 2, kind: 'gpu' },
  warmUps: [{ name: 'one', batch: 1, inputs: [{ name: 'x', dtype: 'float32', dims: [3, 7] }] }],
  parameters: new Map([['intra_op_thread_count', '2']]),
  optimisationLevel: 1,
  accelerator: { name: 'tensorrt', parameters: new Map([['precision_mode', 'FP16']]) },
};

it('writes every field of a model so that it is read back as it was meant', () => {
  const read = parse(configText(model));
  expect(read).toMatchObject({ name: 'm', platform: 'onnxruntime_onnx', backend: 'onnxruntime', maxBatchSize: 8 });
  expect(read.input).toMatchObject([
    { name: 'x', dataType: DataType.TYPE_FP32, dims: [3n, -1n] },
    { name: 'there', dataType: DataType.TYPE_BOOL, dims: [1n], reshape: { shape: [] } },
  ]);
  expect(read.input[0].reshape).toBeUndefined();
  expect(read.output).toMatchObject([
    { name: 'y', dataType: DataType.TYPE_FP16, dims: [10n], labelFilename: 'labels.txt' },
  ]);
  expect(read.versionPolicy?.policyChoice).toMatchObject({ case: 'latest', value: { numVersions: 1 } });
  expect(read.schedulingChoice).toMatchObject({
    case: 'dynamicBatching',
    value: {
      preferredBatchSize: [4],
      maxQueueDelayMicroseconds: 250n,
      defaultQueuePolicy: {
        timeoutAction: ModelQueuePolicy_TimeoutAction.REJECT,
        defaultTimeoutMicroseconds: 5_000_000n,
        maxQueueSize: 16,
      },
    },
  });
  expect(read.instanceGroup).toMatchObject([{ count: 2, kind: ModelInstanceGroup_Kind.GPU }]);
  expect(read.parameters).toMatchObject({ intra_op_thread_count: { stringValue: '2' } });
  expect(read.optimization).toMatchObject({
    graph: { level: 1 },
    executionAccelerators: { gpuExecutionAccelerator: [{ name: 'tensorrt', parameters: { precision_mode: 'FP16' } }] },
  });
  expect(read.modelWarmup).toMatchObject([
    {
      name: 'one',
      batchSize: 1,
      inputs: { x: { dataType: DataType.TYPE_FP32, dims: [3n, 7n], inputDataType: { case: 'zeroData', value: true } } },
    },
  ]);
});

it('leaves out what is not asked for, and keeps N where a model takes tensors as they are', () => {
  const plain: OnnxConfig = {
    ...model,
    maxBatch: 0,
    batching: null,
    warmUps: [],
    parameters: new Map(),
    optimisationLevel: null,
    accelerator: null,
  };
  const read = parse(configText(plain));
  expect(read.input.map(({ dims }) => dims)).toEqual([[-1n, 3n, -1n], [-1n]]);
  expect(read.input[1].reshape).toBeUndefined();
  expect(read.schedulingChoice.case).toBeUndefined();
  expect(read).toMatchObject({ modelWarmup: [], parameters: {} });
  expect(read.optimization).toBeUndefined();
  // Of one number Triton wants an axis.
  const single = parse(configText({ ...plain, outputs: [{ name: 'y', dtype: 'int32', shape: [] }] }));
  expect(single.output[0].dims).toEqual([1n]);
});

it('keeps any names literal, in tensors, maps, labels and parameters (fault 94, fault 95)', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (a, b, c) => {
      const ensemble: EnsembleConfig = {
        kind: 'ensemble',
        name: a,
        maxBatch: 4,
        inputs: [{ name: b, dtype: 'uint8', shape: ['items', 2] }],
        outputs: [{ name: c, dtype: 'float32', shape: ['items', 2], labels: a }],
        steps: [{ model: c, inputs: new Map([[a, b]]), outputs: new Map([[b, c]]) }],
      };
      const read = parse(configText(ensemble));
      // Lone halves of surrogate pairs have no UTF-8.
      const own = (text: string) =>
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));
      expect([read.name, read.input[0].name, read.output[0].name, read.output[0].labelFilename]).toEqual(
        [a, b, c, a].map(own),
      );
      const [step] = read.schedulingChoice.case === 'ensembleScheduling' ? read.schedulingChoice.value.step : [];
      expect([step.modelName, step.inputMap, step.outputMap]).toEqual([
        own(c),
        { [own(a)]: own(b) },
        { [own(b)]: own(c) },
      ]);
      const text = configText({ ...model, parameters: new Map([[a, b]]) });
      expect(parse(text).parameters[own(a)].stringValue).toBe(own(b));
      expect(text).toMatch(/^[\P{Cc}\n]*$/u);
    }),
    { numRuns: 300 },
  );
});

it('escapes what would end a string or hide in it', () => {
  expect(pbtxt([['name', 'a"\\\n\u0000\u202e\u2028é日💥']])).toBe(
    'name: "a\\"\\\\\\n\\000\\342\\200\\256\\342\\200\\250é日💥"\n',
  );
  for (const text of hostileTexts) expect(pbtxt([['name', text]]).split('\n')).toHaveLength(2);
});

it.each([
  ['name: "a" name: "b"', /twice/],
  ['nmae: "a"', /no field "nmae"/],
  ['max_batch_size: "8"', /number/],
  ['name: a', /string/],
  ['input { data_type: FP32 }', /cannot be FP32/],
  ['input { name: "x" ', /too early/],
  ['name "a"', /":" expected/],
  ['dynamic_batching {} ensemble_scheduling {}', /twice/],
  ['version_policy: [{}]', /no list/],
])('the reader that holds it refuses %s', (text, why) => {
  expect(() => parse(text)).toThrow(why);
});
