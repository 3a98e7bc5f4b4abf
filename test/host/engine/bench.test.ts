import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import type { BenchProgress, BenchTarget, SampleInputs } from '../../../core/profile/bench.ts';
import type { LoadSettings } from '../../../core/profile/load.ts';
import { defaultSettings, type Parts, type ProfileSettings } from '../../../core/profile/profile.ts';
import { decodeTrace } from '../../../core/profile/traceFile.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { openDocument } from '../../../host/files/documentFile.ts';
import { pipeline } from '../../core/pipelines.ts';
import { matmulModel } from '../../onnx-builder.ts';
import { rejects } from '../../rejects.ts';
import { addOne, float32, loopModel } from '../models/fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-bench-'));
writeFileSync(path.join(folder, 'add.onnx'), addOne());
writeFileSync(path.join(folder, 'loop.onnx'), loopModel());
writeFileSync(path.join(folder, 'matmul.onnx'), matmulModel(64, 4));
writeFileSync(path.join(folder, 'broken.jpg'), 'this is no picture');
const engine = startEngine();
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const samples = fileURLToPath(new URL('../../../samples/', import.meta.url));
/** A few runs are enough where only the shape of the answer is asked. */
const quick: ProfileSettings = { ...defaultSettings, budgetMs: 1500, minRuns: 5, maxRuns: 12, operators: false };

const plain = pipeline(
  { x: 'input.tensor', model: ['model.onnx', { model: 'add.onnx', threads: 1 }], out: 'output.tensor' },
  ['x.tensor > model.x', 'model.y > out.value'],
);
const endless = pipeline(
  {
    x: 'input.tensor',
    trips: 'input.tensor',
    model: ['model.onnx', { model: 'loop.onnx', threads: 1 }],
    out: 'output.tensor',
  },
  ['x.tensor > model.x', 'trips.tensor > model.trips', 'model.y > out.value'],
);
function sample(name: string, ...numbers: readonly number[]): SampleInputs {
  return { name, inputs: { x: float32([numbers.length], numbers) } };
}
const one: BenchTarget = { folder, samples: [sample('one', 41)] };
function turns(count: bigint): BenchTarget {
  const trips: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(count) };
  return { folder, samples: [{ name: 'turns', inputs: { x: float32([1], [0]), trips } }] };
}

function meanOfParts({ run, copy, queue, gap }: Parts): number {
  return run.mean + copy.mean + queue.mean + gap.mean;
}

describe('a profile by the engine', () => {
  it('of pictures adds up: parts to nodes, nodes and remainder to the wall time, layers to kernels', async () => {
    const at = path.join(samples, 'picture-classifier');
    const { document } = await openDocument(at, makeLimits());
    const picture = (name: string, file: string): SampleInputs => ({
      name,
      inputs: { image: { kind: 'media', name, path: file } },
    });
    const target: BenchTarget = {
      folder: at,
      samples: [
        picture('sunset', path.join(at, 'media/sunset.jpg')),
        picture('broken', path.join(folder, 'broken.jpg')),
        picture('reef', path.join(at, 'media/reef.jpg')),
      ],
    };
    const told: BenchProgress[] = [];
    const settings = { ...defaultSettings, budgetMs: 4000, minRuns: 20, maxRuns: 60, intervalPercent: 0.01 };
    const answer = await engine.profile(target, document, settings, { onProgress: (progress) => told.push(progress) });
    const { measured, environment } = answer;

    expect(measured.nodes.map(({ node }) => node)).toEqual(document.nodes.map(({ id }) => id));
    for (const part of [...measured.nodes, ...measured.stages])
      expect(meanOfParts(part)).toBeCloseTo(part.total.mean, 6);
    for (const stage of measured.stages) {
      const inside = measured.nodes.filter((node) => node.stage === stage.stage);
      expect(inside.map(({ node }) => node)).toEqual(stage.nodes);
      expect(inside.reduce((sum, node) => sum + node.total.mean, 0)).toBeCloseTo(stage.total.mean, 6);
      expect(inside.reduce((sum, node) => sum + node.criticalPercent, 0)).toBeCloseTo(stage.criticalPercent, 6);
    }
    const critical = measured.nodes.reduce((sum, node) => sum + node.criticalPercent, 0);
    expect(critical + (100 * measured.remainder.mean) / measured.wall.mean).toBeCloseTo(100, 6);
    expect(measured.attributedPercent).toBeGreaterThan(90);
    expect(measured.attributedPercent).toBeLessThanOrEqual(100);

    const fused = measured.nodes.filter((node) => node.shared);
    expect(fused.map(({ node, stage }) => [node, stage])).toEqual([
      ['photo', 0],
      ['shrink', 0],
      ['cut', 0],
    ]);
    const model = measured.nodes.find(({ node }) => node === 'model');
    expect(model).toMatchObject({
      device: 'cpu',
      bytesIn: 3 * 96 * 96 * 4,
      items: 1,
      onPathPercent: 100,
      shared: false,
    });
    expect(measured.wires).toContainEqual({
      from: 'normalise.tensor',
      to: 'model.pixel_values',
      bytes: 110592,
      items: 1,
    });
    expect(measured.wires).toHaveLength(document.wires.length);

    const [inside] = measured.models;
    expect(inside).toMatchObject({
      node: 'model',
      file: 'models/scenes.onnx',
      asked: 'auto',
      device: 'cpu',
      fellBack: [],
    });
    expect(inside.layers.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(inside.kernelMs, 9);
    expect(inside.kernels.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(inside.kernelMs, 9);
    expect(inside.kernels[0].op).toBe('Conv');
    const convs = inside.layers.filter(({ op }) => op === 'Conv');
    expect(convs).toHaveLength(inside.kernels[0].count);
    // The pipeline's own tensor, not one that was made up.
    expect(convs.some(({ inputs }) => inputs.startsWith('float 1x3x96x96, '))).toBe(true);

    expect(measured.samples.map(({ name, index, runs }) => [name, index, runs > 0])).toEqual(
      expect.arrayContaining([
        ['sunset', 0, true],
        ['reef', 2, true],
        ['broken', 1, false],
      ]),
    );
    const [slowest, second, failed] = measured.samples;
    expect(slowest.wall.p50).toBeGreaterThanOrEqual(second.wall.p50);
    expect(failed.problem).toContain('broken');
    expect(measured.warnings.join()).toContain('"broken" of 3 samples could not be run');
    expect(Math.abs(slowest.runs - second.runs)).toBeLessThanOrEqual(1);

    const { series, shown, wall } = measured;
    expect(series.wallMs).toHaveLength(measured.runs);
    expect(series.sample.filter((index) => index === 1)).toEqual([]);
    for (const times of Object.values(series.nodes)) expect(times).toHaveLength(measured.runs);
    expect(measured.stoppedBy).toMatch(/^(count|budget)$/);
    expect(measured.throughput).toBeCloseTo(1000 / wall.mean, 6);
    const trace = decodeTrace(answer.trace);
    expect(trace.runs.count).toBe(measured.runs);
    expect([...trace.runs.sample]).toEqual([...series.sample]);
    expect(trace.runs.endMs[shown.slowest] - trace.runs.startMs[shown.slowest]).toBeCloseTo(wall.max, 6);
    expect(measured.workers.map(({ worker }) => worker)).toEqual(expect.arrayContaining(['image', 'main', 'lane 0']));
    for (const { busyPercent } of measured.workers) expect(busyPercent).toBeLessThanOrEqual(100);

    expect(measured.cold.loadMs).toBeGreaterThan(0);
    expect(measured.cold.loadMs).toBeLessThanOrEqual(measured.cold.wallMs);
    expect(measured.cold.nodes['model']).toBeGreaterThanOrEqual(measured.cold.loadMs);
    expect(measured.warmUp.runs).toBeGreaterThan(0);
    expect(measured.overhead.pairs).toBeGreaterThan(0);
    expect(measured.overhead.lowPercent).toBeLessThanOrEqual(measured.overhead.highPercent);
    expect(measured.memory.peakBytes).toBeGreaterThanOrEqual(measured.memory.steadyBytes);
    expect(measured.memory.liveBytes).toBeGreaterThanOrEqual(110592);
    expect(environment.nodeVersions['model.onnx']).toBe(1);
    // It goes into a file.
    expect(JSON.parse(JSON.stringify(measured))).toEqual(measured);

    expect([...new Set(told.map(({ phase }) => phase))]).toEqual([
      'cold',
      'warmUp',
      'measure',
      'overhead',
      'operators',
    ]);
    for (const [i, { done }] of told.entries()) if (i > 0) expect(done).toBeGreaterThanOrEqual(told[i - 1].done);
  });

  it('neither uses nor fills the cache of results', async () => {
    const x = float32([1], [1000]);
    await engine.profile({ folder, samples: [{ name: 's', inputs: { x } }] }, plain, quick);
    const request = { document: plain, folder, inputs: { x }, cache: true };
    expect((await engine.run(request)).nodes['model'].state).toBe('ran');
    expect((await engine.run(request)).nodes['model'].state).toBe('cached');
    const { measured } = await engine.profile({ folder, samples: [{ name: 's', inputs: { x } }] }, plain, quick);
    expect(measured.nodes.find(({ node }) => node === 'model')?.run.min).toBeGreaterThan(0);
  });

  it('of a pipeline without an output measures all that can run', async () => {
    const half = { ...plain, nodes: plain.nodes.slice(0, 2), wires: plain.wires.slice(0, 1) };
    const { measured } = await engine.profile(one, half, quick);
    expect(measured.nodes.map(({ node }) => node)).toEqual(['x', 'model']);
  });

  it('rejects a document that is wrong, a model that is not there, and samples of which none can be run', async () => {
    await rejects(() => engine.profile(one, { ...plain, wires: [] }, quick), 'port-unwired');
    const missing = withModel({ model: 'none.onnx' });
    await rejects(() => engine.profile(one, missing, quick), 'model-missing');
    const words: SampleInputs = { name: 'words', inputs: { x: { kind: 'text', text: 'no number' } } };
    const problem = await rejects(
      () => engine.profile({ folder, samples: [words, words] }, plain, quick),
      'input-kind',
    );
    expect(problem.message).toContain('"x"');
  });

  it('waits for its turn, and can be given up while it waits', async () => {
    const order: string[] = [];
    const stop = new AbortController();
    const jobs = [
      engine.profile(one, plain, quick).then(() => order.push('first')),
      rejects(() => engine.profile(one, plain, quick, { signal: stop.signal }), 'cancelled').then(() =>
        order.push('given up'),
      ),
      engine.profile(one, plain, quick).then(() => order.push('last')),
    ];
    await wait(50);
    stop.abort();
    await Promise.all(jobs);
    expect(order).toEqual(['given up', 'first', 'last']);
  });

  it('says that another pipeline ran meanwhile', async () => {
    const long = { ...quick, budgetMs: 4000, maxRuns: 5000, intervalPercent: 0 };
    let begun: () => void = () => undefined;
    const measuring = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const profile = engine.profile(one, plain, long, {
      onProgress: ({ phase }) => {
        if (phase === 'measure') begun();
      },
    });
    await measuring;
    await engine.run({ document: plain, folder, inputs: { x: float32([1], [1]) } });
    expect((await profile).measured.warnings.join()).toContain('1 run of other pipelines');
  });

  it('that is cancelled gives what it has', async () => {
    const stop = new AbortController();
    const forever = { ...defaultSettings, budgetMs: 600_000, intervalPercent: 0, maxRuns: 100_000, operators: true };
    const profile = engine.profile(one, plain, forever, {
      signal: stop.signal,
      onProgress: ({ phase, words }) => {
        if (phase === 'measure' && words.startsWith('run ')) stop.abort();
      },
    });
    const { measured, trace } = await profile;
    expect(measured.stoppedBy).toBe('cancelled');
    expect(measured.runs).toBeGreaterThan(0);
    expect(decodeTrace(trace).runs.count).toBe(measured.runs);
    expect(measured.models).toEqual([]);
  });

  it('that is cancelled before there is anything rejects at once, and its process is replaced', async () => {
    const stop = new AbortController();
    const profile = engine.profile(turns(2n ** 62n), endless, quick, { signal: stop.signal });
    profile.catch(() => undefined);
    await wait(2500);
    const pid = engine.pid();
    const before = performance.now();
    stop.abort();
    await rejects(() => profile, 'cancelled');
    expect(performance.now() - before).toBeLessThan(500);
    for (let i = 0; i < 80 && engine.pid() === pid; i++) await wait(100);
    expect(engine.pid()).not.toBe(pid);
    expect((await engine.profile(one, plain, quick)).measured.runs).toBeGreaterThan(0);
  });

  it('fails when its process dies, and the next one works', async () => {
    const profile = engine.profile(one, plain, { ...quick, budgetMs: 60_000, maxRuns: 1_000_000, intervalPercent: 0 });
    profile.catch(() => undefined);
    await wait(1500);
    process.kill(engine.pid() as number, 'SIGKILL');
    await rejects(() => profile, 'engine-died');
    expect((await engine.profile(one, plain, quick)).measured.runs).toBeGreaterThan(0);
  });
});

/** As `plain`, with other parameters of the model. */
function withModel(params: Readonly<Record<string, string | number>>): PipelineDocument {
  return {
    ...plain,
    nodes: plain.nodes.map((node) => (node.id === 'model' ? { ...node, params: { ...node.params, ...params } } : node)),
  };
}

describe('a trial by the engine', () => {
  const settings = { minRuns: 6, maxRuns: 9, budgetMs: 3000, concurrency: [1, 3], seed: 4 };

  it('runs variants in turns and holds their answers against those of the first', async () => {
    writeFileSync(path.join(folder, 'twice.onnx'), addOne());
    const target: BenchTarget = { folder, samples: [sample('a', 1, 2), sample('b', 3)] };
    const shifted: PipelineDocument = {
      ...plain,
      nodes: [...plain.nodes, { ...plain.nodes[1], id: 'again' }],
      wires: [plain.wires[0], { from: 'model.y', to: 'again.x' }, { from: 'again.y', to: 'out.value' }],
    };
    const told: BenchProgress[] = [];
    const outcomes = await engine.trial(
      target,
      [
        { name: 'as it is', document: plain },
        { name: 'two threads', document: withModel({ threads: 2 }) },
        { name: 'twice', document: shifted },
        { name: 'missing', document: withModel({ model: 'none.onnx' }) },
        { name: 'no such device', document: withModel({ device: 'coreml' }) },
      ],
      settings,
      { onProgress: (progress) => told.push(progress) },
    );
    expect(outcomes.map(({ name, problem }) => [name, problem?.code ?? null])).toEqual([
      ['as it is', null],
      ['two threads', null],
      ['twice', null],
      ['missing', 'model-missing'],
      ['no such device', 'device-unavailable'],
    ]);
    const [first, threads, twice, missing] = outcomes;
    expect(first.wallMs.length).toBeGreaterThanOrEqual(6);
    expect(threads.wallMs).toHaveLength(first.wallMs.length);
    expect(missing).toMatchObject({ wallMs: [], loads: [], memoryBytes: 0 });
    expect(first.answers).toMatchObject({ identical: true, maxDifference: 0 });
    expect(threads.answers.identical).toBe(true);
    expect(twice.answers).toMatchObject({ identical: false, maxDifference: 1 });
    for (const { loads, memoryBytes } of outcomes.slice(0, 3)) {
      expect(loads.map(({ level }) => level)).toEqual([1, 3]);
      for (const { throughput, failed } of loads) {
        expect(throughput).toBeGreaterThan(0);
        expect(failed).toBe(0);
      }
      expect(memoryBytes).toBeGreaterThan(10e6);
    }
    expect(told.every(({ phase, done }) => phase === 'trial' && done >= 0 && done <= 1)).toBe(true);
  });

  it('tells nodes apart in every round when it is asked to', async () => {
    const [one, two] = await engine.trial(
      { folder, samples: [sample('a', 1)] },
      [
        { name: 'one', document: plain },
        { name: 'two', document: withModel({ threads: 2 }) },
      ],
      { ...settings, concurrency: [], nodes: true },
    );
    for (const { nodeMs = {}, wallMs } of [one, two]) {
      expect(Object.keys(nodeMs).sort()).toEqual(plain.nodes.map(({ id }) => id).sort());
      for (const times of Object.values(nodeMs)) expect(times).toHaveLength(wallMs.length);
      wallMs.forEach((wall, round) => {
        for (const times of Object.values(nodeMs)) expect(times[round]).toBeLessThanOrEqual(wall);
      });
    }
  });

  it('leaves out a sample that no variant can run, and fails a variant that cannot run what others can', async () => {
    const words: SampleInputs = { name: 'words', inputs: { x: { kind: 'text', text: 'no number' } } };
    const [broken] = await engine.trial(
      { folder, samples: [words, sample('a', 1)] },
      [{ name: 'v', document: plain }],
      settings,
    );
    expect(broken.problem).toBeNull();
    const narrow = withModel({ model: 'matmul.onnx' });
    const target: BenchTarget = { folder, samples: [sample('one', 5)] };
    const [wrong, right] = await engine.trial(
      target,
      [
        { name: 'another shape', document: narrow },
        { name: 'as it is', document: plain },
      ],
      { ...settings, concurrency: [] },
    );
    expect(wrong.problem).not.toBeNull();
    expect(right).toMatchObject({ problem: null, loads: [] });
    // The first that works is what others are held against.
    expect(right.answers.identical).toBe(true);
  });

  it('can be cancelled', async () => {
    const stop = new AbortController();
    const trial = engine.trial(
      one,
      [{ name: 'a', document: plain }],
      { ...settings, maxRuns: 1e6, minRuns: 1e6, budgetMs: 6e5 },
      {
        signal: stop.signal,
        onProgress: ({ words }) => {
          if (words.startsWith('round 3')) stop.abort();
        },
      },
    );
    await rejects(() => trial, 'cancelled');
  });
});

describe('load on the engine', () => {
  const settings: LoadSettings = {
    arrivals: 'closed',
    levels: [1, 4],
    secondsPerLevel: 0.4,
    batches: [],
    maxQueue: 100,
    seed: 2,
  };

  it('by clients that wait, one point for each level', async () => {
    const told: BenchProgress[] = [];
    const result = await engine.load(one, plain, settings, { onProgress: (progress) => told.push(progress) });
    expect(result.settings).toEqual(settings);
    expect(Date.parse(result.createdAt)).toBeGreaterThan(0);
    const [curve] = result.curves;
    expect(curve.batch).toBe(0);
    expect(curve.points.map(({ level }) => level)).toEqual([1, 4]);
    for (const { throughput, latency, failed, saturated } of curve.points) {
      expect(throughput).toBeGreaterThan(0);
      expect(latency.count).toBeGreaterThan(0);
      expect([failed, saturated]).toEqual([0, false]);
    }
    expect(told.at(-1)).toMatchObject({ phase: 'load', done: 1 });
  });

  it('by requests that come whether or not earlier ones are done', async () => {
    const rate = { ...settings, arrivals: 'poisson' as const, levels: [20] };
    const [curve] = (await engine.load(one, plain, rate)).curves;
    expect(curve.points[0]).toMatchObject({ level: 20, offered: 20, failed: 0 });
    expect(curve.points[0].latency.p50).toBeGreaterThanOrEqual(curve.points[0].wait.p50);
  });

  it('with batches: models go through several requests at once, one curve for each size', async () => {
    const target: BenchTarget = {
      folder,
      samples: [{ name: 'row', inputs: { x: float32([1, 64], new Float32Array(64)) } }],
    };
    const document = withModel({ model: 'matmul.onnx' });
    const result = await engine.load(target, document, { ...settings, levels: [8], batches: [0, 1, 4] });
    expect(result.curves.map(({ batch }) => batch)).toEqual([0, 1, 4]);
    for (const { points } of result.curves) expect(points[0].throughput).toBeGreaterThan(0);
  });

  it('with batches where no model can batch is refused', async () => {
    const empty = pipeline({ x: 'input.tensor', out: 'output.tensor' }, ['x.tensor > out.value']);
    const problem = await rejects(() => engine.load(one, empty, { ...settings, batches: [8] }), 'usage');
    expect(problem.message).toContain('batch of 8');
  });

  it('rejects when no sample can be run, and can be cancelled', async () => {
    const words: SampleInputs = { name: 'words', inputs: { x: { kind: 'text', text: 'no number' } } };
    await rejects(() => engine.load({ folder, samples: [words] }, plain, settings), 'input-kind');
    const stop = new AbortController();
    const load = engine.load(one, plain, { ...settings, secondsPerLevel: 600 }, { signal: stop.signal });
    load.catch(() => undefined);
    await wait(2000);
    const before = performance.now();
    stop.abort();
    await rejects(() => load, 'cancelled');
    expect(performance.now() - before).toBeLessThan(500);
  });
});
