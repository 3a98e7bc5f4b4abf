import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dtype } from '../../../core/kinds/dtype.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { buildModel, matmulModel, value } from '../../onnx-builder.ts';
import { addOne, cpu, float32, loopModel, never, nothing, problemOf, workbench } from './fixture.ts';

describe('the model host', () => {
  const bench = workbench();

  it('opens a model, runs it, and says where', async () => {
    bench.write('add.onnx', addOne());
    const session = await bench.host.open('add.onnx', { ...cpu, threads: 0 }, never);
    expect(session.device).toBe('cpu');
    expect(session.threads).toBe(1);
    const { outputs, runMs, queueMs } = await session.run({ x: float32([3], [1, 2, 3]) }, nothing, never);
    expect(outputs['y']).toEqual(float32([3], [2, 3, 4]));
    expect(runMs).toBeGreaterThan(0);
    expect(queueMs).toBeGreaterThanOrEqual(0);
  });

  it('hands out the same session for the same file and options, and another lane for another model', async () => {
    bench.write('add.onnx', addOne());
    bench.write('matmul.onnx', matmulModel(16, 2));
    const a = await bench.host.open('add.onnx', cpu, never);
    const b = await bench.host.open('add.onnx', cpu, never);
    const c = await bench.host.open('matmul.onnx', cpu, never);
    expect(b).toBe(a);
    expect(c.lane).not.toBe(a.lane);
    expect((await bench.host.open('matmul.onnx', { ...cpu, lane: 5 }, never)).lane).toBe(5);
  });

  it('tries each unknown model once in a child process, and remembers it on disk', async () => {
    const cacheFile = path.join(bench.folder, 'cache', 'probes.json');
    const first = workbench({ probeCacheFile: cacheFile, resolvePath: (name) => path.join(bench.folder, name) });
    bench.write('add.onnx', addOne());
    bench.write('same.onnx', addOne());
    await first.host.open('add.onnx', cpu, never);
    await first.host.open('same.onnx', cpu, never);
    expect(first.host.stats().probes).toBe(1);
    const second = workbench({ probeCacheFile: cacheFile, resolvePath: (name) => path.join(bench.folder, name) });
    await second.host.open('add.onnx', cpu, never);
    expect(second.host.stats().probes).toBe(0);
  });

  it('moves what it is given and copies the rest', async () => {
    bench.write('add.onnx', addOne());
    const session = await bench.host.open('add.onnx', cpu, never);
    const kept = Float32Array.of(1, 2);
    const given = Float32Array.of(3, 4);
    const part = Float32Array.of(0, 5, 6, 0).subarray(1, 3);
    await session.run({ x: { kind: 'tensor', dtype: 'float32', shape: [2], data: kept } }, nothing, never);
    expect(kept).toEqual(Float32Array.of(1, 2));
    await session.run({ x: { kind: 'tensor', dtype: 'float32', shape: [2], data: given } }, new Set(['x']), never);
    expect(given.length).toBe(0);
    const { outputs } = await session.run(
      { x: { kind: 'tensor', dtype: 'float32', shape: [2], data: part } },
      new Set(['x']),
      never,
    );
    expect(outputs['y']).toEqual(float32([2], [6, 7]));
    expect(part).toEqual(Float32Array.of(5, 6));
  });

  it('passes every dtype through unchanged', async () => {
    const values: readonly TensorValue[] = [
      { kind: 'tensor', dtype: 'float32', shape: [2], data: Float32Array.of(0.5, -1) },
      { kind: 'tensor', dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
      { kind: 'tensor', dtype: 'float64', shape: [2], data: Float64Array.of(1e300, -2) },
      { kind: 'tensor', dtype: 'int8', shape: [2], data: Int8Array.of(-128, 127) },
      { kind: 'tensor', dtype: 'int16', shape: [2], data: Int16Array.of(-32768, 5) },
      { kind: 'tensor', dtype: 'int32', shape: [2], data: Int32Array.of(-7, 8) },
      { kind: 'tensor', dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 62n), 9n) },
      { kind: 'tensor', dtype: 'uint8', shape: [2], data: Uint8Array.of(0, 255) },
      { kind: 'tensor', dtype: 'uint16', shape: [2], data: Uint16Array.of(0, 65535) },
      { kind: 'tensor', dtype: 'uint32', shape: [2], data: Uint32Array.of(0, 4294967295) },
      { kind: 'tensor', dtype: 'uint64', shape: [2], data: BigUint64Array.of(0n, 2n ** 64n - 1n) },
      { kind: 'tensor', dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
      { kind: 'tensor', dtype: 'string', shape: [2], data: ['naïve', '模型 🙂'] },
    ];
    const names = values.map((v) => v.dtype);
    bench.write(
      'echo.onnx',
      buildModel({
        inputs: names.map((d: Dtype) => value(d, d, ['n'])),
        outputs: names.map((d: Dtype) => value(`${d}_out`, d, ['n'])),
        nodes: names.map((d) => ({ op: 'Identity', inputs: [d], outputs: [`${d}_out`] })),
      }),
    );
    const session = await bench.host.open('echo.onnx', cpu, never);
    const { outputs } = await session.run(Object.fromEntries(values.map((v) => [v.dtype, v])), nothing, never);
    for (const v of values) expect(outputs[`${v.dtype}_out`]).toEqual(v);
  });

  it('takes an empty batch', async () => {
    bench.write('add.onnx', addOne());
    const session = await bench.host.open('add.onnx', cpu, never);
    const { outputs } = await session.run({ x: float32([0], []) }, nothing, never);
    expect(outputs['y']).toEqual(float32([0], []));
  });

  it('rejects at once when a run is cancelled, while others go on', async () => {
    bench.write('loop.onnx', loopModel());
    const session = await bench.host.open('loop.onnx', cpu, never);
    const feeds = (trips: bigint) => ({
      x: float32([1], [0]),
      trips: { kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(trips) } as TensorValue,
    });
    const controller = new AbortController();
    const long = session.run(feeds(300_000n), nothing, controller.signal);
    const queued = session.run(feeds(300_000n), nothing, controller.signal);
    const after = session.run(feeds(3n), nothing, never);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const abortedAt = performance.now();
    controller.abort(new Error('enough'));
    await expect(long).rejects.toThrow('enough');
    await expect(queued).rejects.toThrow('enough');
    expect(performance.now() - abortedAt).toBeLessThan(100);
    expect((await after).outputs['y']).toEqual(float32([1], [3]));
    expect(bench.host.stats().lanes.reduce((sum, lane) => sum + lane.load, 0)).toBe(0);
  });

  it('keeps the calling thread free while models open and run', async () => {
    bench.write('large.onnx', matmulModel(768, 16));
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last - 2);
      last = performance.now();
    }, 2);
    const begunMs = performance.now();
    const session = await bench.host.open('large.onnx', { ...cpu, threads: 0 }, never);
    const feeds = { x: float32([64, 768], new Float32Array(64 * 768).fill(0.1)) };
    for (let round = 0; round < 5; round++) await session.run(feeds, nothing, never);
    clearInterval(timer);
    // Opening alone is more than a third of it: on this thread it would have been one stretch.
    expect(longest).toBeLessThan((performance.now() - begunMs) / 3);
  });

  it('opens a busy model in an idle lane too', async () => {
    const own = workbench();
    own.write('loop.onnx', loopModel());
    const session = await own.host.open('loop.onnx', { ...cpu, threads: 0 }, never);
    const feeds = {
      x: float32([1], [0]),
      trips: { kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(2000n) } as TensorValue,
    };
    for (let round = 0; round < 200 && own.host.stats().lanes.filter((l) => l.runs > 0).length < 2; round++)
      await Promise.all(Array.from({ length: 8 }, () => session.run(feeds, nothing, never)));
    expect(own.host.stats().lanes.filter((lane) => lane.runs > 0).length).toBe(2);
  });

  it('profiles a run: every operator with its provider', async () => {
    bench.write('matmul.onnx', matmulModel(16, 3));
    const profile = await bench.host.profile('matmul.onnx', cpu, { x: float32([1, 16], new Float32Array(16)) }, never);
    expect(profile.operators.map((o) => o.op)).toEqual(['MatMul', 'MatMul', 'MatMul']);
    expect(new Set(profile.operators.map((o) => o.provider))).toEqual(new Set(['CPUExecutionProvider']));
    expect(profile.fellBack).toBe(0);
  });
});

describe('fault 48: values that do not fit a model', () => {
  const bench = workbench();
  it.each([
    ['another dtype', { x: { kind: 'tensor', dtype: 'int32', shape: [1], data: Int32Array.of(1) } }, /int32|float/i],
    ['another rank', { x: float32([1, 1], [1]) }, /rank/i],
    ['a missing input', {}, /"?x"?/],
  ] as const)('%s', async (_, feeds, message) => {
    bench.write('add.onnx', addOne());
    const session = await bench.host.open('add.onnx', cpu, never);
    const problem = await problemOf(session.run(feeds as Record<string, TensorValue>, nothing, never));
    expect(problem.code).toBe('model-failed');
    expect(problem.message).toMatch(message);
    expect(problem.message).not.toMatch(/\.cc:|onnxruntime::/);
    const { outputs } = await session.run({ x: float32([1], [1]) }, nothing, never);
    expect(outputs['y']).toEqual(float32([1], [2]));
  });
});

describe('fault 51: a model that is deleted or edited', () => {
  const bench = workbench();
  it('is missed', async () => {
    const file = bench.write('gone.onnx', addOne());
    await bench.host.open('gone.onnx', cpu, never);
    rmSync(file);
    expect((await problemOf(bench.host.open('gone.onnx', cpu, never))).code).toBe('model-missing');
  });
  it('is opened anew, or refused when another was checked', async () => {
    bench.write('edited.onnx', matmulModel(4, 1));
    const before = await bench.host.open('edited.onnx', cpu, never);
    const sha256 = '0'.repeat(64);
    bench.write('edited.onnx', matmulModel(4, 2));
    const after = await bench.host.open('edited.onnx', cpu, never);
    expect(after).not.toBe(before);
    expect((await problemOf(bench.host.open('edited.onnx', { ...cpu, sha256 }, never))).code).toBe('model-changed');
    // Whoever still holds the old handle is served.
    await before.run({ x: float32([1, 4], [1, 2, 3, 4]) }, nothing, never);
  });
});

describe('faults 40 to 42: external data', () => {
  const bench = workbench();
  const weights = Float32Array.of(10, 20);
  function model(location: string, offset: number | string = 0, length: number | string = 8): Uint8Array {
    return buildModel({
      inputs: [value('x', 'float32', [2])],
      outputs: [value('y', 'float32', [2])],
      nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
      initializers: [
        { name: 'w', dtype: 'float32', shape: [2], data: weights, external: { location, offset, length } },
      ],
    });
  }
  it('beside the model works', async () => {
    writeFileSync(path.join(bench.folder, 'w.bin'), weights);
    bench.write('good.onnx', model('w.bin'));
    const session = await bench.host.open('good.onnx', cpu, never);
    const { outputs } = await session.run({ x: float32([2], [1, 1]) }, nothing, never);
    expect(outputs['y']).toEqual(float32([2], [11, 21]));
  });
  it('edited between runs is read anew', async () => {
    writeFileSync(path.join(bench.folder, 'w2.bin'), weights);
    bench.write('edit.onnx', model('w2.bin'));
    const first = await bench.host.open('edit.onnx', cpu, never);
    await first.run({ x: float32([2], [1, 1]) }, nothing, never);
    rmSync(path.join(bench.folder, 'w2.bin'));
    writeFileSync(path.join(bench.folder, 'w2.bin'), Float32Array.of(5, 6));
    const second = await bench.host.open('edit.onnx', cpu, never);
    const { outputs } = await second.run({ x: float32([2], [1, 1]) }, nothing, never);
    expect(outputs['y']).toEqual(float32([2], [6, 7]));
  });
  it.each([
    ['climbing', '../canary.bin'],
    ['absolute', '/etc/hostname'],
    ['symlink', 'link.bin'],
    ['hardlink', 'hard.bin'],
    ['folder link', 'sub/canary.bin'],
    ['percent escape', '%2e%2e/canary.bin'],
    ['missing', 'nothing.bin'],
  ])('%s is refused before a runtime sees it', async (_, location) => {
    const outside = path.join(bench.folder, 'outside');
    mkdirSync(outside, { recursive: true });
    const inside = path.join(bench.folder, 'inside');
    mkdirSync(inside, { recursive: true });
    writeFileSync(path.join(outside, 'canary.bin'), weights);
    writeFileSync(path.join(bench.folder, 'canary.bin'), weights);
    for (const name of ['link.bin', 'hard.bin', 'sub']) rmSync(path.join(inside, name), { force: true });
    symlinkSync(path.join(outside, 'canary.bin'), path.join(inside, 'link.bin'));
    linkSync(path.join(outside, 'canary.bin'), path.join(inside, 'hard.bin'));
    symlinkSync(outside, path.join(inside, 'sub'));
    bench.write('inside/bad.onnx', model(location));
    const probes = bench.host.stats().probes;
    const problem = await problemOf(bench.host.open('inside/bad.onnx', cpu, never));
    expect(problem.code).toBe('model-external-data');
    expect(bench.host.stats().probes).toBe(probes);
  });
  it.each([
    ['an offset past the end', 4, 8],
    ['a length past the end', 0, 12],
    ['an offset that overflows', '18446744073709551615', 8],
    ['a negative offset', -4, 8],
    ['a length that is too small', 0, 4],
  ])('%s is refused', async (_, offset, length) => {
    writeFileSync(path.join(bench.folder, 'w.bin'), weights);
    bench.write('range.onnx', model('w.bin', offset, length));
    expect((await problemOf(bench.host.open('range.onnx', cpu, never))).code).toBe('model-external-data');
  });
});
