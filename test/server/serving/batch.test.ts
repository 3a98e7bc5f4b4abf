import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { buildModel, matmulModel, value } from '../../onnx-builder.ts';
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

const width = 48;
/** Rows of numbers through a model as its own pipeline. */
function rowsPipeline(name: string, bytes: Uint8Array): string {
  const at = path.join(folder, name);
  mkdirSync(at);
  writeFileSync(path.join(at, 'rows.onnx'), bytes);
  const document = {
    schemaVersion: 1,
    name,
    inputs: { x: { node: 'x' } },
    outputs: { y: { node: 'y' } },
    nodes: [
      { id: 'x', type: 'input.tensor@1', params: { dtype: 'float32', shape: `1, ${width}` }, position: { x: 0, y: 0 } },
      { id: 'model', type: 'model.onnx@1', params: { model: 'rows.onnx' }, position: { x: 220, y: 0 } },
      { id: 'y', type: 'output.tensor@1', position: { x: 440, y: 0 } },
    ],
    wires: [
      { from: 'x.tensor', to: 'model.x' },
      { from: 'model.y', to: 'y.value' },
    ],
  };
  writeFileSync(path.join(at, 'rows.tributary.json'), JSON.stringify(document));
  return at;
}

/** `y = x - mean of x over all rows`: what a row gives depends on who goes along. */
const mixing = buildModel({
  inputs: [value('x', 'float32', ['N', width])],
  outputs: [value('y', 'float32', ['N', width])],
  nodes: [
    { op: 'ReduceMean', inputs: ['x'], outputs: ['mean'], attributes: { axes: { ints: [0] }, keepdims: { i: 1 } } },
    { op: 'Sub', inputs: ['x', 'mean'], outputs: ['y'] },
  ],
});

it.each([
  ['keeps its items apart', matmulModel(width, 3, 'N'), true],
  ['mixes them', mixing, false],
])(
  'a model that %s gives the same within its tolerance, asked together and one by one (fault 65)',
  async (name, model, joins) => {
    const served = await serveReady({ target: rowsPipeline(name, model), knobs: { batch: 8, batchWaitMs: 20 } });
    const sizes: number[] = [];
    served.service.onRecord(({ result }) => sizes.push(Number(result?.nodes['model'].notes['batch'] ?? 1)));
    const ask = async (x: Float32Array): Promise<readonly number[]> => {
      const answer = await send(served.port, '/predict', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: { x: [[...x]] } }),
      });
      expect(answer.status, answer.body.toString()).toBe(200);
      return (answer.json().outputs['y'] as { readonly data: readonly number[] }).data;
    };
    const row = fc.float32Array({ minLength: width, maxLength: width, min: -4, max: 4, noNaN: true });
    let largest = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 8 }), async (rows) => {
        const together = await Promise.all(rows.map(ask));
        largest = Math.max(largest, ...sizes);
        for (const [i, x] of rows.entries()) {
          const alone = await ask(x);
          expect(alone.length).toBe(together[i].length);
          // Sums in another order: a few roundings of float32, of the size of what was added up.
          for (const [at, number] of alone.entries())
            expect(Math.abs(together[i][at] - number)).toBeLessThanOrEqual(1e-5 + 1e-4 * Math.abs(number));
        }
      }),
      { numRuns: 15 },
    );
    // What was asked together did go together, where it may.
    expect(largest > 1).toBe(joins);
  },
);
