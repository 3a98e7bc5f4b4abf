import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ExportFile, ExportInput } from '../../../../core/export/target.ts';
import { targets } from '../../../../core/export/targets.ts';
import { tritonOptions } from '../../../../core/export/triton/options.ts';
import { seenSizes } from '../../../../core/export/triton/seen.ts';
import { triton } from '../../../../core/export/triton/target.ts';
import { printValue } from '../../../../core/serve/portPrint.ts';
import { measured, textOf } from '../exportInput.ts';
import { compiledInput, repositoryFor } from './exported.ts';
import { type ModelConfig, ModelInstanceGroup_Kind } from './gen/model_config_pb.ts';
import { servedBy } from './walker.ts';

const profile = {
  ...measured,
  nodes: [
    { node: 'imageModel', p50Ms: 6, criticalPercent: 60 },
    { node: 'logMel', p50Ms: 3, criticalPercent: 30 },
    { node: 'textModel', p50Ms: 1, criticalPercent: 10 },
  ],
};
const serving = { concurrency: 4, maxQueue: 32, deadlineMs: 2000, batch: 1, batchWaitMs: 0, because: [] };

function configOf(files: readonly ExportFile[], model: string): ModelConfig {
  const config = servedBy(files).configs.get(model);
  if (config === undefined) throw new Error(`No ${model}.`);
  return config;
}

function batchingOf(files: readonly ExportFile[], model: string) {
  const { schedulingChoice } = configOf(files, model);
  if (schedulingChoice.case !== 'dynamicBatching') throw new Error(`${model} does not batch.`);
  return schedulingChoice.value;
}

it('is one of the targets, and gives the same files twice', async () => {
  expect(targets).toContain(triton);
  const hashes = async () =>
    triton.files(await compiledInput('event-detector'), {}).map(({ path, content, mode }) => {
      const data = 'text' in content ? content.text : 'bytes' in content ? content.bytes : JSON.stringify(content);
      return [path, mode, createHash('sha256').update(data).digest('hex')];
    });
  expect(await hashes()).toEqual(await hashes());
});

it('has nothing in the folder of models but models', async () => {
  const files = triton.files(await compiledInput('event-detector'), {});
  const below = files.map(({ path }) => path).filter((path) => path.startsWith('models/'));
  const folders = new Set(below.map((path) => path.split('/')[1]));
  for (const folder of folders) expect(below).toContain(`models/${folder}/config.pbtxt`);
  // Triton wants a version's folder of an ensemble too, and neither git nor an object store keeps an empty one.
  expect(below).toContain('models/event-detector/1/.keep');
  expect(files.map(({ path }) => path).filter((path) => !path.startsWith('models/'))).toEqual([
    'README.md',
    'client/client.py',
    'client/pipeline.json',
    'client/tokenizer.json',
  ]);
  expect(files.at(-1)?.content).toEqual({ named: 'models/tokenizer.json' });
});

it('shares instances out by what was measured, and waits a tenth of a step for a batch', async () => {
  const files = triton.files(await compiledInput('event-detector', undefined, { profile, serving }), {});
  const counts = ['model-image', 'prepare-soundModel', 'model-text', 'model-sound'].map(
    (model) => configOf(files, `event-detector-${model}`).instanceGroup[0].count,
  );
  // Of 4 requests at once, by 6, 3, 1 and 0 of 10 ms.
  expect(counts).toEqual([3, 2, 1, 1]);
  expect(batchingOf(files, 'event-detector-model-image').maxQueueDelayMicroseconds).toBe(600n);
  expect(batchingOf(files, 'event-detector-model-text').maxQueueDelayMicroseconds).toBe(100n);
  expect(batchingOf(files, 'event-detector-model-image')).toMatchObject({
    preferredBatchSize: [],
    defaultQueuePolicy: { maxQueueSize: 32, defaultTimeoutMicroseconds: 2_000_000n },
  });
  expect(textOf(files, 'README.md')).toContain('4 requests at once, shared out by how long each step takes');
});

it('says that nothing was measured where nothing was', async () => {
  const files = triton.files(await compiledInput('event-detector', undefined, { profile: null, serving }), {});
  expect(configOf(files, 'event-detector-model-image').instanceGroup[0].count).toBe(1);
  expect(textOf(files, 'README.md')).toContain('No profile was at hand');
});

it('waits for the batch that was found worth it, and warms that up too', async () => {
  const input = await compiledInput('picture-classifier', undefined, {
    serving: { ...serving, batch: 4, batchWaitMs: 2.5 },
  });
  const files = triton.files({ ...input, seen: new Map([['photo.image', [480, 640, 3]]]) }, { maxBatch: 16 });
  expect(batchingOf(files, 'picture-classifier-model-scenes')).toMatchObject({
    preferredBatchSize: [4],
    maxQueueDelayMicroseconds: 2500n,
  });
  const { maxBatchSize, modelWarmup } = configOf(files, 'picture-classifier-prepare-model');
  expect(maxBatchSize).toBe(16);
  expect(modelWarmup.map(({ batchSize, inputs }) => [batchSize, inputs['image'].dims])).toEqual([
    [1, [480n, 640n, 3n]],
    [4, [480n, 640n, 3n]],
  ]);
});

it('warms nothing up whose sizes nobody saw, or where that is not asked for', async () => {
  const input = await compiledInput('picture-classifier');
  const blind = triton.files(input, {});
  expect(configOf(blind, 'picture-classifier-prepare-model').modelWarmup).toEqual([]);
  // The model's own size stands in its file.
  expect(configOf(blind, 'picture-classifier-model-scenes').modelWarmup).not.toEqual([]);
  const off = triton.files(input, { warmUp: false });
  expect(configOf(off, 'picture-classifier-model-scenes').modelWarmup).toEqual([]);
});

it('puts models where their nodes and the options say, and leaves the rest on the processor', async () => {
  const input = await compiledInput('picture-classifier');
  const kindOf = (given: ExportInput, options: object, model = 'picture-classifier-model-scenes') =>
    configOf(triton.files(given, options), model).instanceGroup[0].kind;
  const cuda = { ...input, options: { ...input.options, device: 'cuda' as const } };
  expect(kindOf(input, {})).toBe(ModelInstanceGroup_Kind.AUTO);
  expect(kindOf(cuda, {})).toBe(ModelInstanceGroup_Kind.GPU);
  expect(kindOf(cuda, { kind: 'cpu' })).toBe(ModelInstanceGroup_Kind.CPU);
  expect(kindOf(cuda, {}, 'picture-classifier-prepare-model')).toBe(ModelInstanceGroup_Kind.CPU);
  const model = input.checked.nodes.get('model')!;
  const params = { ...model.params, device: 'cpu', threads: 3, copies: 2, optimisation: 'basic' };
  const nodes = new Map([...input.checked.nodes, ['model', { ...model, params }]]);
  const tuned = triton.files({ ...cuda, checked: { ...input.checked, nodes } }, {});
  expect(configOf(tuned, 'picture-classifier-model-scenes')).toMatchObject({
    instanceGroup: [{ kind: ModelInstanceGroup_Kind.CPU, count: 2 }],
    parameters: { intra_op_thread_count: { stringValue: '3' } },
    optimization: { graph: { level: -1 } },
  });
});

it('asks for TensorRT only where that is asked for, and only on models', async () => {
  const input = await compiledInput('picture-classifier');
  expect(configOf(triton.files(input, {}), 'picture-classifier-model-scenes').optimization).toBeUndefined();
  const files = triton.files(input, { accelerator: 'tensorrt', precision: 'FP16' });
  expect(configOf(files, 'picture-classifier-model-scenes').optimization).toMatchObject({
    executionAccelerators: { gpuExecutionAccelerator: [{ name: 'tensorrt', parameters: { precision_mode: 'FP16' } }] },
  });
  expect(configOf(files, 'picture-classifier-prepare-model').optimization).toBeUndefined();
});

it('serves versions of the number that is asked for', async () => {
  const files = triton.files(await compiledInput('picture-classifier'), { modelVersion: 7 });
  const versions = files.flatMap(({ path }) => /^models\/[^/]+\/(\d+)\//.exec(path)?.[1] ?? []);
  expect(new Set(versions)).toEqual(new Set(['7']));
});

it('says what runs in front of it, what a client is to send, and what Triton does not do', async () => {
  const readme = textOf(triton.files(await compiledInput('event-detector'), {}), 'README.md');
  expect(readme).toContain('python client/client.py [image=picture.jpg] [sound=sound.wav] [caption=@text.txt]');
  expect(readme).toContain('In front of it: Text input, then Tokenise.');
  expect(readme).toContain('`image.present`: `bool [items, 1]`, false where it is missing.');
  expect(readme).toContain('`fuse`, Product of experts (for `report` only)');
  const video = textOf(triton.files(await compiledInput('video-events'), {}), 'README.md');
  expect(video).toContain('Ask `video-events-1`, `video-events-2`');
  expect(video).toMatch(/The client does not do: Frames and sound/);
  expect(video).toMatch(/`align`, Align in time: it works on a sequence as a whole/);
});

it('gives a client the tokenizer and its settings, by the text that the pipeline is given', async () => {
  const data = JSON.parse(textOf(triton.files(await compiledInput('text-classifier'), {}), 'client/pipeline.json'));
  expect(data.models[0].inputs).toMatchObject([
    { argument: 'text', tokenise: { file: 'tokenizer.json', output: 'input_ids', maxLength: 64, padding: 'none' } },
    { argument: 'text', tokenise: { file: 'tokenizer.json', output: 'attention_mask' } },
  ]);
  expect(data.models[0].outputs[0]).toMatchObject({ name: 'intent', kind: 'scores', chosen: false });
});

it('refuses a pipeline of which nothing can be said in ONNX', async () => {
  const input = await compiledInput('text-classifier');
  const none = { ...input, compiled: null };
  expect(triton.problems(none, {})).toMatchObject([{ code: 'not-lowerable', severity: 'error' }]);
  expect(() => triton.files(none, {})).toThrow(/nothing to run of "Text classifier"/);
  const outside = [{ node: 'model', type: 'model.onnx', title: 'ONNX model', why: 'its file is custom', besides: [] }];
  const because = { ...input, compiled: { ...input.compiled!, parts: [], outside } };
  expect(triton.problems(because, {})[0].message).toContain('"model": its file is custom');
});

it('takes pictures in RGB and sound at the rate of the pipeline, and what it is told besides', async () => {
  const { checked } = await compiledInput('event-detector');
  expect(triton.assume(checked, {})).toEqual({ 'clip.audio': { sampleRateHz: 16000 } });
  expect(triton.assume(checked, { assume: 'sound.channels=1, image.width=640' })).toEqual({
    'clip.audio': { sampleRateHz: 16000, channels: 1 },
    'photo.image': { width: 640 },
  });
  expect(() => triton.assume(checked, { assume: 'sounds.channels=1' })).toThrow(/did you mean "sound"/);
});

it('has options with defaults, each described', () => {
  for (const [name, option] of Object.entries(tritonOptions.shape))
    expect(option.description, name).toMatch(/^.{20,}\.$/);
  expect(tritonOptions.parse({})).toMatchObject({ form: 'steps', maxBatch: 8, modelVersion: 1, warmUp: true });
});

it('reads sizes from the fingerprints of a golden record', () => {
  const geometry = { originalWidth: 4, originalHeight: 2, toOriginal: [1, 0, 0, 0, 1, 0] } as const;
  const values = {
    'a.image': { kind: 'image', width: 4, height: 2, colour: 'rgba', data: new Uint8Array(32), geometry },
    'b.audio': { kind: 'audio', sampleRateHz: 8000, channels: [new Float32Array(5), new Float32Array(5)] },
    'c.tensor': { kind: 'tensor', dtype: 'int64', shape: [1, 3], data: new BigInt64Array(3) },
    'd.scores': { kind: 'scores', data: new Float32Array(4), labels: null, form: 'logits' },
    'e.text': { kind: 'text', text: '3 x 4' },
    'f.single': { kind: 'tensor', dtype: 'float32', shape: [], data: new Float32Array(1) },
  } as const;
  const ports = Object.fromEntries(
    Object.entries(values).map(([end, value]) => [end, { passed: 1, items: [printValue(value, 0)], missing: null }]),
  );
  expect([...seenSizes({ ports })]).toEqual([
    ['a.image', [2, 4, 4]],
    ['b.audio', [2, 5]],
    ['c.tensor', [1, 3]],
    ['d.scores', [4]],
    ['f.single', []],
  ]);
});

it('keeps the names of its models apart', async () => {
  const { models } = repositoryFor(await compiledInput('video-events'));
  const names = models.map(({ config }) => config.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
});
