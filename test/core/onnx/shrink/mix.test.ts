import { describe, expect, it } from 'vitest';
import type { ModelProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { largestSet } from '../../../../core/onnx/shrink/largestSet.ts';
import { layerMs } from '../../../../core/onnx/shrink/layerTimes.ts';
import type { ShrinkAsk, Stopwatch } from '../../../../core/onnx/shrink/methods.ts';
import { inOrder } from '../../../../core/onnx/shrink/mix.ts';
import type { LayerSensitivity } from '../../../../core/onnx/shrink/report.ts';
import { evenly } from '../../../../core/onnx/shrink/sensitivity.ts';
import { shrink } from '../../../../core/onnx/shrink/shrink.ts';
import { Problem } from '../../../../core/problems/problem.ts';
import { makeModelRunner } from '../../../../host/models/shrinkRunner.ts';
import { convNet, model, op, pictures, weights } from './models.ts';

const runner = makeModelRunner('m.onnx', 1);
const ask = (net: ModelProto, options: ShrinkAsk['options'], more: Partial<ShrinkAsk> = {}): ShrinkAsk => ({
  model: net,
  name: 'm.onnx',
  options,
  feeds: pictures(10),
  runner,
  stopwatch: null,
  listeners: {},
  ...more,
});

describe('the largest set within a bound', () => {
  it('is all where all fits, none where none does, and leaves out what does not', async () => {
    const all = Array.from({ length: 64 }, (_, i) => i);
    const bad = new Set([5, 40, 41]);
    let asked = 0;
    const fits = async (some: readonly number[]) => {
      asked++;
      return !some.some((one) => bad.has(one));
    };
    const { taken, left } = await largestSet(all, fits);
    expect([...left].sort((a, b) => a - b)).toEqual([5, 40, 41]);
    expect(taken).toHaveLength(61);
    expect(asked).toBeLessThan(40);
    expect((await largestSet(all, async () => true)).left).toEqual([]);
    expect((await largestSet(all, async () => false)).taken).toEqual([]);
    expect((await largestSet([], async () => false)).taken).toEqual([]);
  });

  it('counts errors that add up', async () => {
    const { taken } = await largestSet([1, 2, 3, 4, 5, 6], async (some) => some.reduce((a, b) => a + b, 0) <= 10);
    expect(taken.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(10);
    expect(taken.length).toBeGreaterThanOrEqual(3);
  });
});

describe('half precision within a bound', () => {
  it('keeps in float32 what loses too much, and all else in half', async () => {
    // A large sum from which a large number is taken away: what is left has no places in half precision.
    const net = model(
      [
        op('Add', ['x', 'large'], 'a'),
        op('Sub', ['a', 'large'], 'b'),
        op('Relu', ['b'], 'c'),
        op('Mul', ['c', 'w'], 'y'),
      ],
      [{ name: 'large', dtype: 'float32', shape: [], data: Float32Array.of(3000) }, weights('w', [16])],
    );
    const { layers, error } = await shrink(ask(net, { to: 'float16' }));
    expect(layers.left.map(({ node }) => node)).toEqual(['Add_a', 'Sub_b']);
    expect(layers.done).toEqual(['Relu_c', 'Mul_y']);
    expect(error?.relative).toBeLessThan(1e-2);
    const loose = await shrink(ask(net, { to: 'float16', maxError: 5 }));
    expect(loose.layers.left).toEqual([]);
    expect(loose.error?.relative).toBeGreaterThan(0.1);
  });
});

const row = (layer: string, relative: number, savedMs: number | null, savedBytes = 100): LayerSensitivity => ({
  ...{ layer, operator: 'Conv', relative, cosine: 1, ms: null, savedMs, savedBytes },
});

describe('the fastest mix', () => {
  it('takes layers by their error for what they save, those that save nothing last', () => {
    const rows = [row('a', 0.1, 1), row('b', 0.1, 5), row('c', 0.01, -1), row('d', 0.001, 0.1), row('e', 0.5, null)];
    expect(inOrder(rows).map(({ layer }) => layer)).toEqual(['d', 'b', 'a', 'c', 'e']);
    const untimed = [row('a', 0.1, null, 10), row('b', 0.1, null, 1000), row('c', 0.2, null, 10_000)];
    expect(inOrder(untimed).map(({ layer }) => layer)).toEqual(['c', 'b', 'a']);
  });

  it('is all layers where they hold the drop, and says what it loses', async () => {
    const { layers, search, error } = await shrink(ask(convNet(), { to: 'int8-static', maxDrop: 0.5 }));
    expect(layers.done).toHaveLength(5);
    expect(search).toMatchObject({ maxDrop: 0.5, tried: 1 });
    expect(search?.drop).toBe(search?.dropOfAll);
    expect(error?.relative).toBeLessThan(0.1);
  });

  it('leaves out what loses most, with the reason, and holds the drop on all feeds', async () => {
    const whole = await shrink(ask(convNet(), { to: 'pruned', maxDrop: 1, share: 0.6 }));
    const maxDrop = (whole.search?.dropOfAll ?? 0) / 3;
    expect(maxDrop).toBeGreaterThan(0.001);
    const { layers, search, sensitivity } = await shrink(ask(convNet(), { to: 'pruned', maxDrop, share: 0.6 }));
    expect(layers.done.length).toBeGreaterThan(0);
    expect(layers.done.length).toBeLessThan(5);
    expect(search?.drop).toBeLessThanOrEqual(maxDrop);
    expect(search?.tried).toBeGreaterThan(2);
    expect(layers.left).toHaveLength(5 - layers.done.length);
    for (const { why } of layers.left) expect(why).toMatch(/^with it the answers would lose more than/);
    expect(sensitivity.map(({ layer }) => layer)).toEqual(['first', 'deep', 'point', 'last', 'head']);
  });

  it('leaves out a layer without which the model is faster', async () => {
    const layersOf = ({ graph }: ModelProto) => graph?.node.map(({ name }) => name) ?? [];
    // A machine on which the depthwise layer takes three times as long in 8 bits.
    const inEight = (net: ModelProto) =>
      layersOf(net).includes('deep.w_DequantizeLinear') ||
      (net.graph?.initializer.some(({ name }) => name.startsWith('deep.w_int8')) ?? false);
    const stopwatch: Stopwatch = {
      operators: async (net) =>
        ['first', 'deep', 'point', 'last', 'head'].map((name) => ({
          name,
          durationMs: name === 'deep' && inEight(net) ? 3 : net.graph?.node.length === 13 ? 1 : 0.5,
        })),
      ratio: async (first, second) => (inEight(second) ? 3 : 1) / (inEight(first) ? 3 : 1),
    };
    const { layers } = await shrink(ask(convNet(), { to: 'int8-static', maxDrop: 0.5 }, { stopwatch }));
    expect(layers.done).toEqual(['first', 'point', 'last', 'head']);
    expect(layers.left).toEqual([{ node: 'deep', why: 'the model is faster here without it' }]);
  });

  it('goes on when a mix cannot run: its layer counts as lost', async () => {
    const net = convNet();
    const failing: ShrinkAsk['runner'] = {
      open: async (one, as) => {
        const names = one.graph?.initializer.map(({ name }) => name) ?? [];
        if (names.includes('deep.w_int8')) throw new Problem('model-failed', { message: 'no kernel', fix: '' });
        return runner.open(one, as);
      },
    };
    const { layers, sensitivity, error } = await shrink(
      ask(net, { to: 'int8-static', maxDrop: 0.5 }, { runner: failing }),
    );
    expect(sensitivity.find(({ layer }) => layer === 'deep')?.relative).toBe(Number.POSITIVE_INFINITY);
    expect(layers.done).toEqual(['first', 'point', 'last', 'head']);
    expect(error?.relative).toBeLessThan(0.1);
  });

  it('stops when it is cancelled', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const options = { to: 'int8-static', maxDrop: 0.5 } as const;
    await expect(shrink(ask(convNet(), options, { listeners: { signal } }))).rejects.toThrow('enough');
  });
});

it('tries layers on some of the feeds, evenly from all', () => {
  const feeds = pictures(10);
  expect(evenly(feeds, 10)).toEqual(feeds);
  expect(evenly(feeds, 4).map((one) => feeds.indexOf(one))).toEqual([0, 2, 5, 7]);
  expect(evenly([], 4)).toEqual([]);
});

it('finds what layers took by the names that the runtime gives to what it fused', () => {
  const { graph } = convNet();
  const times = layerMs(
    graph as NonNullable<typeof graph>,
    ['first', 'deep', 'point', 'last', 'head'],
    [
      { name: 'b_nchwc', durationMs: 1 },
      { name: 'deep_token_17', durationMs: 2 },
      { name: 'h_nchwc', durationMs: 4 },
      { name: 'last', durationMs: 8 },
      { name: 'i_quant', durationMs: 16 },
      { name: 'ReorderOutput', durationMs: 32 },
      { name: 'fused head', durationMs: 64 },
      { name: 'head_quantise_2', durationMs: 128 },
      { name: 'd_QuantizeLinear', durationMs: 256 },
    ],
  );
  expect(Object.fromEntries(times)).toEqual({ first: 1, deep: 258, point: 4, last: 24, head: 192 });
});
