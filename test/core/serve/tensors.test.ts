import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyType, many, type WireType } from '../../../core/kinds/type.ts';
import type { Item, Value } from '../../../core/kinds/value.ts';
import { problemData } from '../../../core/problems/problem.ts';
import type { RunResult } from '../../../core/run/result.ts';
import { type Datatype, dtypeOf, type NumberDatatype, type OipTensor, zeros } from '../../../core/serve/oipTensor.ts';
import { rawOf, tensorFromRaw } from '../../../core/serve/rawTensor.ts';
import type { PipelineSignature } from '../../../core/serve/signature.ts';
import { itemsOfTensors } from '../../../core/serve/tensorInputs.ts';
import { tensorsOfResults } from '../../../core/serve/tensorOutputs.ts';
import { hasOwnBatch, inputTensors, outputTensors } from '../../../core/serve/tensorSpecs.ts';
import { rejects } from '../../rejects.ts';

const limits = { batchItems: 16, jsonDepth: 20 };
const tools = { encode: () => Promise.reject(new Error('nothing is encoded here')) };
const floats = (...numbers: readonly number[]) => Float32Array.from(numbers);

function signature(
  inputs: Readonly<Record<string, WireType>>,
  outputs: Readonly<Record<string, WireType>> = {},
): PipelineSignature {
  const described = (types: Readonly<Record<string, WireType>>) =>
    Object.entries(types).map(([name, type]) => ({ name, kind: type.kind, doc: '', type }));
  return { title: '', description: '', inputs: described(inputs), outputs: described(outputs) };
}

function result(outputs: Readonly<Record<string, readonly Item[] | null>>): RunResult {
  const problem = problemData('input-missing', { message: 'No sound.', fix: '' });
  return {
    nodes: {},
    warnings: [],
    wallMs: 0,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, items]) => [
        name,
        items === null
          ? { status: 'missing', problem }
          : { status: 'present', kind: items[0]?.value.kind ?? 'json', sequence: 'one', items },
      ]),
    ),
  };
}
const at = (value: Value, t = 0): Item => ({ t, value });

function boxes(...classes: readonly number[]): Value {
  return {
    kind: 'boxes',
    imageWidth: 9,
    imageHeight: 9,
    coordinates: Float32Array.from({ length: classes.length * 4 }, (_, i) => i + 1),
    scores: Float32Array.from(classes, () => 0.5),
    classes: Int32Array.from(classes),
    labels: ['cat', 'dog'],
  };
}

async function told(
  results: readonly RunResult[],
  outputs: Readonly<Record<string, WireType>>,
  names: readonly string[] | null = null,
) {
  const { tensors } = await tensorsOfResults(results, signature({}, outputs), names, tools);
  return Object.fromEntries(
    tensors.map(({ name, shape, data, datatype }) => [
      name,
      [shape, datatype === 'BYTES' ? data.map((element) => new TextDecoder().decode(element)) : [...data]],
    ]),
  );
}

describe('raw tensors', () => {
  const numbers = fc.constantFrom(...(Object.keys(dtypeOf) as NumberDatatype[])).chain((datatype) =>
    fc.array(fc.nat({ max: 4 }), { maxLength: 3 }).chain((shape) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const bytes = zeros(datatype, count).byteLength;
      return fc.tuple(
        fc.constant<Datatype>(datatype),
        fc.constant(shape),
        fc.uint8Array({ minLength: bytes, maxLength: bytes }),
      );
    }),
  );

  it('are the bytes that they came as', () => {
    fc.assert(
      fc.property(numbers, ([datatype, shape, bytes]) => {
        const clean = datatype === 'BOOL' ? bytes.map((byte) => (byte === 0 ? 0 : 1)) : bytes;
        expect(new Uint8Array(rawOf(tensorFromRaw('x', datatype, shape, bytes)))).toEqual(clean);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 5 }), (data) => {
        const raw = rawOf({ name: 'x', datatype: 'BYTES', shape: [data.length], data });
        expect(tensorFromRaw('x', 'BYTES', [data.length], raw)).toEqual({
          name: 'x',
          datatype: 'BYTES',
          shape: [data.length],
          data,
        });
      }),
    );
  });

  it('lie at any place of a body', () => {
    const body = Uint8Array.of(9, ...new Uint8Array(floats(1, -2).buffer), 9);
    expect(tensorFromRaw('x', 'FP32', [2], body.subarray(1, 9))).toMatchObject({ data: floats(1, -2) });
  });

  it('of another length than their shape says are refused, before a list of that length is made', async () => {
    const raw = (datatype: Datatype, shape: readonly number[], length: number) => async () =>
      tensorFromRaw('x', datatype, shape, new Uint8Array(length));
    await rejects(raw('FP32', [2], 7), 'value-shape');
    await rejects(raw('BYTES', [2 ** 40], 8), 'value-shape');
    await rejects(raw('BYTES', [1], 5), 'value-shape');
    await rejects(raw('FP32', [2 ** 40, 2 ** 40], 8), 'value-shape');
    await rejects(raw('FP32', [-1], 4), 'value-shape');
  });
});

describe('inputs', () => {
  it('are told with the batch in front, unless theirs begins with one', () => {
    const tensor = (shape: readonly (number | string | null)[] | null): WireType => ({
      ...anyType.tensor,
      dtype: 'int64',
      shape,
    });
    const types = {
      a: tensor([3, 4]),
      b: tensor([1, 4]),
      c: tensor(['batch_size', null]),
      d: tensor(['time', 80]),
      e: tensor(null),
    };
    expect(inputTensors(signature(types)).map(({ shape }) => shape)).toEqual([
      [-1, 3, 4],
      [-1, 4],
      [-1, -1],
      [-1, -1, 80],
      [-1, -1],
    ]);
    expect(['n', 'N', 'batch', 'input_batch', 'x', 'channels', 'time'].map((name) => hasOwnBatch([name]))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('are cut into one set for each item', () => {
    const text: OipTensor = {
      name: 't',
      datatype: 'BYTES',
      shape: [2],
      data: ['a', 'ü'].map((word) => new TextEncoder().encode(word)),
    };
    const vector: OipTensor = { name: 'v', datatype: 'FP32', shape: [2, 2], data: floats(1, 2, 3, 4) };
    const taken = signature({ t: anyType.text, v: { ...anyType.embedding, length: 2 } });
    expect(itemsOfTensors([text, vector], taken, limits)).toEqual([
      { t: { kind: 'text', text: 'a' }, v: { kind: 'embedding', data: floats(1, 2), unit: false } },
      { t: { kind: 'text', text: 'ü' }, v: { kind: 'embedding', data: floats(3, 4), unit: false } },
    ]);
    expect(itemsOfTensors([], taken, limits)).toEqual([{}]);
  });

  it('are refused where they are not what the pipeline takes', async () => {
    const taken = signature({ t: anyType.text, v: { ...anyType.embedding, length: 2 }, b: anyType.boxes });
    const ask =
      (...tensors: readonly OipTensor[]) =>
      async () =>
        itemsOfTensors(tensors, taken, limits);
    const vector = (shape: readonly number[]): OipTensor => ({
      name: 'v',
      datatype: 'FP32',
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    });
    const bytes = (name: string, ...data: readonly Uint8Array[]): OipTensor => ({
      name,
      datatype: 'BYTES',
      shape: [data.length],
      data,
    });
    await rejects(ask(vector([1, 3])), 'value-shape');
    await rejects(ask(vector([2])), 'value-shape');
    await rejects(ask(vector([1, 2]), vector([1, 2])), 'request-invalid');
    await rejects(ask(vector([2, 2]), bytes('t', Uint8Array.of(97))), 'value-shape');
    await rejects(ask(vector([17, 2])), 'request-too-large');
    await rejects(ask(bytes('t', Uint8Array.of(0xff))), 'text-encoding');
    await rejects(ask(bytes('v', Uint8Array.of(1))), 'input-kind');
    await rejects(ask(bytes('b', Uint8Array.of(1))), 'input-kind');
    await rejects(ask(bytes('z', Uint8Array.of(1))), 'input-unknown');
  });
});

describe('outputs', () => {
  it('scores lie side by side, with the best label of each', async () => {
    const type: WireType = { ...anyType.scores, classes: 2, labels: ['no', 'yes'] };
    const scores = (...data: readonly number[]): Value => ({
      kind: 'scores',
      data: floats(...data),
      labels: ['no', 'yes'],
      form: 'probabilities',
    });
    const results = [result({ s: [at(scores(0.75, 0.25))] }), result({ s: [at(scores(0, 1))] })];
    expect(await told(results, { s: type })).toEqual({
      s: [
        [2, 2],
        [0.75, 0.25, 0, 1],
      ],
      's.label': [[2], ['no', 'yes']],
    });
    expect(await told(results, { s: type }, ['s.label'])).toEqual({ 's.label': [[2], ['no', 'yes']] });
    expect(await told(results, { s: type }, ['s'])).toEqual({
      s: [
        [2, 2],
        [0.75, 0.25, 0, 1],
      ],
    });
  });

  it('boxes are filled up to the most of the batch, and counted', async () => {
    const type: WireType = { ...anyType.boxes, labels: ['cat', 'dog'] };
    expect(
      await told([result({ b: [at(boxes(1, 0))] }), result({ b: [at(boxes())] }), result({ b: [at(boxes(0))] })], {
        b: type,
      }),
    ).toEqual({
      'b.boxes': [
        [3, 2, 4],
        [1, 2, 3, 4, 5, 6, 7, 8, ...Array(8).fill(0), 1, 2, 3, 4, 0, 0, 0, 0],
      ],
      'b.scores': [
        [3, 2],
        [0.5, 0.5, 0, 0, 0.5, 0],
      ],
      'b.classes': [
        [3, 2],
        [1, 0, 0, 0, 0, 0],
      ],
      'b.labels': [
        [3, 2],
        ['dog', 'cat', '', '', 'cat', ''],
      ],
      'b.count': [[3], [2, 0, 1]],
    });
  });

  it('sequences have time as their second dimension', async () => {
    const type: WireType = { ...anyType.embedding, length: 2, sequence: many };
    const vector = (...data: readonly number[]): Value => ({ kind: 'embedding', data: floats(...data), unit: false });
    const results = [result({ e: [at(vector(1, 2), 0.5), at(vector(3, 4), 1)] }), result({ e: [at(vector(5, 6), 2)] })];
    expect(await told(results, { e: type })).toEqual({
      e: [
        [2, 2, 2],
        [1, 2, 3, 4, 5, 6, 0, 0],
      ],
      'e.times': [
        [2, 2],
        [0.5, 1, 2, 0],
      ],
      'e.items': [[2], [2, 1]],
    });
    const counted: WireType = { ...anyType.boxes, sequence: many };
    expect(await told([result({ b: [at(boxes(1), 0), at(boxes(), 1)] })], { b: counted })).toMatchObject({
      'b.boxes': [
        [1, 2, 1, 4],
        [1, 2, 3, 4, 0, 0, 0, 0],
      ],
      'b.count': [
        [1, 2],
        [1, 0],
      ],
    });
    expect(await told([result({ e: [] })], { e: type })).toMatchObject({ e: [[1, 0, 2], []], 'e.items': [[1], [0]] });
  });

  it('tensors with a batch of their own are joined along it', async () => {
    const tensor = (shape: readonly number[], ...data: readonly number[]): Value => ({
      kind: 'tensor',
      dtype: 'float32',
      shape,
      data: floats(...data),
    });
    const type: WireType = { ...anyType.tensor, dtype: 'float32', shape: ['batch', 2] };
    expect(
      await told([result({ y: [at(tensor([1, 2], 1, 2))] }), result({ y: [at(tensor([1, 2], 3, 4))] })], { y: type }),
    ).toEqual({
      y: [
        [2, 2],
        [1, 2, 3, 4],
      ],
    });
    expect(await told([result({ y: [at(tensor([2, 2], 1, 2, 3, 4))] })], { y: type })).toEqual({
      y: [
        [2, 2],
        [1, 2, 3, 4],
      ],
    });
    const pair = [result({ y: [at(tensor([1, 2], 1, 2))] }), result({ y: [at(tensor([2, 2], 1, 2, 3, 4))] })];
    await rejects(() => told(pair, { y: type }), 'value-shape');
  });

  it('items of different shapes are refused, and batches of which some have no value', async () => {
    const type: WireType = { ...anyType.embedding };
    const vector = (...data: readonly number[]): Value => ({ kind: 'embedding', data: floats(...data), unit: false });
    await rejects(
      () => told([result({ e: [at(vector(1))] }), result({ e: [at(vector(1, 2))] })], { e: type }),
      'value-shape',
    );
    await rejects(() => told([result({ e: [at(vector(1))] }), result({ e: null })], { e: type }), 'modality-missing');
    await rejects(() => told([result({ e: [at(vector(1))] })], { e: type }, ['f']), 'request-invalid');
    const { tensors, missing } = await tensorsOfResults([result({ e: null })], signature({}, { e: type }), null, tools);
    expect([tensors, missing]).toEqual([[], { e: 'No sound.' }]);
  });

  it('are told in the metadata as they come', () => {
    const outputs = signature(
      {},
      {
        s: { ...anyType.scores, classes: 3 },
        b: anyType.boxes,
        j: anyType.json,
        m: { ...anyType.mask, sequence: many },
      },
    );
    expect(outputTensors(outputs).map(({ name, datatype, shape }) => `${name} ${datatype} ${shape}`)).toEqual([
      's FP32 -1,3',
      'b.boxes FP32 -1,-1,4',
      'b.scores FP32 -1,-1',
      'b.classes INT32 -1,-1',
      'b.count INT32 -1',
      'j BYTES -1',
      'm UINT8 -1,-1,-1,-1',
      'm.times FP64 -1,-1',
      'm.items INT32 -1',
    ]);
  });
});
