import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { AudioValue } from '../../../core/kinds/value.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { numbers, pipeline } from '../../core/pipelines.ts';
import { buildModel, matmulModel, value } from '../../onnx-builder.ts';
import { float32 } from '../models/fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-batches-'));
writeFileSync(path.join(folder, 'matmul.onnx'), matmulModel(64, 6));
writeFileSync(
  path.join(folder, 'loudest.onnx'),
  buildModel({
    inputs: [value('x', 'float32', ['n', 1600])],
    outputs: [value('y', 'float32', ['n'])],
    nodes: [
      { op: 'ReduceMax', inputs: ['x'], outputs: ['y'], attributes: { axes: { ints: [1] }, keepdims: { i: 0 } } },
    ],
  }),
);
const engine = startEngine();
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Six seconds in which each tenth is louder than the one before it. */
const sound: AudioValue = {
  kind: 'audio',
  sampleRateHz: 16_000,
  channels: [Float32Array.from({ length: 96_000 }, (_, i) => (Math.floor(i / 1600) + 1) / 64)],
};

function windows(params: Readonly<Record<string, number>>): PipelineDocument {
  return pipeline(
    {
      sound: 'input.audio',
      window: ['time.window', { lengthSeconds: 0.1, hopSeconds: 0.1, partial: 'drop' }],
      tensor: ['audio.toTensor', {}],
      model: ['model.onnx', { model: 'loudest.onnx', device: 'cpu', ...params }],
      out: 'output.tensor',
    },
    ['sound.audio > window.value', 'window.window > tensor.audio', 'tensor.samples > model.x', 'model.y > out.value'],
  );
}

describe('batches in the engine', () => {
  it('are made of items of one run, which keep their order', async () => {
    const wanted = Array.from({ length: 60 }, (_, i) => (i + 1) / 64);
    const alone = await engine.run({ document: windows({}), folder, inputs: { sound } });
    expect(numbers(alone, 'out')).toEqual(wanted);
    expect(alone.nodes['model'].notes['batch']).toBeUndefined();
    const together = await engine.run({ document: windows({ batch: 8 }), folder, inputs: { sound } });
    expect(numbers(together, 'out')).toEqual(wanted);
    expect(together.nodes['model'].notes['batch']).toBeGreaterThan(2);
  });

  it('are made of runs at once', async () => {
    const document = pipeline(
      { x: 'input.tensor', model: ['model.onnx', { model: 'matmul.onnx', batch: 8, copies: 1 }], out: 'output.tensor' },
      ['x.tensor > model.x', 'model.y > out.value'],
    );
    const row = (seed: number) =>
      float32(
        [1, 64],
        Array.from({ length: 64 }, (_, i) => Math.sin(seed + i)),
      );
    const alone = await engine.run({ document, folder, inputs: { x: row(5) } });
    let most = 0;
    for (let round = 0; round < 5; round++) {
      const results = await Promise.all(
        Array.from({ length: 16 }, (_, i) => engine.run({ document, folder, inputs: { x: row(i) } })),
      );
      expect(numbers(results[5], 'out')[0]).toBeCloseTo(numbers(alone, 'out')[0], 5);
      most = Math.max(most, ...results.map((result) => Number(result.nodes['model'].notes['batch'])));
    }
    expect(most).toBeGreaterThan(1.5);
  });
});
