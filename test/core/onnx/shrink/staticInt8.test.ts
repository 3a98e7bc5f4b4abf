import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { writeModel } from '../../../../core/onnx/read.ts';
import { type CalibrationMethod, calibrate } from '../../../../core/onnx/shrink/calibrate.ts';
import { outputError } from '../../../../core/onnx/shrink/error.ts';
import { answersOf, type Feeds } from '../../../../core/onnx/shrink/run.ts';
import {
  quantiseStatic,
  readyForStatic,
  type StaticOptions,
  tensorsToObserve,
} from '../../../../core/onnx/shrink/staticInt8.ts';
import { floatsOf } from '../../../../core/onnx/tensorData.ts';
import { makeModelRunner } from '../../../../host/models/shrinkRunner.ts';
import { root } from '../../../rules/sources.ts';
import { conv, convNet, floats, model, noise, op, operators, pictures, sampleModel, weights } from './models.ts';

const runner = makeModelRunner('m.onnx', 1);

async function made(
  before: ModelProto,
  feeds: readonly Feeds[],
  options: StaticOptions = {},
  method: CalibrationMethod = 'minMax',
) {
  const ready = readyForStatic(before, 'm.onnx');
  const ranges = await calibrate(runner, ready, tensorsToObserve(ready, options), feeds, { method });
  return { ranges, ...quantiseStatic(ready, ranges, options) };
}

async function errorOf(before: ModelProto, after: ModelProto, feeds: readonly Feeds[]) {
  return outputError(await answersOf(runner, before, feeds), await answersOf(runner, after, feeds));
}

describe('static int8', () => {
  it.each(['minMax', 'entropy', 'percentile'] as const)(
    'calibrated by %s gives nearly what float32 gives, from a third of the bytes',
    async (method) => {
      const before = convNet();
      const { model: after, report } = await made(before, pictures(16), {}, method);
      expect(report.done).toEqual(['first', 'deep', 'point', 'last', 'head']);
      expect(report.left).toEqual([]);
      expect(report.bytesAfter).toBeLessThan(report.bytesBefore / 3);
      const { relative, cosine } = await errorOf(before, after, pictures(16, 100));
      expect(relative).toBeLessThan(0.06);
      expect(cosine).toBeGreaterThan(0.998);
    },
  );

  it('in symmetric int8 too', async () => {
    const before = convNet();
    const { model: after } = await made(before, pictures(16), { activations: 'int8' });
    expect((await errorOf(before, after, pictures(8, 100))).relative).toBeLessThan(0.08);
  });

  it('puts every value between layers in 8 bits, and lets what moves elements keep the scale', async () => {
    const { model: after } = await made(convNet(), pictures(4));
    const scaleOf = (name: string) =>
      after.graph?.node.find((n) => n.opType === 'QuantizeLinear' && n.output[0] === `${name}_uint8`)?.input[1];
    // Behind the Relu, not between it and its Conv; the pool shares its scale.
    expect(scaleOf('b')).toBe('b_scale');
    expect(scaleOf('c')).toBe('b_scale');
    expect(scaleOf('a')).toBeUndefined();
    for (const name of ['x', 'e', 'g', 'h', 'j', 'k']) expect(scaleOf(name)).toBe(`${name}_scale`);
    expect(scaleOf('l')).toBe('k_scale');
    // The result of a product needs no 8 bits: it can come out float.
    expect(scaleOf('y')).toBeUndefined();
    expect(after.graph?.output.map(({ name }) => name)).toEqual(['y']);
  });

  it('runs as whole-number kernels: the runtime fuses all of its pairs', async () => {
    const { model: after } = await made(convNet(), pictures(4));
    const { optimiseModel } = await import('../../../../host/models/optimise.ts');
    const fused = operators((await optimiseModel(after, 'm.onnx', 'cpu')).model);
    expect(fused.filter((type) => type === 'QLinearConv')).toHaveLength(4);
    expect(fused).toEqual(expect.arrayContaining(['QLinearAdd', 'QGemm', 'QLinearGlobalAveragePool', 'MaxPool']));
    expect(fused.filter((type) => ['Conv', 'Relu', 'Add', 'Gemm'].includes(type))).toEqual([]);
  });

  it("runs a detector's parts so too (SiLU, Split, Concat, Resize to the nearest), but not scores that go out", async () => {
    const silu = (input: string, output: string) => [
      op('Sigmoid', [input], `${output}.s`),
      op('Mul', [input, `${output}.s`], output),
    ];
    const before = model(
      [
        conv('first', 'x', 'a'),
        ...silu('a', 'b'),
        { op: 'Split', inputs: ['b', 'sizes'], outputs: ['c', 'd'], name: 'split', attributes: { axis: { i: 1 } } },
        conv('deep', 'd', 'e'),
        ...silu('e', 'f'),
        op('Concat', ['c', 'd', 'f'], 'g', { attributes: { axis: { i: 1 } } }),
        op('Resize', ['g', '', 'scales'], 'h', { attributes: { mode: { s: 'nearest' } } }),
        op('Concat', ['h', 'h'], 'i', { attributes: { axis: { i: 1 } } }),
        conv('last', 'i', 'j'),
        op('Sigmoid', ['j'], 'k'),
        op('Transpose', ['k'], 'y', { attributes: { perm: { ints: [0, 2, 3, 1] } } }),
      ],
      [
        ...[weights('first.w', [16, 3, 3, 3], 1, 0.2), weights('first.b', [16], 2, 0.1)],
        ...[weights('deep.w', [8, 8, 3, 3], 3, 0.2), weights('deep.b', [8], 4, 0.1)],
        ...[weights('last.w', [8, 48, 3, 3], 5, 0.05), weights('last.b', [8], 6, 0.1)],
        { name: 'sizes', dtype: 'int64', shape: [2], data: BigInt64Array.of(8n, 8n) },
        { name: 'scales', dtype: 'float32', shape: [4], data: Float32Array.of(1, 1, 2, 2) },
      ],
    );
    const { model: after } = await made(before, pictures(8));
    const { optimiseModel } = await import('../../../../host/models/optimise.ts');
    const fused = operators((await optimiseModel(after, 'm.onnx', 'cpu')).model);
    const count = (type: string) => fused.filter((one) => one === type).length;
    expect([count('QLinearConv'), count('QLinearSigmoid'), count('QLinearMul'), count('QLinearConcat')]).toEqual([
      3, 2, 2, 2,
    ]);
    // In float only what makes the scores.
    expect(fused.slice(-4)).toEqual(['QLinearConv', 'DequantizeLinear', 'Sigmoid', 'Transpose']);
    expect(count('DequantizeLinear')).toBe(1);
    expect((await errorOf(before, after, pictures(8, 100))).relative).toBeLessThan(0.02);
  });

  it('leaves the model that it was given as it was, and gives equal files for equal models', async () => {
    const before = convNet();
    const bytes = writeModel(before);
    const first = await made(before, pictures(4));
    const second = await made(convNet(), pictures(4));
    expect(writeModel(before)).toEqual(bytes);
    expect(writeModel(first.model)).toEqual(writeModel(second.model));
  });

  it('keeps layers that it is told to', async () => {
    const options = { keepFirst: true, keepLast: true, except: new Set(['deep']) };
    const { report } = await made(convNet(), pictures(2), options);
    expect(report.done).toEqual(['point', 'last']);
    expect(report.left).toEqual([
      { node: 'first', why: 'the first layer is kept' },
      { node: 'deep', why: 'it was excluded' },
      { node: 'head', why: 'the last layer is kept' },
    ]);
    const one = await made(convNet(), pictures(2), { only: new Set(['last']) });
    expect(one.report.done).toEqual(['last']);
    // What comes to it, what it gives, and the pool behind it, which works in 8 bits as all that comes to it does.
    const quantised = one.model.graph?.node.filter(({ opType }) => opType === 'QuantizeLinear');
    expect(quantised?.map(({ output }) => output[0])).toEqual(['h_uint8', 'j_uint8', 'k_uint8']);
  });

  it('says why a layer stays', async () => {
    const net = model(
      [
        op('MatMul', ['x', 'x'], 'a'),
        op('Gemm', ['c1', 'w'], 'b'),
        op('Gemm', ['m', 'w'], 'c', { attributes: { alpha: { f: 0.5 } } }),
        op('Gemm', ['m', 'nan'], 'd'),
        op('Gemm', ['m', 'half'], 'y'),
      ],
      [
        weights('w', [4, 4]),
        { name: 'nan', dtype: 'float32', shape: [4, 4], data: new Float32Array(16).fill(Number.NaN) },
        { name: 'half', dtype: 'float16', shape: [4, 4], data: new Uint16Array(16) },
        weights('c1', [4, 4]),
      ],
      { inputs: ['x', 'm'].map((name) => ({ ...convNet().graph?.input[0], name }) as never) },
    );
    const { report } = quantiseStatic(net, new Map([['m', { min: -1, max: 1 }]]));
    expect(report.done).toEqual([]);
    expect(Object.fromEntries(report.left.map(({ node, why }) => [node, why]))).toEqual({
      MatMul_a: 'its weights are not constant',
      Gemm_b: 'what it works on is constant',
      Gemm_c: 'its product or bias has a factor',
      Gemm_d: 'its weights hold NaN or infinity',
      Gemm_y: 'its weights are float16, not float32',
    });
  });

  it('leaves a layer whose values held NaN, and what hung on it in float', async () => {
    const net = convNet();
    const { ranges } = await made(net, pictures(2));
    const broken = new Map([...ranges, ['e', { min: Number.NaN, max: Number.NaN }]]);
    const { report, model: after } = quantiseStatic(net, broken);
    expect(report.left).toContainEqual({ node: 'point', why: '"e" held NaN or infinity' });
    expect(report.done).not.toContain('point');
    expect((await errorOf(net, after, pictures(4, 9))).relative).toBeLessThan(0.08);
  });

  it('brings an older model to an opset that has scales for each channel, and an old file list of inputs along', async () => {
    const before = convNet({ opsets: { '': 11 }, irVersion: 4 });
    const { model: after, report } = await made(before, pictures(4));
    expect(report.done).toHaveLength(5);
    expect(after.opsetImport[0].version).toBe(13n);
    expect((await errorOf(before, after, pictures(4, 7))).relative).toBeLessThan(0.08);
  });

  it('keeps biases that are large beside tiny weights, and channels without any weight', async () => {
    const tiny = weights('c.w', [4, 3, 1, 1], 3, 1e-12);
    (tiny.data as Float32Array).fill(0, 0, 3);
    const bias = Float32Array.of(0.3, 5, -7, 1e-3);
    const before = model([conv('c', 'x', 'y', {})], [tiny, { name: 'c.b', dtype: 'float32', shape: [4], data: bias }]);
    const { model: after } = await made(before, pictures(2));
    expect((await errorOf(before, after, pictures(2))).relative).toBeLessThan(1e-2);
  });

  it('takes weights that two layers share once, and a value that is also given out', async () => {
    const before = model(
      [op('MatMul', ['x', 'w'], 'h'), op('Relu', ['h'], 'r'), op('MatMul', ['r', 'w'], 'y')],
      [weights('w', [16, 16], 3, 0.3)],
      { outputs: ['y', 'r'].map((name) => ({ ...convNet().graph?.output[0], name }) as never) },
    );
    const feeds = [{ x: floats([1, 3, 16, 16], noise(768)) }];
    const { model: after } = await made(before, feeds);
    expect(after.graph?.initializer.filter(({ name }) => name.startsWith('w_int8'))).toHaveLength(3);
    const answers = await answersOf(runner, after, feeds);
    expect(Object.keys(answers[0]).sort()).toEqual(['r', 'y']);
    expect((await errorOf(before, after, feeds)).relative).toBeLessThan(0.05);
  });
});

describe("beside onnxruntime's quantize_static (recorded)", () => {
  const recorded = JSON.parse(readFileSync(path.join(root, 'test/reference/shrink.json'), 'utf8'));
  const [calibration, tested]: readonly Feeds[][] = [recorded.calibration, recorded.tested].map((seeds: number[]) =>
    seeds.map((seed) => ({ pixel_values: floats([1, 3, 96, 96], pattern(seed)) })),
  );
  const before = sampleModel('picture-classifier/models/scenes.onnx');
  const agreement = (best: readonly number[]) =>
    best.filter((one, at) => one === recorded.float[at]).length / best.length;
  const bestOf = async (net: ModelProto) =>
    (await answersOf(runner, net, tested)).map(({ logits }) => {
      const data = logits.data as Float32Array;
      return data.indexOf(Math.max(...data));
    });

  it('the float model answers as it did there', async () => {
    expect(agreement(await bestOf(before))).toBe(1);
  });

  it.each(['minMax', 'entropy', 'percentile'] as const)(
    'top-1 by %s agrees with float32 as often, within two points',
    async (method) => {
      const { model: after } = await made(before, calibration, {}, method);
      const ours = agreement(await bestOf(after));
      const theirs = agreement(recorded.methods[method].best);
      expect(ours).toBeGreaterThanOrEqual(theirs - 0.02);
      expect(ours).toBeGreaterThan(0.93);
    },
  );

  it('scales, zero points and weights are the same', async () => {
    const { model: after } = await made(before, calibration);
    const constants = new Map(after.graph?.initializer.map((tensor) => [tensor.name, tensor]));
    const { activations, weights: theirs } = recorded.methods.minMax;
    let compared = 0;
    for (const [name, [scale, zero]] of Object.entries<[number, number]>(activations)) {
      const tensor = constants.get(`${name}_scale`);
      // They also put what comes out of the Gemm in 8 bits.
      if (tensor === undefined) continue;
      expect(floatsOf(tensor)?.[0] ?? 0).toBeCloseTo(scale, 6);
      expect(constants.get(`${name}_zero_point`)?.rawData[0]).toBe(zero);
      compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(15);
    for (const [name, { scales, sum, sizes }] of Object.entries<{ scales: number[]; sum: number; sizes: number }>(
      theirs,
    )) {
      const numbers = new Int8Array(constants.get(`${name}_int8`)?.rawData.slice().buffer ?? new ArrayBuffer(0));
      const own = floatsOf(constants.get(`${name}_int8_scale`) as never) ?? [];
      scales.forEach((scale, channel) => {
        expect(own[channel]).toBeCloseTo(scale, 7);
      });
      // Halves may fall to either side where 1 / scale was taken first.
      expect(Math.abs(numbers.reduce((a, b) => a + b, 0) - sum)).toBeLessThanOrEqual(numbers.length / 500 + 2);
      expect(Math.abs(numbers.reduce((a, b) => a + Math.abs(b), 0) - sizes)).toBeLessThanOrEqual(
        numbers.length / 500 + 2,
      );
    }
  });
});

/** The picture that test/reference/shrink.py makes of a seed. */
function pattern(seed: number): Float32Array {
  const [size, waves] = [96, 4];
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const image = new Float64Array(3 * size * size);
  for (let channel = 0; channel < 3; channel++) {
    const plane = image.subarray(channel * size * size, (channel + 1) * size * size);
    plane.fill(2 * next() - 1);
    for (let wave = 0; wave < waves; wave++) {
      const [x, y, phase, height] = [next(), next(), next(), next()];
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++)
          plane[row * size + column] +=
            height * Math.sin(0.6 * (x - 0.5) * column + 0.6 * (y - 0.5) * row + 6.3 * phase);
    }
  }
  return Float32Array.from(image);
}
