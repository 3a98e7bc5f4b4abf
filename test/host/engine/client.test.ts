import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import type { RunEvent } from '../../../core/run/result.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { numbers, pipeline } from '../../core/pipelines.ts';
import { addOne, float32, loopModel } from '../models/fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-engine-'));
writeFileSync(path.join(folder, 'loop.onnx'), loopModel());
writeFileSync(path.join(folder, 'add.onnx'), addOne());
const engine = startEngine({ limits: { modelRunMs: 60_000 } });
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

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
const trips: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(2n ** 62n) };

/** Its output lacks a wire. */
const half = pipeline(
  { x: 'input.tensor', model: ['model.onnx', { model: 'add.onnx', threads: 1 }], out: 'output.tensor' },
  ['x.tensor > model.x'],
);

function add(limits?: Readonly<Record<string, number>>): Promise<readonly number[]> {
  return engine
    .run({ document: plain, folder, inputs: { x: float32([1], [41]) }, limits })
    .then((result) => numbers(result, 'out'));
}

/** Starts a run that never ends by itself, and waits until its model runs. */
async function startEndless(
  signal?: AbortSignal,
  limits?: Readonly<Record<string, number>>,
): Promise<{ readonly run: Promise<unknown> }> {
  let begun: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const onEvent = (event: RunEvent): void => {
    if (event.event === 'node' && event.node === 'model' && event.state === 'running') begun();
  };
  const run = engine.run(
    { document: endless, folder, inputs: { x: float32([1], [0]), trips }, limits },
    { signal, onEvent },
  );
  run.catch(() => undefined);
  await running;
  await wait(800);
  return { run };
}

describe('an engine process', () => {
  it('runs a loop that ends', async () => {
    // Also opens the model for the first time, so that the tests below meet it in the middle of a run.
    const few: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(3n) };
    const result = await engine.run({ document: endless, folder, inputs: { x: float32([1], [0]), trips: few } });
    expect(numbers(result, 'out')).toEqual([3]);
  });
  it('runs a model, and says on which device', async () => {
    const result = await engine.run({ document: plain, folder, inputs: { x: float32([2], [1, 2]) } });
    expect(result.outputs['out']).toMatchObject({ items: [{ value: { data: Float32Array.of(2, 3) } }] });
    expect(result.nodes['model']).toMatchObject({ state: 'ran', notes: { device: 'cpu' } });
  });
  it('answers a cancel within 100 ms in the middle of a model, and is replaced so that the next run works', async () => {
    const stop = new AbortController();
    const { run } = await startEndless(stop.signal);
    const pid = engine.pid();
    const before = performance.now();
    stop.abort();
    await expect(run).rejects.toMatchObject({ data: { code: 'cancelled' } });
    expect(performance.now() - before).toBeLessThan(100);
    expect(await add()).toEqual([42]);
    for (let i = 0; i < 60 && engine.pid() === pid; i++) await wait(100);
    expect(engine.pid()).not.toBe(pid);
    expect(await add()).toEqual([42]);
  });
  it('that is killed fails its runs with the node that ran, and another takes its place', async () => {
    const { run } = await startEndless();
    const pid = engine.pid() as number;
    process.kill(pid, 'SIGKILL');
    await expect(run).rejects.toMatchObject({ data: { code: 'engine-died', where: { node: 'model' } } });
    expect(await add()).toEqual([42]);
    expect(engine.pid()).not.toBe(pid);
  });
  it('ends a model that passes its limit, and says so', async () => {
    const { run } = await startEndless(undefined, { modelRunMs: 500 });
    await expect(run).rejects.toMatchObject({ data: { code: 'model-failed' } });
    expect(await add()).toEqual([42]);
  });
  it('keeps a deadline', async () => {
    const { run } = await startEndless(undefined, { runMs: 700 });
    await expect(run).rejects.toMatchObject({ data: { code: 'deadline' } });
    expect(await add()).toEqual([42]);
  });
  it('reports a wrong document before it runs anything', async () => {
    const wrong: PipelineDocument = { ...plain, wires: plain.wires.slice(1) };
    await expect(engine.run({ document: wrong, folder, inputs: {} })).rejects.toMatchObject({
      data: { code: 'port-unwired' },
    });
    expect(await add()).toEqual([42]);
  });
  it('keeps results between runs when asked to', async () => {
    const request = { document: plain, folder, inputs: { x: float32([1], [6]) }, cache: true };
    expect((await engine.run(request)).nodes['model'].state).toBe('ran');
    const again = await engine.run(request);
    expect(again.nodes['model'].state).toBe('cached');
    expect(numbers(again, 'out')).toEqual([7]);
  });
  it('runs to nodes of a pipeline that is only half built', async () => {
    const request = { document: half, folder, inputs: { x: float32([1], [1]) } };
    await expect(engine.run(request)).rejects.toMatchObject({ data: { code: 'port-unwired' } });
    expect((await engine.run({ ...request, targets: ['model'] })).nodes).toMatchObject({ model: { state: 'ran' } });
    const all = await engine.run({ ...request, targets: [] });
    expect(all.outputs).toEqual({});
    expect(all.nodes).toMatchObject({ x: { state: 'ran' }, model: { state: 'ran' } });
    await expect(engine.run({ ...request, targets: ['out', 'model'] })).rejects.toMatchObject({
      data: { code: 'port-unwired', where: { node: 'out' } },
    });
    await expect(engine.run({ ...request, targets: ['off'] })).rejects.toMatchObject({ data: { code: 'usage' } });
    await expect(engine.run({ ...request, document: pipeline({}), targets: [] })).rejects.toMatchObject({
      data: { code: 'no-output' },
    });
  });
});
