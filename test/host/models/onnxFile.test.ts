import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changed } from '../../../core/onnx/change.ts';
import { join, joinLazy } from '../../../core/onnx/join.ts';
import { placeOf, readWeights, withPlace } from '../../../core/onnx/lazyModel.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { loadWhole, planWrite } from '../../../core/onnx/writePlan.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { openWorkspace } from '../../../host/files/workspace.ts';
import { type OnnxFile, openOnnx, saveOnnx } from '../../../host/models/onnxFile.ts';
import { createSession, runSession } from '../../../host/models/session.ts';
import { type BuilderTensor, buildModel, matmulModel, value } from '../../onnx-builder.ts';
import { modelBytes, modelPath } from '../../reference/modelCases.ts';
import { tempFolder } from '../../temp-folder.ts';
import { cpuRequest } from './fixture.ts';

async function using<T>(opened: Promise<OnnxFile>, act: (file: OnnxFile) => Promise<T>): Promise<T> {
  const file = await opened;
  try {
    return await act(file);
  } finally {
    await file.close();
  }
}
async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Problem) return error.data.code;
    throw error;
  }
  return 'fine';
}
async function run(file: string, size: number): Promise<Float32Array> {
  const session = await createSession({ ...cpuRequest, name: 'm', file });
  const data = Float32Array.from({ length: 2 * size }, (_, i) => Math.sin(i));
  const { outputs } = await runSession(
    session,
    { x: { kind: 'tensor', dtype: 'float32', shape: [2, size], data } },
    'm',
  );
  await session.release();
  return Float32Array.from(outputs.y.data as Float32Array);
}
function weight(name: string, shape: readonly number[], external?: BuilderTensor['external']): BuilderTensor {
  const length = external === undefined ? shape.reduce((a, b) => a * b, 1) : 0;
  const data = Float32Array.from({ length }, (_, i) => i % 7);
  return { name, dtype: 'float32', shape, data, ...(external === undefined ? {} : { external }) };
}

describe('a model whose weights stay where they are', () => {
  it('is opened with places for them, and written again byte for byte', async () => {
    const folder = tempFolder();
    const workspace = await openWorkspace(folder);
    const bytes = matmulModel(64, 3);
    writeFileSync(path.join(folder, 'a.onnx'), bytes);
    await using(openOnnx(workspace, 'a.onnx'), async (opened) => {
      const tensors = opened.model.graph?.initializer ?? [];
      expect(tensors.map((t) => [t.rawData.length, placeOf(t)?.length])).toEqual([
        [0, 16384],
        [0, 16384],
        [0, 16384],
      ]);
      const whole = readModel(bytes, 'a.onnx').graph?.initializer ?? [];
      expect(await readWeights(tensors[1], opened.files)).toEqual(new Uint8Array(whole[1].rawData));
      await saveOnnx(workspace, 'b.onnx', opened);
      expect(new Uint8Array(readFileSync(path.join(folder, 'b.onnx')))).toEqual(bytes);
      expect(writeModel(await loadWhole(opened, 'a.onnx'))).toEqual(bytes);
    });
  });

  it.each(['branch', 'external'])('the reference model %s too', async (name) => {
    const folder = tempFolder();
    const workspace = await openWorkspace(folder);
    writeFileSync(path.join(folder, 'a.onnx'), modelBytes(name));
    if (name === 'external') writeFileSync(path.join(folder, 'external.bin'), readFileSync(modelPath('external.bin')));
    await using(openOnnx(workspace, 'a.onnx'), async (opened) => {
      await saveOnnx(workspace, 'b.onnx', opened);
      await using(openOnnx(workspace, 'b.onnx'), async (again) => {
        expect(writeModel(await loadWhole(again, 'b'))).toEqual(writeModel(await loadWhole(opened, 'a')));
      });
    });
  });

  it('goes beside the model, aligned, in one file or several, and runs as before', async () => {
    const folder = tempFolder();
    const workspace = await openWorkspace(folder);
    writeFileSync(path.join(folder, 'a.onnx'), matmulModel(64, 3));
    const before = await run(path.join(folder, 'a.onnx'), 64);
    await using(openOnnx(workspace, 'a.onnx'), async (opened) => {
      const one = await saveOnnx(workspace, 'one.onnx', opened, { weights: 'beside' });
      expect(one.data.map((d) => d.bytes)).toEqual([3 * 16384]);
      const several = await saveOnnx(workspace, 'several.onnx', opened, { weights: 'beside', fileBytes: 40_000 });
      expect(several.data.map((d) => d.bytes)).toEqual([2 * 16384, 16384]);
    });
    for (const name of ['one.onnx', 'several.onnx']) {
      expect(await run(path.join(folder, name), 64)).toEqual(before);
      await using(openOnnx(workspace, name), async (opened) => {
        for (const tensor of opened.model.graph?.initializer ?? [])
          expect((placeOf(tensor)?.offset ?? 1) % 4096).toBe(0);
        // What lay beside is written beside again; and inside it is what it was at first.
        const again = await saveOnnx(workspace, 'again.onnx', opened);
        expect(again.data.length).toBe(1);
        await saveOnnx(workspace, 'inside.onnx', opened, { weights: 'inside' });
      });
      expect(readFileSync(path.join(folder, 'inside.onnx'))).toEqual(readFileSync(path.join(folder, 'a.onnx')));
    }
  });

  it('equal models give equal files; the data of a replaced model goes, that of others stays', async () => {
    const folder = tempFolder();
    const workspace = await openWorkspace(folder);
    writeFileSync(path.join(folder, 'a.onnx'), matmulModel(64, 1));
    writeFileSync(path.join(folder, 'b.onnx'), matmulModel(64, 2));
    const save = (from: string) =>
      using(openOnnx(workspace, from), (opened) => saveOnnx(workspace, 'm.onnx', opened, { weights: 'beside' }));
    const first = await save('a.onnx');
    expect(await save('a.onnx')).toEqual(first);
    writeFileSync(path.join(folder, 'm.onnx.notes.data'), 'mine');
    const second = await save('b.onnx');
    expect(readdirSync(folder).sort()).toEqual(
      ['a.onnx', 'b.onnx', 'm.onnx', second.data[0].name, 'm.onnx.notes.data'].sort(),
    );
    expect(existsSync(path.join(folder, first.data[0].name))).toBe(false);
  });

  it('may be written over the file that it was read from', async () => {
    const folder = tempFolder();
    const workspace = await openWorkspace(folder);
    writeFileSync(path.join(folder, 'a.onnx'), matmulModel(64, 2));
    const before = await run(path.join(folder, 'a.onnx'), 64);
    await using(openOnnx(workspace, 'a.onnx'), (opened) =>
      saveOnnx(workspace, 'a.onnx', opened, { weights: 'beside' }),
    );
    await using(openOnnx(workspace, 'a.onnx'), (opened) =>
      saveOnnx(workspace, 'a.onnx', opened, { weights: 'beside' }),
    );
    expect(await run(path.join(folder, 'a.onnx'), 64)).toEqual(before);
  });

  it('is joined as it is; data that both parts have is written once', async () => {
    const folder = tempFolder();
    const workspace = await openWorkspace(folder);
    const bytes = matmulModel(64, 2);
    writeFileSync(path.join(folder, 'a.onnx'), bytes);
    await using(openOnnx(workspace, 'a.onnx'), async (opened) => {
      const { lazy } = joinLazy(opened, opened, { x: 'y' });
      const saved = await saveOnnx(workspace, 'twice.onnx', lazy, { weights: 'beside' });
      expect(saved.data.map((d) => d.bytes)).toEqual([2 * 16384]);
    });
    const whole = join(readModel(bytes, 'a'), readModel(bytes, 'a'), { x: 'y' }).model;
    writeFileSync(path.join(folder, 'whole.onnx'), writeModel(whole));
    expect(await run(path.join(folder, 'twice.onnx'), 64)).toEqual(await run(path.join(folder, 'whole.onnx'), 64));
  });

  it('more than 2 GiB go beside the model unasked, and are refused inside', () => {
    const rows = 2 ** 28;
    const { graph } = readModel(
      buildModel({
        inputs: [],
        outputs: [value('w0', 'float32', [rows])],
        nodes: [],
        initializers: [weight('w', [4])],
      }),
      'm',
    );
    const [tensor] = graph?.initializer ?? [];
    const inside = [0, 1].map((i) =>
      withPlace(changed(tensor, { name: `w${i}`, dims: [BigInt(rows)], rawData: undefined }), {
        file: 'm',
        offset: 1000 + i * rows * 4,
        length: rows * 4,
        field: 9,
      }),
    );
    const modelOf = (initializer: typeof inside) =>
      changed(readModel(matmulModel(1, 1), 'm'), { graph: graph && changed(graph, { initializer }) });
    expect(planWrite(modelOf(inside.slice(0, 1))).data).toEqual([]);
    const { data } = planWrite(modelOf(inside));
    expect(data.map((runs) => runs.map(({ offset, piece }) => [offset, piece.length]))).toEqual([
      [
        [0, 2 ** 30],
        [2 ** 30, 2 ** 30],
      ],
    ]);
    expect(() => planWrite(modelOf(inside), { weights: 'inside' }, 'big.onnx')).toThrow(
      /"big\.onnx" is of 214748\d+ bytes/,
    );
  });
});

describe('hostile files', () => {
  async function opened(bytes: Uint8Array, prepare: (folder: string) => void = () => undefined): Promise<string> {
    const folder = tempFolder();
    writeFileSync(path.join(folder, 'm.onnx'), bytes);
    prepare(folder);
    return codeOf(openOnnx(await openWorkspace(folder), 'm.onnx').then((file) => file.close()));
  }
  const model = (initializers: readonly BuilderTensor[]) =>
    buildModel({ inputs: [], outputs: [value('w', 'float32', null)], nodes: [], initializers });

  it('external data that leads out, is short, or is not there', async () => {
    expect(await opened(model([weight('w', [4], { location: '../x' })]))).toBe('model-external-data');
    expect(await opened(model([weight('w', [4], { location: 'x' })]))).toBe('model-external-data');
    const put = (folder: string) => writeFileSync(path.join(folder, 'x'), new Uint8Array(16));
    expect(await opened(model([weight('w', [4], { location: 'x' })]), put)).toBe('fine');
    expect(await opened(model([weight('w', [4], { location: 'x', offset: 1 })]), put)).toBe('model-external-data');
    expect(await opened(model([weight('w', [2 ** 40, 2 ** 40], { location: 'x' })]), put)).toBe('model-external-data');
    const link = (folder: string) => symlinkSync('/etc/hostname', path.join(folder, 'x'));
    expect(await opened(model([weight('w', [1], { location: 'x' })]), link)).toBe('model-external-data');
  });

  it('a place that the file itself claims to be one of ours', async () => {
    const forged = readModel(model([weight('w', [4], { location: '0' })]), 'm');
    for (const entries of [
      [{ key: 'tributary.field', value: '0' }],
      [
        { key: 'location', value: '/etc/passwd' },
        { key: 'tributary.field', value: '9' },
      ],
    ]) {
      const [tensor] = forged.graph?.initializer ?? [];
      tensor.externalData = entries.map((e) => ({ ...tensor.externalData[0], ...e }));
      expect(await opened(writeModel(forged))).toBe('model-invalid');
    }
  });

  it('fewer bytes than the shape says; a file cut short; text', async () => {
    const bytes = model([weight('w', [1000])]);
    expect(await opened(bytes)).toBe('fine');
    const short = readModel(bytes, 'm');
    const [tensor] = short.graph?.initializer ?? [];
    tensor.dims = [1001n];
    expect(await opened(writeModel(short))).toBe('model-invalid');
    expect(await opened(bytes.subarray(0, bytes.length - 10))).toBe('model-invalid');
    expect(await opened(new TextEncoder().encode('version https://git-lfs.github.com/spec/v1'))).toBe('model-invalid');
  });
});
