import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import type { ShrinkOptions } from '../../../core/onnx/shrink/options.ts';
import { byteProducts, safeWeightBits } from '../../../host/models/processor.ts';
import { type CalibrationRun, shrinkModel } from '../../../host/models/shrink.ts';
import { convNet, pictures } from '../../core/onnx/shrink/models.ts';
import { matmulModel } from '../../onnx-builder.ts';
import { problemOf, workbench } from './fixture.ts';

const bench = workbench();
const runs: readonly CalibrationRun[] = pictures(9).map((feeds, i) => ({ sample: `picture ${i}`, feeds }));
const netFile = () => bench.write('net.onnx', writeModel(convNet()));
const shrunk = (options: ShrinkOptions, to = 'made.onnx') => shrinkModel(bench.folder, 'net.onnx', to, options, runs);

describe('a model shrunk in a thread', () => {
  it.each<[ShrinkOptions, number]>([
    [{ to: 'int8-static', bits: 7 }, 0.55],
    [{ to: 'float16' }, 0.6],
    [{ to: 'pruned', prune: 'channels', share: 0.5 }, 0.6],
    [{ to: 'pruned' }, 1.01],
    [{ to: 'optimised' }, 1.05],
  ])('%j writes a smaller file that says what it was made from, and how', async (options, most) => {
    netFile();
    const { sha256, shrink } = await shrunk(options);
    const bytes = readFileSync(path.join(bench.folder, 'made.onnx'));
    expect(shrink.bytesAfter).toBe(bytes.length);
    expect(shrink.bytesAfter / shrink.bytesBefore).toBeLessThan(most);
    const metadata = Object.fromEntries(readModel(bytes, 'made.onnx').metadataProps.map((e) => [e.key, e.value]));
    expect(metadata['tributary.made_how']).toBe(shrink.how);
    expect(metadata['tributary.made_from_sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(shrink.done.length).toBeGreaterThan(0);
    expect(shrink.error?.worst).toBeGreaterThanOrEqual(0);
    expect(shrink.worstSample).toBe(`picture ${shrink.error?.worst}`);
    expect(shrink.warnings.length).toBeGreaterThan(0);
    // The same again gives the same file.
    expect((await shrunk(options)).sha256).toBe(sha256);
  });

  it('tells size when packed where only that changes', async () => {
    netFile();
    const { shrink } = await shrunk({ to: 'pruned', share: 0.8 });
    expect(shrink.zippedAfter ?? 0).toBeLessThan(0.6 * (shrink.zippedBefore ?? 0));
    expect((await shrunk({ to: 'float16' })).shrink.zippedAfter).toBeNull();
  });

  it('warns where answers differ between processors', async () => {
    netFile();
    const told = async (bits: 7 | 8) => (await shrunk({ to: 'int8-static', bits })).shrink.warnings.join(' ');
    expect(await told(8)).toMatch(/without VNNI.*saturate/);
    expect(await told(7)).toMatch(/same whole numbers with and without VNNI/);
  });

  it('makes 4-bit and dynamic products of a model of products, without any calibration', async () => {
    bench.write('products.onnx', matmulModel(128, 2));
    for (const to of ['int4', 'int8'] as const) {
      const { shrink } = await shrinkModel(bench.folder, 'products.onnx', `products.${to}.onnx`, { to }, []);
      expect(shrink.done).toHaveLength(2);
      expect(shrink.error).toBeNull();
      expect(shrink.bytesAfter / shrink.bytesBefore).toBeLessThan(to === 'int4' ? 0.19 : 0.3);
    }
  });

  it('refuses when there is nothing to do, nothing to calibrate on, or another file in the way; nothing is written', async () => {
    netFile();
    bench.write('mine.onnx', matmulModel(16, 1));
    const before = readdirSync(bench.folder).sort();
    const nothing = await problemOf(shrinkModel(bench.folder, 'net.onnx', 'n.onnx', { to: 'int4' }, runs));
    expect(nothing.code).toBe('model-unsupported');
    expect(nothing.message).toContain('only matrix products have a form with 4-bit weights');
    const none = await problemOf(shrinkModel(bench.folder, 'net.onnx', 'n.onnx', { to: 'int8-static' }, []));
    expect(none.message).toContain('nothing to calibrate on');
    expect((await problemOf(shrunk({ to: 'float16' }, 'mine.onnx'))).code).toBe('document-conflict');
    expect((await problemOf(shrunk({ to: 'float16' }, '../out.onnx'))).code).toBe('path-outside');
    const strict = await problemOf(shrunk({ to: 'pruned', share: 0.95, maxDrop: 1e-9 }, 'n.onnx'));
    expect(strict.fix).toContain('larger drop');
    expect(readdirSync(bench.folder).sort()).toEqual(before);
  });

  it('stops between two runs when it is cancelled, and writes nothing', async () => {
    netFile();
    const stop = new AbortController();
    const making = shrinkModel(bench.folder, 'net.onnx', 'never.onnx', { to: 'int8-static', sensitivity: true }, runs, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect((await problemOf(making)).code).toBe('cancelled');
    expect(readdirSync(bench.folder)).not.toContain('never.onnx');
  });

  it('reads no file that is no model', async () => {
    writeFileSync(path.join(bench.folder, 'text.onnx'), 'hello');
    expect((await problemOf(shrinkModel(bench.folder, 'text.onnx', 'n.onnx', { to: 'float16' }, []))).code).toBe(
      'model-invalid',
    );
  });
});

describe('how a processor multiplies bytes', () => {
  const flags = (line: string) => () => `processor\t: 0\nmodel name\t: x\n${line}\n`;
  it('is read from what Linux says of it', () => {
    expect(byteProducts('x64', 'linux', flags('flags\t\t: sse avx2 avx512f avx512_vnni'))).toBe('vnni');
    expect(byteProducts('x64', 'linux', flags('flags\t\t: sse avx2 avx_vnni'))).toBe('vnni');
    expect(byteProducts('x64', 'linux', flags('flags\t\t: sse avx2 avx512f'))).toBe('pairs');
    expect(byteProducts('arm64', 'linux', flags('Features\t: fp asimd asimddp'))).toBe('dot');
    expect(byteProducts('arm64', 'linux', flags('Features\t: fp asimd'))).toBe('unknown');
    expect(byteProducts('arm64', 'darwin')).toBe('dot');
    expect(byteProducts('x64', 'win32')).toBe('unknown');
    expect(
      byteProducts('x64', 'linux', () => {
        throw new Error('no such file');
      }),
    ).toBe('unknown');
  });

  it('decides the bits of weights', () => {
    expect([safeWeightBits('vnni'), safeWeightBits('dot')]).toEqual([8, 8]);
    expect([safeWeightBits('pairs'), safeWeightBits('unknown')]).toEqual([7, 7]);
  });
});
