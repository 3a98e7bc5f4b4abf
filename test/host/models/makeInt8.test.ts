import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { madeFromKey, madeHowKey } from '../../../core/onnx/metadata.ts';
import { readModel } from '../../../core/onnx/read.ts';
import { makeInt8 } from '../../../host/models/makeInt8.ts';
import { type BuilderTensor, buildModel, matmulModel, value } from '../../onnx-builder.ts';
import { addOne, cpu, float32, never, nothing, problemOf, workbench } from './fixture.ts';

const bench = workbench();
const size = 64;
const x = float32(
  [2, size],
  Array.from({ length: 2 * size }, (_, i) => Math.sin(i)),
);

async function runOf(name: string): Promise<Float32Array> {
  const session = await bench.host.open(name, cpu, never);
  return (await session.run({ x }, nothing, never)).outputs['y'].data as Float32Array;
}
async function expectAlike(first: string, second: string): Promise<void> {
  const wanted = await runOf(first);
  const got = await runOf(second);
  const largest = wanted.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  got.forEach((v, i) => {
    expect(Math.abs(v - wanted[i])).toBeLessThan(0.05 * largest);
  });
  expect(got).not.toEqual(wanted);
}

describe('a model made int8', () => {
  it('lies in the folder, says what it was made from, and answers nearly the same', async () => {
    bench.write('net.onnx', matmulModel(size, 2));
    const made = await makeInt8(bench.folder, 'net.onnx', 'net.int8.onnx');
    expect(made.report.quantised).toEqual(['MatMul_h0', 'MatMul_y']);
    const bytes = readFileSync(path.join(bench.folder, 'net.int8.onnx'));
    expect(bytes.length).toBe(made.bytes);
    expect(bytes.length).toBeLessThan(0.4 * statSync(path.join(bench.folder, 'net.onnx')).size);
    const metadata = new Map(readModel(bytes, 'm').metadataProps.map((entry) => [entry.key, entry.value]));
    expect(metadata.get(madeFromKey)).toMatch(/^[0-9a-f]{64}$/);
    expect(metadata.get(madeHowKey)).toContain('2 products');
    await expectAlike('net.onnx', 'net.int8.onnx');
    expect(readdirSync(bench.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is left alone when it would be the same, and replaced when the model has changed', async () => {
    bench.write('again.onnx', matmulModel(size, 1));
    const first = await makeInt8(bench.folder, 'again.onnx', 'again.int8.onnx');
    const file = path.join(bench.folder, 'again.int8.onnx');
    const written = statSync(file, { bigint: true });
    expect((await makeInt8(bench.folder, 'again.onnx', 'again.int8.onnx')).sha256).toBe(first.sha256);
    expect(statSync(file, { bigint: true }).ino).toBe(written.ino);
    expect(statSync(file, { bigint: true }).mtimeNs).toBe(written.mtimeNs);
    bench.write('again.onnx', matmulModel(size, 2));
    expect((await makeInt8(bench.folder, 'again.onnx', 'again.int8.onnx')).sha256).not.toBe(first.sha256);
  });

  it('brings weights of other files inside', async () => {
    const data = Float32Array.from({ length: size * size }, (_, i) => (((i * 2654435761) >>> 8) % 2001) / 1000 - 1);
    mkdirSync(path.join(bench.folder, 'deep'), { recursive: true });
    const padding = new Uint8Array(64);
    bench.write('deep/weights.bin', Buffer.concat([padding, new Uint8Array(data.buffer)]));
    const w: BuilderTensor = { name: 'w', dtype: 'float32', shape: [size, size], data };
    const length = data.byteLength;
    const build = (external: BuilderTensor['external']) =>
      buildModel({
        inputs: [value('x', 'float32', ['n', size])],
        outputs: [value('y', 'float32', ['n', size])],
        nodes: [
          { op: 'Add', inputs: ['x', 'b'], outputs: ['h'] },
          { op: 'MatMul', inputs: ['h', 'w'], outputs: ['y'] },
        ],
        initializers: [
          { ...w, external },
          {
            name: 'b',
            dtype: 'float32',
            shape: [size],
            data,
            external: { ...external, location: 'weights.bin', length: size * 4 },
          },
        ],
      });
    bench.write('deep/net.onnx', build({ location: 'weights.bin', offset: 64, length }));
    const made = await makeInt8(bench.folder, 'deep/net.onnx', 'lone.int8.onnx');
    expect(made.report).toMatchObject({ quantised: ['MatMul_y'], left: [] });
    await expectAlike('deep/net.onnx', 'lone.int8.onnx');
  });
});

describe('is refused, and nothing written', () => {
  it('when nothing in it can be quantised, with the reasons', async () => {
    bench.write('add.onnx', addOne());
    const problem = await problemOf(makeInt8(bench.folder, 'add.onnx', 'add.int8.onnx'));
    expect(problem.code).toBe('model-unsupported');
    expect(problem.message).toContain('"add.onnx" can be made int8: it has no product');
    const data = new Float32Array(size * size).fill(Number.NaN);
    bench.write(
      'nan.onnx',
      buildModel({
        inputs: [value('x', 'float32', ['n', size])],
        outputs: [value('y', 'float32', ['n', size])],
        nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
        initializers: [{ name: 'w', dtype: 'float32', shape: [size, size], data }],
      }),
    );
    expect((await problemOf(makeInt8(bench.folder, 'nan.onnx', 'nan.int8.onnx'))).message).toContain(
      '"MatMul_y": its weights hold NaN or infinity',
    );
    expect(readdirSync(bench.folder)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(add|nan)\.int8/)]));
  });

  it('when another file stands there', async () => {
    bench.write('net.onnx', matmulModel(size, 1));
    for (const [name, bytes] of [
      ['mine.onnx', matmulModel(size, 3)],
      ['notes.txt', new TextEncoder().encode('not a model')],
    ] as const) {
      bench.write(name, bytes);
      expect((await problemOf(makeInt8(bench.folder, 'net.onnx', name))).code).toBe('document-conflict');
      expect(readFileSync(path.join(bench.folder, name))).toEqual(Buffer.from(bytes));
    }
    expect((await problemOf(makeInt8(bench.folder, 'net.onnx', 'net.onnx'))).code).toBe('document-conflict');
  });

  it('when it would lie outside the folder', async () => {
    bench.write('net.onnx', matmulModel(size, 1));
    symlinkSync('/tmp', path.join(bench.folder, 'elsewhere'));
    for (const to of ['../net.int8.onnx', '/tmp/net.int8.onnx', 'elsewhere/net.int8.onnx', 'a\\b.onnx', '']) {
      expect((await problemOf(makeInt8(bench.folder, 'net.onnx', to))).code).toBe('path-outside');
    }
    expect((await problemOf(makeInt8(bench.folder, '../x.onnx', 'y.onnx'))).code).toBe('path-outside');
  });

  it('when it is no model, or is not there', async () => {
    writeFileSync(path.join(bench.folder, 'text.onnx'), 'hello');
    expect((await problemOf(makeInt8(bench.folder, 'text.onnx', 'text.int8.onnx'))).code).toBe('model-invalid');
    expect((await problemOf(makeInt8(bench.folder, 'gone.onnx', 'gone.int8.onnx'))).code).toBe('file-missing');
    expect((await problemOf(makeInt8(bench.folder, 'net.onnx', 'nowhere/net.onnx'))).code).toBe('file-missing');
  });
});
