import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberToHalf } from '../../../core/kinds/float16.ts';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import { anyType } from '../../../core/kinds/type.ts';
import type { Json, Value } from '../../../core/kinds/value.ts';
import { nested, singleJson, tensorElements, tensorFromJson } from '../../../core/serve/jsonTensor.ts';
import { bestPlaces, inputFromJson, outputJson, valueJson } from '../../../core/serve/jsonValues.ts';
import type { SignatureInput } from '../../../core/serve/signature.ts';
import { valueTools } from '../../../server/serving/tools.ts';
import { rejects } from '../../rejects.ts';

const input = (kind: SignatureInput['kind'], type: SignatureInput['type'] = null): SignatureInput => ({
  name: 'x',
  kind,
  doc: '',
  type,
});
const read = (kind: SignatureInput['kind'], json: Json): unknown => inputFromJson(input(kind), json, valueTools);
const write = (value: Value, top = 100): Promise<Json> => valueJson(value, valueTools, { top });

describe('inputs', () => {
  it('takes media as base64 of either alphabet, as data URLs, or with a name', () => {
    const bytes = Uint8Array.of(251, 255, 190, 0, 1);
    const expected = { kind: 'media', bytes: Buffer.from(bytes), name: 'x' };
    expect(read('image', '+/++AAE=')).toEqual(expected);
    expect(read('image', '-_--AAE')).toEqual(expected);
    expect(read('audio', 'data:audio/wav;base64,+/++AAE=')).toEqual(expected);
    expect(read('video', { b64: '+/++AAE=', name: 'a.mp4' })).toEqual({ ...expected, name: 'a.mp4' });
    expect(read('image', '+/++\r\nAAE=\r\n')).toEqual(expected);
    expect(read('folder', ['+/++AAE=', { b64: 'AAE=', name: 'b' }])).toEqual({
      kind: 'media',
      name: 'x',
      files: [
        { ...expected, name: 'x[0]' },
        { kind: 'media', bytes: Buffer.from([0, 1]), name: 'b' },
      ],
    });
  });

  it('refuses what is no media, and fetches nothing', async () => {
    for (const json of [5, null, true, [], {}, 'not base64!', 'data:text/plain,hello', 'AAAAA'])
      await rejects(() => read('image', json as Json), 'input-kind');
    const { message } = await rejects(() => read('image', 'https://example.com/cat.jpg'), 'input-kind');
    expect(message).toContain('nothing is fetched');
    await rejects(() => read('folder', 'AAE='), 'input-kind');
    await rejects(() => read('text', 5), 'input-kind');
  });

  it('takes text and JSON as they are', () => {
    expect(read('text', 'é\u0000')).toEqual({ kind: 'text', text: 'é\u0000' });
    expect(read('json', { a: [1] })).toEqual({ kind: 'json', json: { a: [1] } });
  });

  it('takes tensors nested or flat, of the dtype that is wanted', async () => {
    const wanted = { ...anyType.tensor, dtype: 'int64' as const, shape: [null, 2] };
    expect(
      inputFromJson(
        input('tensor', wanted),
        [
          [1, 2],
          [3, '9007199254740993'],
        ],
        valueTools,
      ),
    ).toEqual({
      kind: 'tensor',
      dtype: 'int64',
      shape: [2, 2],
      data: BigInt64Array.of(1n, 2n, 3n, 9007199254740993n),
    });
    expect(tensorFromJson({ dtype: 'float16', shape: [2, 1], data: [0.5, 'Infinity'] }, 'x', null)).toEqual({
      kind: 'tensor',
      dtype: 'float16',
      shape: [2, 1],
      data: Uint16Array.of(numberToHalf(0.5), 0x7c00),
    });
    expect(tensorFromJson([[], []], 'x', null)).toMatchObject({ dtype: 'float32', shape: [2, 0] });
    expect(tensorFromJson(7, 'x', null)).toMatchObject({ shape: [], data: Float32Array.of(7) });
    expect(tensorFromJson(['a', 'b'], 'x', null)).toMatchObject({ dtype: 'string', data: ['a', 'b'] });
    expect(tensorFromJson([true, false], 'x', null)).toMatchObject({ dtype: 'bool', data: Uint8Array.of(1, 0) });
    for (const ragged of [
      [[1], [2, 3]],
      [1, [2]],
      [[1], 2],
    ])
      await rejects(() => tensorFromJson(ragged, 'x', null), 'value-shape');
    await rejects(() => tensorFromJson({ shape: [3], data: [1, 2] }, 'x', null), 'value-shape');
    await rejects(() => tensorFromJson({ shape: [-1], data: [] }, 'x', null), 'value-shape');
    await rejects(() => tensorFromJson({ dtype: 'complex', data: [1] }, 'x', null), 'input-kind');
    await rejects(() => tensorFromJson({ shape: [1] }, 'x', null), 'input-kind');
    for (const [dtype, element] of [
      ['uint8', 256],
      ['int8', 1.5],
      ['int64', 2 ** 53],
      ['uint64', '-1'],
      ['bool', 2],
      ['float32', 'one'],
      ['string', 1],
    ] as const)
      await rejects(() => tensorFromJson([element], 'x', dtype), 'value-invalid');
  });
});

describe('outputs', () => {
  it('write scores best first, as many as wanted', async () => {
    const scores: Value = {
      kind: 'scores',
      data: Float32Array.of(0.1, 0.7, 0.2),
      labels: ['a', 'b', 'c'],
      form: 'probabilities',
    };
    expect(await write(scores, 2)).toEqual({
      label: 'b',
      score: 0.7,
      form: 'probabilities',
      count: 3,
      classes: [
        { label: 'b', class: 1, score: 0.7 },
        { label: 'c', class: 2, score: 0.2 },
      ],
    });
    expect(await write({ ...scores, data: new Float32Array(), labels: null })).toMatchObject({ label: null, count: 0 });
  });

  it('find the best places as a full sort does', () => {
    const number = fc.oneof(fc.float({ noNaN: false }), fc.constantFrom(0, 1, 1, Number.NaN));
    fc.assert(
      fc.property(fc.array(number, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (numbers, most) => {
        const data = Float32Array.from(numbers);
        const rank = (i: number): number => (Number.isNaN(data[i]) ? Number.NEGATIVE_INFINITY : data[i]);
        const sorted = [...data.keys()].sort((a, b) => (rank(a) === rank(b) ? a - b : rank(b) - rank(a)));
        expect(bestPlaces(data, most)).toEqual(sorted.slice(0, most));
      }),
    );
  });

  it('write the shortest number that is the same float32', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const json = singleJson(x);
        expect(Math.fround(Number(json))).toBe(Object.is(x, -0) ? 0 : x);
      }),
    );
    expect([singleJson(Math.fround(0.1)), singleJson(Number.NaN), singleJson(-Infinity)]).toEqual([
      0.1,
      'NaN',
      '-Infinity',
    ]);
  });

  it('write boxes, embeddings, tensors, text and JSON', async () => {
    const boxes: Value = {
      kind: 'boxes',
      imageWidth: 10,
      imageHeight: 20,
      coordinates: Float32Array.of(1, 2, 3.5, 4),
      scores: Float32Array.of(0.5),
      classes: Int32Array.of(1),
      labels: ['a', 'b'],
    };
    expect(await write(boxes)).toEqual({
      count: 1,
      imageWidth: 10,
      imageHeight: 20,
      boxes: [{ label: 'b', class: 1, score: 0.5, x1: 1, y1: 2, x2: 3.5, y2: 4 }],
    });
    expect(await write({ kind: 'embedding', data: Float32Array.of(0.1, 2), unit: false })).toEqual([0.1, 2]);
    const tensor: Value = { kind: 'tensor', dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, 2n ** 62n) };
    expect(await write(tensor)).toEqual({ dtype: 'int64', shape: [2], data: [1, '4611686018427387904'] });
    expect(tensorElements({ kind: 'tensor', dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) })).toEqual([
      true,
      false,
    ]);
    expect(nested([1, 2, 3, 4, 5, 6], [2, 3])).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(await write({ kind: 'text', text: 'hello' })).toBe('hello');
    expect(await write({ kind: 'json', json: [null] })).toEqual([null]);
  });

  it('write pictures, masks and sound as data URLs that read back', async () => {
    const geometry = originalGeometry(2, 1);
    const image: Value = { kind: 'image', width: 2, height: 1, colour: 'grey', data: Uint8Array.of(0, 255), geometry };
    expect(await write(image)).toMatchObject({
      width: 2,
      height: 1,
      data: expect.stringMatching(/^data:image\/png;base64,/),
    });
    const mask: Value = { kind: 'mask', width: 2, height: 2, data: Uint8Array.of(0, 1, 1, 1), labels: ['sky', 'sea'] };
    expect(await write(mask)).toMatchObject({
      classes: [
        { class: 1, label: 'sea', share: 0.75 },
        { class: 0, label: 'sky', share: 0.25 },
      ],
    });
    const audio: Value = { kind: 'audio', sampleRateHz: 8000, channels: [new Float32Array(4000)] };
    expect(await write(audio)).toMatchObject({
      seconds: 0.5,
      channels: 1,
      data: expect.stringMatching(/^data:audio\/wav/),
    });
  });

  it('write sequences with their times, and nothing for what is missing', async () => {
    const item = (t: number, text: string) => ({ t, value: { kind: 'text' as const, text } });
    const many = { status: 'present' as const, kind: 'text' as const, sequence: 'many' as const };
    expect(
      await outputJson({ ...many, items: [item(0, 'a'), { ...item(1, 'b'), durationSeconds: 2 }] }, valueTools),
    ).toEqual([
      { t: 0, value: 'a' },
      { t: 1, durationSeconds: 2, value: 'b' },
    ]);
    expect(await outputJson({ ...many, items: [] }, valueTools)).toEqual([]);
    expect(await outputJson({ ...many, sequence: 'one', items: [item(0, 'a')] }, valueTools)).toBe('a');
  });
});
