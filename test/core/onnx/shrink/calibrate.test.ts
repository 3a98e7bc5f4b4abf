import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CalibrationOptions, calibrate } from '../../../../core/onnx/shrink/calibrate.ts';
import type { Range } from '../../../../core/onnx/shrink/quantisation.ts';
import type { Feeds } from '../../../../core/onnx/shrink/run.ts';
import { makeModelRunner } from '../../../../host/models/shrinkRunner.ts';
import { value } from '../../../onnx-builder.ts';
import { rejects } from '../../../rejects.ts';
import { root } from '../../../rules/sources.ts';
import { floats, model, noise, op } from './models.ts';

const runner = makeModelRunner('m.onnx', 1);
const rows = { inputs: [value('x', 'float32', ['n'])] };
const net = model([op('Identity', ['x'], 'y')], [], rows);
const feedsOf = (...batches: readonly Float32Array[]): readonly Feeds[] =>
  batches.map((data) => ({ x: floats([data.length], data) }));
const rangeOf = async (feeds: readonly Feeds[], options: CalibrationOptions): Promise<Range> =>
  (await calibrate(runner, net, ['x'], feeds, options)).get('x') as Range;

describe("beside onnxruntime's calibrators (recorded)", () => {
  const { count, scales, cases } = JSON.parse(
    readFileSync(path.join(root, 'test/reference/calibrate.json'), 'utf8'),
  ) as {
    readonly count: number;
    readonly scales: readonly number[];
    readonly cases: Readonly<
      Record<
        string,
        { readonly min: number; readonly max: number } & Readonly<
          Record<'percentile99' | 'percentile99.9' | 'entropy', readonly [number, number]>
        >
      >
    >;
  };
  const bell = (seed: number) =>
    [1, 2, 3].reduce(
      (sum, more) => {
        const other = noise(count, seed + 1000 * more);
        return sum.map((x, i) => x + other[i]);
      },
      noise(count, seed),
    );
  const makers: Readonly<Record<string, (seed: number) => Float32Array>> = {
    even: (seed) => noise(count, seed),
    bell,
    moved: (seed) => bell(seed).map((x) => x + 2),
    relu: (seed) => bell(seed).map((x) => Math.max(x, 0)),
    cubed: (seed) => bell(seed).map((x) => x ** 3),
    outliers: (seed) => bell(seed).map((x, i) => (i % 5000 === 0 ? 40 : x)),
  };
  const feeds = (name: string) =>
    feedsOf(...scales.map((scale, batch) => makers[name](1 + batch).map((x) => x * scale)));

  it.each(Object.keys(cases))('%s: all that was seen', async (name) => {
    const { min, max } = await rangeOf(feeds(name), { method: 'minMax' });
    expect(min).toBeCloseTo(cases[name].min, 5);
    expect(max).toBeCloseTo(cases[name].max, 5);
  });

  it.each(Object.keys(cases))('%s: a share of outliers cut off, within three bins of 2048', async (name) => {
    for (const percentile of [99, 99.9] as const) {
      const { min, max } = await rangeOf(feeds(name), { method: 'percentile', percentile });
      const [low, high] = cases[name][`percentile${percentile}`];
      // Theirs moves what it counted between bins as its histogram grows, and takes either end of a bin.
      const bin = (2 * Math.max(-cases[name].min, cases[name].max)) / 2048;
      expect(Math.abs(min - low)).toBeLessThan(3 * bin);
      expect(Math.abs(max - high)).toBeLessThan(3 * bin);
    }
  });

  it.each(['even', 'bell', 'moved', 'cubed'])('%s: the threshold by entropy, within 6 %', async (name) => {
    const { min, max } = await rangeOf(feeds(name), { method: 'entropy' });
    const [low, high] = cases[name].entropy;
    expect(Math.abs(min / low - 1)).toBeLessThan(0.06);
    expect(Math.abs(max / high - 1)).toBeLessThan(0.06);
  });

  it('by entropy, 40 beside values below 4 is cut off by both, as near to them as a bin allows', async () => {
    const { max } = await rangeOf(feeds('outliers'), { method: 'entropy' });
    for (const high of [max, cases['outliers'].entropy[1]]) {
      expect(high).toBeGreaterThan(3.7);
      expect(high).toBeLessThan(6);
    }
  });

  it('by entropy, what is never negative has all 256 steps on one side, so less of it is cut off', async () => {
    const { min, max } = await rangeOf(feeds('relu'), { method: 'entropy' });
    expect(min).toBe(0);
    // Theirs has 128 for it.
    expect(max).toBeGreaterThanOrEqual(cases['relu'].entropy[1]);
    expect(max).toBeLessThanOrEqual(cases['relu'].max);
  });
});

describe('calibration', () => {
  it('looks at values inside, in several rounds when they are many, and tells how far it is', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `v${i}`);
    const chain = model(
      names.map((name, i) => op('Add', [i === 0 ? 'x' : names[i - 1], 'one'], name)),
      [{ name: 'one', dtype: 'float32', shape: [], data: Float32Array.of(1) }],
      { ...rows, outputs: [value('v49', 'float32', ['n'])] },
    );
    const told: number[] = [];
    const ranges = await calibrate(
      runner,
      chain,
      names,
      feedsOf(Float32Array.of(-1, 2)),
      { method: 'percentile' },
      { onProgress: (done) => told.push(done) },
    );
    expect(ranges.get('v0')).toEqual({ min: 0, max: 3 });
    expect(ranges.get('v49')).toEqual({ min: 49, max: 52 });
    expect(ranges.size).toBe(50);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });

  it('keeps NaN and infinity as the range, by every method', async () => {
    for (const method of ['minMax', 'entropy', 'percentile'] as const) {
      const range = await rangeOf(feedsOf(Float32Array.of(1, 2), Float32Array.of(Number.POSITIVE_INFINITY)), {
        method,
      });
      expect(range.max).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('runs nothing for no tensor, and refuses to do it on nothing', async () => {
    expect((await calibrate(runner, net, [], feedsOf(Float32Array.of(1)))).size).toBe(0);
    const { message } = await rejects(() => calibrate(runner, net, ['x'], []), 'usage');
    expect(message).toContain('nothing to calibrate on');
  });

  it('stops between two runs', async () => {
    const stop = new AbortController();
    let runs = 0;
    const watched = {
      open: async (...asked: Parameters<typeof runner.open>) => {
        const opened = await runner.open(...asked);
        return {
          ...opened,
          run: async (feeds: Feeds) => {
            if (++runs === 2) stop.abort(new Error('enough'));
            return opened.run(feeds);
          },
        };
      },
    };
    const feeds = feedsOf(...[1, 2, 3, 4].map((x) => Float32Array.of(x)));
    await expect(calibrate(watched, net, ['x'], feeds, {}, { signal: stop.signal })).rejects.toThrow('enough');
    expect(runs).toBe(2);
  });
});
