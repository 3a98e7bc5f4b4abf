import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openPipeline } from '../../../cli/pipeline.ts';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import type { Json, Value } from '../../../core/kinds/value.ts';
import { sameBits } from '../../../core/profile/valueNumbers.ts';
import type { PublishedOutput } from '../../../core/run/result.ts';
import {
  type Allowed,
  allowedAt,
  comparePrint,
  compareValue,
  defaultTerms,
} from '../../../core/serve/compareValues.ts';
import {
  compareOutputs,
  comparePorts,
  firstDivergence,
  precisionOf,
  type RecordedSample,
  recordedSampleSchema,
  recordedText,
  recordOutput,
} from '../../../core/serve/golden.ts';
import type { GoldenTerms } from '../../../core/serve/manifest.ts';
import { printedNumbers, printValue } from '../../../core/serve/portPrint.ts';
import { recordedValue, recordValue } from '../../../core/serve/recordedValue.ts';
import { base64 } from '../../../host/bundle/base64.ts';
import { rejects } from '../../rejects.ts';

const terms: GoldenTerms = { ...defaultTerms, samples: [], precision: { loose: 'int8' } };
const single = allowedAt(terms, 'any', true);

function again(value: Value): Value {
  return recordedValue(JSON.parse(JSON.stringify(recordValue(value, base64))) as Json, base64);
}

function scores(...data: readonly number[]): Value {
  return { kind: 'scores', data: Float32Array.from(data), labels: null, form: 'probabilities' };
}

const everyKind: readonly Value[] = [
  { kind: 'image', width: 2, height: 1, colour: 'grey', data: Uint8Array.of(0, 255), geometry: originalGeometry(2, 1) },
  {
    kind: 'image',
    width: 64,
    height: 64,
    colour: 'rgb',
    data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => i % 251),
    geometry: originalGeometry(64, 64),
  },
  { kind: 'mask', width: 2, height: 2, data: Uint8Array.of(0, 1, 1, 0), labels: ['sky', 'sea'] },
  { kind: 'audio', sampleRateHz: 16_000, channels: [Float32Array.of(0.1, -0.2), Float32Array.of(0, 1e-9)] },
  {
    kind: 'video',
    source: { kind: 'media', name: 'a.mp4' },
    width: 640,
    height: 360,
    frameRateHz: 25,
    durationSeconds: 2,
    audio: { sampleRateHz: 48_000, channels: 2 },
  },
  { kind: 'text', text: 'grüße\n"{{x}}"\u0000' },
  { kind: 'tensor', dtype: 'float32', shape: [2, 2], data: Float32Array.of(Number.NaN, Infinity, -1e-38, 3.4e38) },
  { kind: 'tensor', dtype: 'float64', shape: [2000], data: Float64Array.from({ length: 2000 }, (_, i) => i / 7) },
  { kind: 'tensor', dtype: 'int64', shape: [2], data: BigInt64Array.of(2n ** 62n, -5n) },
  {
    kind: 'tensor',
    dtype: 'uint64',
    shape: [1500],
    data: BigUint64Array.from({ length: 1500 }, (_, i) => BigInt(i) << 40n),
  },
  { kind: 'tensor', dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0x7e00) },
  { kind: 'tensor', dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
  { kind: 'tensor', dtype: 'string', shape: [2], data: ['a', ''] },
  { kind: 'embedding', unit: true, data: Float32Array.of(0.6, 0.8) },
  { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels: ['no', 'yes'], form: 'probabilities' },
  {
    kind: 'boxes',
    imageWidth: 100,
    imageHeight: 50,
    labels: ['dog'],
    coordinates: Float32Array.of(1, 2, 3.5, 4),
    scores: Float32Array.of(0.9),
    classes: Int32Array.of(0),
  },
  { kind: 'json', json: { a: [1, 2.5, null, 'x'], b: { c: true } } },
];

it.each(everyKind.map((value) => [value.kind, value] as const))(
  'a %s is recorded without loss, and is equal to itself',
  (_, value) => {
    const read = again(value);
    expect(read.kind === 'video' ? read : sameBits(value, read)).toEqual(value.kind === 'video' ? value : true);
    const compared = compareValue(value, read, single);
    // NaN where NaN was recorded is no difference.
    expect(compared).toMatchObject({ within: true });
    expect(comparePrint(printValue(value, 0), printValue(read, 0), single)).toMatchObject({ within: true });
  },
);

it('any floats are recorded bit by bit', () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 1500 }), (data) => {
      const value: Value = { kind: 'tensor', dtype: 'float32', shape: [data.length], data: data.map((x) => x + 0) };
      expect(sameBits(value, again(value))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it('numbers may differ by a share of the largest, and no more', () => {
  const recorded = scores(0.9, 0.1, 1e-7);
  expect(compareValue(recorded, scores(0.90005, 0.1, 1e-7), single).within).toBe(true);
  const off = compareValue(recorded, scores(0.9, 0.102, 1e-7), single);
  expect(off).toMatchObject({ within: false, words: expect.stringContaining('at place 1') });
  expect(off.maxDifference).toBeCloseTo(0.002, 5);
  expect(off.limit).toBeCloseTo(0.9e-4 + 1e-6, 7);
  expect(compareValue(recorded, scores(0.9, 0.102, 1e-7), allowedAt(terms, 'loose', true)).within).toBe(true);
  expect(compareValue(recorded, scores(0.9, 0.1005, 1e-7), allowedAt(terms, 'any', false)).within).toBe(true);
});

it('what names things must be equal', () => {
  const tensor = (...data: readonly bigint[]): Value => ({
    kind: 'tensor',
    dtype: 'int64',
    shape: [data.length],
    data: BigInt64Array.from(data),
  });
  const loose: Allowed = { relative: 1, absolute: 1, pixelLevels: 9, maskShare: 1 };
  const pairs: readonly (readonly [Value, Value])[] = [
    [tensor(2n ** 60n), tensor(2n ** 60n + 1n)],
    [
      { kind: 'text', text: 'a' },
      { kind: 'text', text: 'b' },
    ],
    [
      { kind: 'json', json: { a: 1 } },
      { kind: 'json', json: { b: 1 } },
    ],
    [
      { kind: 'json', json: { n: 3 } },
      { kind: 'text', text: '3' },
    ],
    [scores(0.1), scores(0.1, 0.2)],
    [scores(0.1), scores(Number.NaN)],
  ];
  for (const [a, b] of pairs) expect(compareValue(a, b, loose)).toMatchObject({ within: false });
  const labelled = (label: string): Value => ({
    kind: 'scores',
    data: Float32Array.of(1),
    labels: [label],
    form: 'other',
  });
  expect(compareValue(labelled('cat'), labelled('dog'), loose).within).toBe(false);
  // Whole numbers of JSON differ by one, or not at all.
  expect(compareValue({ kind: 'json', json: [3] }, { kind: 'json', json: [4] }, single).within).toBe(false);
  expect(compareValue({ kind: 'json', json: [0.5] }, { kind: 'json', json: [0.50001] }, single).within).toBe(true);
});

it('pictures may differ by a level or two, masks by few pixels', () => {
  const picture = (level: number): Value => ({
    kind: 'image',
    width: 2,
    height: 1,
    colour: 'grey',
    data: Uint8Array.of(10, level),
    geometry: originalGeometry(2, 1),
  });
  expect(compareValue(picture(100), picture(102), single).within).toBe(true);
  expect(compareValue(picture(100), picture(103), single).within).toBe(false);
  const mask = (wrong: number): Value => ({
    kind: 'mask',
    width: 100,
    height: 100,
    labels: null,
    data: Uint8Array.from({ length: 10_000 }, (_, i) => (i < wrong ? 2 : 1)),
  });
  expect(compareValue(mask(0), mask(10), single).within).toBe(true);
  expect(compareValue(mask(0), mask(11), single)).toMatchObject({ within: false, words: expect.stringContaining('%') });
});

it('a fingerprint has few numbers, and finds what changed', () => {
  const data = Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
  const value = (): Value => ({ kind: 'tensor', dtype: 'float32', shape: [100_000], data: data.slice() });
  const print = printValue(value(), 0);
  expect(print.picked).toHaveLength(printedNumbers);
  expect(print.picked[0]).toBe(0);
  const scaled = value();
  if (scaled.kind === 'tensor' && scaled.dtype === 'float32') for (let i = 0; i < 100_000; i++) scaled.data[i] *= 1.01;
  expect(comparePrint(print, printValue(scaled, 0), single).within).toBe(false);
  // One NaN between the places that are picked is counted.
  const broken = value();
  if (broken.kind === 'tensor' && broken.dtype === 'float32') broken.data[17] = Number.NaN;
  expect(comparePrint(print, printValue(broken, 0), single)).toMatchObject({ within: false });
  const long = printValue({ kind: 'text', text: 'x'.repeat(100_000) }, 0);
  expect(long.text.length).toBeLessThan(3000);
  expect(comparePrint(long, printValue({ kind: 'text', text: `${'x'.repeat(99_999)}y` }, 0), single).within).toBe(
    false,
  );
});

it('the first node of the plan that differs is named, then the outputs', async () => {
  const { checked } = await openPipeline('samples/picture-classifier', {});
  const present = (value: Value): PublishedOutput => ({
    status: 'present',
    kind: value.kind,
    sequence: 'one',
    items: [{ t: 0, value }],
  });
  const print = (...data: readonly number[]) => ({ passed: 1, missing: null, items: [printValue(scores(...data), 0)] });
  const recorded: RecordedSample = {
    sample: 'sunset',
    outputs: { scene: recordOutput(present(scores(0.9, 0.1)), base64) },
    ports: { 'probabilities.scores': print(0.9, 0.1), 'model.logits': print(3, 1), 'photo.image': print(0.5) },
  };
  expect(recordedSampleSchema.parse(JSON.parse(recordedText(recorded)))).toEqual(recorded);
  const same = compareOutputs(recorded, { scene: present(scores(0.9, 0.1)) }, checked, terms, true, base64);
  expect(same).toMatchObject({ outputs: [], maxDifference: 0 });
  const other = compareOutputs(recorded, { scene: present(scores(0.5, 0.5)) }, checked, terms, true, base64);
  expect(other.outputs).toMatchObject([{ output: 'scene', node: 'probabilities', port: 'scores', sample: 'sunset' }]);
  expect(other.maxDifference).toBeCloseTo(0.4);
  const now = { 'probabilities.scores': print(0.5, 0.5), 'model.logits': print(1, 1), 'photo.image': print(0.5) };
  const ports = comparePorts(recorded, now, checked.order, terms, true);
  expect(ports.map(({ node }) => node)).toEqual(['model', 'probabilities']);
  expect(firstDivergence({ ...other, ports })).toMatchObject({ node: 'model', port: 'logits' });
  expect(firstDivergence({ ...other, ports: [] })).toMatchObject({ node: 'probabilities' });
  const missing = compareOutputs(recorded, {}, checked, terms, true, base64);
  expect(missing.outputs).toMatchObject([{ output: 'scene', words: expect.stringContaining('did not come') }]);
  expect(comparePorts(recorded, {}, checked.order, terms, true)).toHaveLength(3);
});

it('what comes after a model of less precision is held to less', async () => {
  const { checked } = await openPipeline('samples/picture-classifier', {});
  const model = checked.nodes.get('model');
  const facts = model?.files['model'];
  if (model === undefined || facts?.model === undefined) throw new Error('the sample has no model');
  const quantised = { ...facts, model: { ...facts.model, operators: { QLinearConv: 3 } } };
  const nodes = new Map(checked.nodes).set('model', { ...model, files: { model: quantised } });
  expect(precisionOf(checked)).toEqual({});
  expect(precisionOf({ ...checked, nodes })).toEqual({ model: 'int8', probabilities: 'int8', scene: 'int8' });
});

it('a record that holds something else is refused', async () => {
  const broken: readonly Json[] = [
    null,
    [],
    {},
    { kind: 'tensor', dtype: 'float99' },
    { kind: 'text', text: 3 },
    { kind: 'embedding', data: { base64: '!' } },
    { kind: 'embedding', data: { base64: 'AAA=' } },
  ];
  for (const json of broken) await rejects(() => recordedValue(json, base64), 'bundle-invalid');
});
