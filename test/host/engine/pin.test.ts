import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../../host/engine/client.ts';
import { numbers, pipeline } from '../../core/pipelines.ts';
import { rejects } from '../../rejects.ts';
import { addOne, float32, loopModel } from '../models/fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-pin-'));
writeFileSync(path.join(folder, 'add.onnx'), addOne());
const engine = startEngine();
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const plain = pipeline(
  {
    x: 'input.tensor',
    model: ['model.onnx', { model: 'add.onnx', threads: 1 }],
    out: 'output.tensor',
    same: 'output.tensor',
  },
  ['x.tensor > model.x', 'model.y > out.value', 'x.tensor > same.value'],
);

describe('a pinned pipeline', () => {
  it('answers as a run of the document does, for all outputs or those wanted', async () => {
    const pinned = engine.pin({ document: plain, folder, noSamples: true });
    const whole = await engine.run({ document: plain, folder, inputs: { x: float32([1], [41]) } });
    const result = await pinned.run({ inputs: { x: float32([1], [41]) } });
    expect(numbers(result, 'out')).toEqual([42]);
    expect(result.outputs).toEqual(whole.outputs);
    const some = await pinned.run({ inputs: { x: float32([1], [1]) }, outputs: ['same'] });
    expect(Object.keys(some.outputs)).toEqual(['same']);
    expect(Object.keys(some.nodes)).toEqual(['x', 'same']);
  });

  it('is told again to the process that takes the place of a dead one', async () => {
    const pinned = engine.pin({ document: plain, folder });
    expect(numbers(await pinned.run({ inputs: { x: float32([1], [1]) } }), 'out')).toEqual([2]);
    const died = new Promise<void>((resolve) => engine.onDeath(() => resolve()));
    process.kill(engine.pid() as number, 'SIGKILL');
    await died;
    expect(numbers(await pinned.run({ inputs: { x: float32([1], [2]) } }), 'out')).toEqual([3]);
  });

  it('is asked for nothing that it was not made for', async () => {
    const pinned = engine.pin({ document: plain, folder, noSamples: true });
    await rejects(() => pinned.run({ inputs: {} }), 'input-missing');
    await rejects(() => pinned.run({ inputs: { z: float32([1], [1]) } }), 'input-unknown');
    pinned.unpin();
    expect(numbers(await pinned.run({ inputs: { x: float32([1], [5]) } }), 'out')).toEqual([6]);
  });

  it('tells its events and items to whoever follows it, and to nobody else', async () => {
    const pinned = engine.pin({ document: plain, folder });
    const told: string[] = [];
    const items: [string, number, unknown][] = [];
    const result = await pinned.run({ inputs: { x: float32([1], [5]) } }, undefined, undefined, {
      onEvent: (event) => told.push(event.event === 'node' ? `${event.node} ${event.state}` : event.event),
      onItem: (output, { t, value }) => items.push([output, t, value.kind === 'tensor' ? value.data : null]),
    });
    expect(told[0]).toBe('start');
    expect(told).toEqual(expect.arrayContaining(['x ran', 'model ran', 'out ran', 'same ran']));
    expect(items.sort()).toEqual([
      ['out', 0, Float32Array.of(6)],
      ['same', 0, Float32Array.of(5)],
    ]);
    expect(numbers(result, 'out')).toEqual([6]);
    const before = told.length;
    await pinned.run({ inputs: { x: float32([1], [6]) } });
    expect([told.length, items.length]).toEqual([before, 2]);
  });

  it('is cancelled as a run is', async () => {
    writeFileSync(path.join(folder, 'loop.onnx'), loopModel());
    const endless = pipeline(
      {
        x: 'input.tensor',
        trips: 'input.tensor',
        model: ['model.onnx', { model: 'loop.onnx', threads: 1 }],
        out: 'output.tensor',
      },
      ['x.tensor > model.x', 'trips.tensor > model.trips', 'model.y > out.value'],
    );
    const pinned = engine.pin({ document: endless, folder });
    const inputs = (trips: bigint) => ({
      x: float32([1], [0]),
      trips: { kind: 'tensor' as const, dtype: 'int64' as const, shape: [], data: BigInt64Array.of(trips) },
    });
    expect((await pinned.run({ inputs: inputs(3n) })).outputs['out'].status).toBe('present');
    const stop = new AbortController();
    const run = rejects(() => pinned.run({ inputs: inputs(2n ** 62n) }, stop.signal), 'cancelled');
    setTimeout(() => stop.abort(), 100);
    await run;
  });

  it('says what is wrong with a document at each run, and runs once it is mended', async () => {
    const early = pipeline({ x: 'input.tensor', model: ['model.onnx', { model: 'late.onnx' }], out: 'output.tensor' }, [
      'x.tensor > model.x',
      'model.y > out.value',
    ]);
    const pinned = engine.pin({ document: early, folder });
    await rejects(() => pinned.run({ inputs: { x: float32([1], [1]) } }), 'model-missing');
    writeFileSync(path.join(folder, 'late.onnx'), addOne());
    expect(numbers(await pinned.run({ inputs: { x: float32([1], [1]) } }), 'out')).toEqual([2]);
  });
});
