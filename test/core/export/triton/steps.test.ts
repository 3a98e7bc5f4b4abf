import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ExportInput } from '../../../../core/export/target.ts';
import { triton } from '../../../../core/export/triton/target.ts';
import { type BuilderModel, buildModel, mapType, sequenceType, value } from '../../../onnx-builder.ts';
import { hostileText } from '../hostile.ts';
import { repositoryFor } from './exported.ts';
import { expectSame, made, portsOf } from './made.ts';
import { type Sent, servedBy } from './walker.ts';

function rows(count: number, width: number, from = 0): Sent {
  const data = Float32Array.from({ length: count * width }, (_, at) => ((at * 7 + from) % 11) - 5);
  return { type: 'float32', dims: [count, width], data };
}

const three = ['input.tensor', { dtype: 'float32', shape: '1, 3' }] as const;

/** y = x * w + 1, row by row. */
function scale(
  first: string | number,
  firstOut: string | number,
  by: number,
  ends: Partial<BuilderModel> = {},
): Uint8Array {
  return buildModel({
    inputs: [value('x', 'float32', [first, 3])],
    outputs: [value('y', 'float32', [firstOut, 3])],
    nodes: [
      { op: 'Mul', inputs: ['x', 'w'], outputs: ['z'] },
      { op: 'Add', inputs: ['z', 'one'], outputs: ['y'] },
    ],
    initializers: [
      { name: 'w', dtype: 'float32', shape: [1, 3], data: Float32Array.of(by, -by, by * 2) },
      { name: 'one', dtype: 'float32', shape: [1], data: Float32Array.of(1) },
    ],
    ...ends,
  });
}

it('serves a file that stands at two nodes once, and what has nothing to do with each other as steps of their own', async () => {
  const input = await made({
    nodes: {
      a: three,
      b: three,
      first: ['model.onnx', { model: 'scale.onnx' }],
      second: ['model.onnx', { model: 'copy.onnx' }],
      sum: ['tensor.arithmetic', { operation: 'add' }],
      out: 'output.tensor',
    },
    wires: [
      'a.tensor > first.x',
      'b.tensor > second.x',
      'first.y > sum.a',
      'second.y > sum.b',
      'sum.tensor > out.value',
    ],
    models: { 'scale.onnx': scale('n', 'n', 2), 'copy.onnx': scale('n', 'n', 2) },
    inputs: { a: 'left', b: 'right' },
    outputs: { out: 'sum' },
  });
  const models = await expectSame(input, { left: rows(3, 3), right: rows(3, 3, 4) });
  expect(models.map(({ config }) => config.name)).toEqual(['made', 'made-finish', 'made-model-scale']);
  const [front, , shared] = models;
  expect(front.config.kind === 'ensemble' ? front.config.steps.map(({ model }) => model) : []).toEqual([
    'made-model-scale',
    'made-model-scale',
    'made-finish',
  ]);
  expect(shared).toMatchObject({ nodes: ['first', 'second'], from: { path: 'scale.onnx', adapted: false } });
  const file = shared.files.get('1/model.onnx');
  expect(file !== undefined && 'bytes' in file ? [...file.bytes] : null).toEqual([...scale('n', 'n', 2)]);
});

it('puts nothing between a model and the next, and gives out what only passes through', async () => {
  const input = await made({
    nodes: {
      a: three,
      first: ['model.onnx', { model: 'one.onnx' }],
      second: ['model.onnx', { model: 'two.onnx' }],
      out: 'output.tensor',
      again: 'output.tensor',
      middle: 'output.tensor',
    },
    wires: [
      'a.tensor > first.x',
      'first.y > second.x',
      'second.y > out.value',
      'second.y > again.value',
      'first.y > middle.value',
    ],
    models: { 'one.onnx': scale('n', 'n', 2), 'two.onnx': scale('n', 'n', 3) },
    inputs: { a: 'a' },
    outputs: { out: 'out', again: 'again', middle: 'middle' },
  });
  const models = await expectSame(input, { a: rows(2, 3) });
  const [{ config }] = models;
  const steps = config.kind === 'ensemble' ? config.steps : [];
  const second = steps.find(({ model }) => model === 'made-model-two');
  expect(steps.find(({ model }) => model === 'made-model-one')?.outputs.get('y')).toBe(second?.inputs.get('x'));
});

it('tells how many rows there are where the output of a model calls them by another name', async () => {
  const input = await made({
    nodes: { a: three, model: ['model.onnx', { model: 'm.onnx' }], soft: 'result.softmax', out: 'output.scores' },
    wires: ['a.tensor > model.x', 'model.y > soft.logits', 'soft.scores > out.value'],
    models: { 'm.onnx': scale('n', 'rows', 2) },
    inputs: { a: 'a' },
    outputs: { out: 'scores' },
  });
  expect(repositoryFor(input).entries[0]).toMatchObject({ maxBatch: 8, inputs: [{ name: 'a', shape: ['items', 3] }] });
  await expectSame(input, { a: rows(3, 3) });
});

it('believes one row an item where operators do not tell and one row came out, but not of what is as long as its values', async () => {
  /** Shapes are not followed through a product of all sizes; boxes that are found are as many as there are. */
  const turned: Partial<BuilderModel> = {
    nodes: [
      { op: 'Mul', inputs: ['x', 'w'], outputs: ['z'] },
      { op: 'Reshape', inputs: ['z', 'flat'], outputs: ['f'] },
      { op: 'Reshape', inputs: ['f', 'rows'], outputs: ['y'] },
    ],
    initializers: [
      { name: 'w', dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) },
      { name: 'flat', dtype: 'int64', shape: [1], data: BigInt64Array.of(-1n) },
      { name: 'rows', dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 3n) },
    ],
  };
  const ofModel = (model: Uint8Array) =>
    made({
      nodes: { a: three, model: ['model.onnx', { model: 'm.onnx' }], soft: 'result.softmax', out: 'output.scores' },
      wires: ['a.tensor > model.x', 'model.y > soft.logits', 'soft.scores > out.value'],
      models: { 'm.onnx': model },
      inputs: { a: 'a' },
      outputs: { out: 'scores' },
    });
  const blind = await ofModel(scale('n', 'rows', 2, turned));
  const seen = new Map([['model.y', [1, 3]]]);
  expect(repositoryFor(blind).entries[0].maxBatch).toBe(0);
  expect(repositoryFor({ ...blind, seen }).entries[0].maxBatch).toBe(8);
  await expectSame({ ...blind, seen }, { a: rows(3, 3) });
  const found = await ofModel(
    scale('n', 'rows', 2, {
      nodes: [
        { op: 'NonZero', inputs: ['x'], outputs: ['at'] },
        { op: 'Transpose', inputs: ['at'], outputs: ['places'] },
        { op: 'Cast', inputs: ['places'], outputs: ['float'], attributes: { to: { i: 1 } } },
        { op: 'Pad', inputs: ['float', 'pads'], outputs: ['y'] },
      ],
      initializers: [{ name: 'pads', dtype: 'int64', shape: [4], data: BigInt64Array.of(0n, 0n, 0n, 1n) }],
    }),
  );
  expect(repositoryFor({ ...found, seen }).entries[0].maxBatch).toBe(0);
});

it('takes one item at a time where a model does, and lets another model of the same pipeline batch', async () => {
  const input = await made({
    nodes: {
      a: three,
      free: ['model.onnx', { model: 'free.onnx' }],
      fixed: ['model.onnx', { model: 'fixed.onnx' }],
      out: 'output.tensor',
    },
    wires: ['a.tensor > free.x', 'free.y > fixed.x', 'fixed.y > out.value'],
    models: { 'free.onnx': scale('n', 'n', 2), 'fixed.onnx': scale(1, 1, 3) },
    inputs: { a: 'a' },
    outputs: { out: 'out' },
  });
  const [entry] = repositoryFor(input).entries;
  expect(entry.maxBatch).toBe(0);
  const shape = entry.inputs[0].shape.map((dim) => (typeof dim === 'number' ? dim : 1));
  const models = await expectSame(input, { a: { ...rows(1, 3), dims: shape } });
  expect(models.map(({ config }) => [config.name, config.maxBatch])).toEqual(
    expect.arrayContaining([
      ['made', 0],
      ['made-model-free', 8],
      ['made-model-fixed', 0],
    ]),
  );
});

it('does not batch what comes as several rows an item', async () => {
  const input = await made({
    nodes: {
      a: ['input.tensor', { dtype: 'float32', shape: '4, 3' }],
      model: ['model.onnx', { model: 'm.onnx' }],
      out: 'output.tensor',
    },
    wires: ['a.tensor > model.x', 'model.y > out.value'],
    models: { 'm.onnx': scale('n', 'n', 2) },
    inputs: { a: 'a' },
    outputs: { out: 'out' },
  });
  expect(repositoryFor(input).entries[0].maxBatch).toBe(0);
  await expectSame(input, { a: { ...rows(8, 3), dims: [2, 4, 3] } });
});

it('serves a copy with plain tensors of a model that gives maps', async () => {
  const input = await made({
    nodes: { a: three, model: ['model.onnx', { model: 'm.onnx' }], out: 'output.tensor' },
    wires: ['a.tensor > model.x', 'model.y > out.value'],
    models: {
      'm.onnx': scale('n', 'n', 2, {
        outputs: [
          {
            name: 'y',
            type: sequenceType(mapType('int64', { value: { case: 'tensorType', value: { elemType: 1, shape: {} } } })),
          },
        ],
        nodes: [
          { op: 'Mul', inputs: ['x', 'w'], outputs: ['z'] },
          {
            op: 'ZipMap',
            domain: 'ai.onnx.ml',
            inputs: ['z'],
            outputs: ['y'],
            attributes: { classlabels_int64s: { ints: [0, 1, 2] } },
          },
        ],
        opsets: { '': 17, 'ai.onnx.ml': 3 },
      }),
    },
    inputs: { a: 'a' },
    outputs: { out: 'out' },
  });
  const models = await expectSame(input, { a: rows(1, 3) });
  expect(models.find(({ from }) => from !== null)?.from).toEqual({ path: 'm.onnx', adapted: true });
});

it('brings weights along that lie beside a model', async () => {
  const weights = new Uint8Array(64);
  new Float32Array(weights.buffer).set([2, -2, 4], 4);
  const external = {
    name: 'w',
    dtype: 'float32',
    shape: [1, 3],
    data: Float32Array.of(),
    external: { location: 'm.weights', offset: 16, length: 12 },
  } as const;
  const input = await made({
    nodes: { a: three, model: ['model.onnx', { model: 'm.onnx' }], out: 'output.tensor' },
    wires: ['a.tensor > model.x', 'model.y > out.value'],
    models: {
      'm.onnx': scale('n', 'n', 2, {
        initializers: [external, { name: 'one', dtype: 'float32', shape: [1], data: Float32Array.of(1) }],
      }),
      'm.weights': weights,
    },
    inputs: { a: 'a' },
    outputs: { out: 'out' },
  });
  const models = await expectSame(input, { a: rows(3, 3) });
  const files = models.find(({ from }) => from !== null)?.files;
  expect([...(files?.keys() ?? [])]).toEqual(['1/model.onnx', '1/m.weights']);
});

it('holds whatever the ends of a model, the pipeline and its labels are called', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        hostileText.filter((text) => text !== '' && whole(text) && !text.includes('\u0000')),
        { minLength: 2, maxLength: 2 },
      ),
      fc.array(hostileText.filter(whole), { minLength: 3, maxLength: 3 }),
      async ([x, y], labels) => {
        const model = buildModel({
          inputs: [value(x, 'float32', ['n', 3])],
          outputs: [value(y, 'float32', ['n', 3])],
          nodes: [{ op: 'Neg', inputs: [x], outputs: [y] }],
        });
        const ports = await portsOf(model);
        const plain = await made({
          nodes: { a: three, model: ['model.onnx', { model: 'm.onnx' }], soft: 'result.softmax', out: 'output.scores' },
          wires: [`a.tensor > model.${ports.input}`, `model.${ports.output} > soft.logits`, 'soft.scores > out.value'],
          models: { 'm.onnx': model },
          inputs: { a: 'a' },
          outputs: { out: 'out' },
        });
        const input = { ...relabelled(plain, labels), title: labels[0] };
        await expectSame(input, { a: rows(2, 3) });
        const files = triton.files(input, {});
        const text = (name: string): string => {
          const file = files.find(({ path: own }) => own === name);
          return file !== undefined && 'text' in file.content ? file.content.text : '';
        };
        const [served] = JSON.parse(text('client/pipeline.json')).models;
        expect(served.outputs[0].labels).toEqual(labels);
        expect(text('models/made/labels-out.txt').split('\n')).toHaveLength(labels.length + 1);
        const { configs } = servedBy(files);
        expect(configs.get('made-model-m')?.input[0].name).toBe(x);
        expect(configs.get('made-model-m')?.output[0].name).toBe(y);
        expect(text('README.md').split('\n')[0]).toMatch(/^# .*, for Triton Inference Server$/u);
      },
    ),
    { numRuns: 25 },
  );
});

/** Text without lone halves of surrogate pairs, which no file in UTF-8 holds. */
function whole(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

/** The part as if its scores had these labels. */
function relabelled(input: ExportInput, labels: readonly string[]): ExportInput {
  if (input.compiled === null) return input;
  const parts = input.compiled.parts.map((part) => ({
    ...part,
    file: {
      ...part.file,
      outputs: part.file.outputs.map((output) =>
        output.carried.kind === 'scores' ? { ...output, carried: { ...output.carried, labels } } : output,
      ),
    },
  }));
  return { ...input, compiled: { ...input.compiled, parts } };
}
