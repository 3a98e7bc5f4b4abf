import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildModel, value } from '../../onnx-builder.ts';
import { type Answer, send } from './client.ts';
import { serveReady } from './inProcess.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-batch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `y[i] = table[x[i]]`, for every row of x by itself; an index past the table is the runtime's error. */
writeFileSync(
  path.join(folder, 'lookup.onnx'),
  buildModel({
    inputs: [value('x', 'int64', ['N', 1])],
    outputs: [value('y', 'float32', ['N', 1])],
    initializers: [
      { name: 'table', dtype: 'float32', shape: [10], data: Float32Array.from({ length: 10 }, (_, i) => i * 1.5) },
    ],
    nodes: [{ op: 'Gather', inputs: ['table', 'x'], outputs: ['y'] }],
  }),
);
writeFileSync(
  path.join(folder, 'lookup.tributary.json'),
  JSON.stringify({
    schemaVersion: 1,
    name: 'Lookup',
    inputs: { x: { node: 'x' } },
    outputs: { y: { node: 'y' } },
    nodes: [
      { id: 'x', type: 'input.tensor@1', params: { dtype: 'int64', shape: '1, 1' }, position: { x: 0, y: 0 } },
      { id: 'model', type: 'model.onnx@1', params: { model: 'lookup.onnx' }, position: { x: 220, y: 0 } },
      { id: 'y', type: 'output.tensor@1', position: { x: 440, y: 0 } },
    ],
    wires: [
      { from: 'x.tensor', to: 'model.x' },
      { from: 'model.y', to: 'y.value' },
    ],
  }),
);

it('requests are joined in a model, and of a batch with one bad item only that one fails (fault 64)', async () => {
  const served = await serveReady({ target: folder, knobs: { batch: 8, batchWaitMs: 20 } });
  const ask = (x: number): Promise<Answer> =>
    send(served.port, '/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: { x: [[x]] } }),
    });
  const y = (answer: Answer): unknown => (answer.json().outputs['y'] as { readonly data: readonly number[] }).data[0];
  const sizes: number[] = [];
  served.service.onRecord(({ result }) => sizes.push(Number(result?.nodes['model'].notes['batch'] ?? 0)));
  // The first batch proves that the model's items stay apart.
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(ask));
    expect(answers.map(y)).toEqual([1.5, 3, 4.5, 6, 7.5, 9, 10.5, 12]);
  }
  expect(Math.max(...sizes)).toBeGreaterThan(1);
  const answers = await Promise.all([1, 2, 99, 4, 5, 6, 7, 8].map(ask));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 500, 200, 200, 200, 200, 200]);
  expect(answers[2].json().error.code).toBe('model-failed');
  expect(answers.filter((answer) => answer.status === 200).map(y)).toEqual([1.5, 3, 6, 7.5, 9, 10.5, 12]);
  expect(y(await ask(9))).toBe(13.5);
});
