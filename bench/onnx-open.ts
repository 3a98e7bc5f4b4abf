import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { readModel } from '../core/onnx/read.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { openOnnx } from '../host/models/onnxFile.ts';
import { type BuilderNode, buildModel, matmulModel, value } from '../test/onnx-builder.ts';
import { median } from './measure.ts';

/**
 * Opens a model of 2 GB as data, its weights in a file beside it (made on the spot, without taking room on the disk): extra
 * memory against the aim of 200 MB. And the same for 150 MB of weights inside the file, against reading the whole file (the
 * peer): how much memory and time leaving the weights where they are saves.
 */
const rounds = 9;
const folder = mkdtempSync(path.join(tmpdir(), 'tributary-open-'));
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);

function largeModel(layers: number, size: number): Uint8Array {
  const nodes: BuilderNode[] = [];
  const initializers = [];
  for (let i = 0; i < layers; i++) {
    nodes.push({
      op: 'MatMul',
      inputs: [i === 0 ? 'x' : `h${i - 1}`, `w${i}`],
      outputs: [i === layers - 1 ? 'y' : `h${i}`],
    });
    const length = size * size * 4;
    const external = { location: 'big.data', offset: i * length, length };
    initializers.push({
      name: `w${i}`,
      dtype: 'float32' as const,
      shape: [size, size],
      data: new Float32Array(0),
      external,
    });
  }
  const edge = (name: string) => value(name, 'float32', ['n', size]);
  return buildModel({ inputs: [edge('x')], outputs: [edge('y')], nodes, initializers });
}

interface Cost {
  readonly bytes: number;
  readonly ms: number;
}

/** Memory that the process holds more after the call, with what it made still alive, and the time that it took. */
async function costOf<T>(call: () => Promise<T>): Promise<Cost & { readonly made: T }> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  const made = await call();
  const ms = performance.now() - startedAt;
  return { made, ms, bytes: process.memoryUsage().rss - before };
}

try {
  const workspace = await openWorkspace(folder);
  const [layers, size] = [512, 1024];
  writeFileSync(path.join(folder, 'big.onnx'), largeModel(layers, size));
  writeFileSync(path.join(folder, 'big.data'), '');
  truncateSync(path.join(folder, 'big.data'), layers * size * size * 4);
  console.log(`load ${loadavg()[0]?.toFixed(1)}; medians of ${rounds}`);
  const big = await costOf(() => openOnnx(workspace, 'big.onnx'));
  console.log(
    `${mb(statSync(path.join(folder, 'big.data')).size)} MB in ${layers} tensors beside the model: ${mb(big.bytes)} MB more memory, ${big.ms.toFixed(0)} ms; ratio to the aim of 200 MB: ${(big.bytes / 200e6).toFixed(3)}`,
  );
  await big.made.close();

  writeFileSync(path.join(folder, 'inside.onnx'), matmulModel(1024, 36));
  const file = path.join(folder, 'inside.onnx');
  const lazy: Cost[] = [];
  const whole: Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    const opened = await costOf(() => openOnnx(workspace, 'inside.onnx'));
    await opened.made.close();
    lazy.push(opened);
    whole.push(await costOf(async () => readModel(await readFile(file), 'inside.onnx')));
  }
  const bytes = (list: readonly Cost[]) => Math.max(...list.map((one) => one.bytes));
  const ms = (list: readonly Cost[]) => median(list.map((one) => one.ms));
  console.log(
    `${mb(statSync(file).size)} MB inside the model: places ${ms(lazy).toFixed(1)} ms, at most ${mb(bytes(lazy))} MB; whole file ${ms(whole).toFixed(1)} ms, ${mb(bytes(whole))} MB; ratio ${(ms(whole) / ms(lazy)).toFixed(1)}x in time`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
