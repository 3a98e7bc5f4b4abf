import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelOptions, ModelSession } from '../core/define/host.ts';
import { makeLimits } from '../core/define/limits.ts';
import type { TensorValue } from '../core/kinds/value.ts';
import { quantiseDynamic } from '../core/onnx/quantise.ts';
import { readModel, writeModel } from '../core/onnx/read.ts';
import { makeModelHost } from '../host/models/models.ts';
import { matmulModel } from '../test/onnx-builder.ts';
import { median } from './measure.ts';

/**
 * A stack of matrix products in int8 by `quantiseDynamic`, against the same in float32 (the peer), in turns, one thread
 * each: for one row, where reading the weights is what takes time, and for 64, where reckoning is.
 */
const size = 768;
const depth = 8;
const rounds = 40;
const never = new AbortController().signal;
const nothing: ReadonlySet<string> = new Set();
const options: ModelOptions = {
  device: 'cpu',
  threads: 1,
  lane: -1,
  copies: 1,
  precision: 'full',
  optimisation: 'all',
};

function input(rows: number): TensorValue {
  const data = Float32Array.from({ length: rows * size }, (_, i) => Math.sin(i * 1.7));
  return { kind: 'tensor', dtype: 'float32', shape: [rows, size], data };
}

async function runMs(session: ModelSession, x: TensorValue): Promise<number> {
  return (await session.run({ x }, nothing, never)).runMs;
}

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-int8-'));
const float = matmulModel(size, depth);
const before = performance.now();
const { model, report } = quantiseDynamic(readModel(float, 'float.onnx'));
const tookMs = performance.now() - before;
writeFileSync(path.join(folder, 'float.onnx'), float);
writeFileSync(path.join(folder, 'int8.onnx'), writeModel(model));
const cores = availableParallelism();
const host = makeModelHost({ limits: makeLimits(), cores, resolvePath: (name) => path.join(folder, name) });
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
try {
  const plain = await host.open('float.onnx', options, never);
  const quantised = await host.open('int8.onnx', options, never);
  console.log(`${cores} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds, medians`);
  console.log(
    `${report.quantised.length} products of ${size}x${size} made int8 in ${tookMs.toFixed(0)} ms: ${mb(report.bytesBefore)} MB to ${mb(report.bytesAfter)} MB`,
  );
  for (const rows of [1, 64]) {
    const x = input(rows);
    const times = { float: [] as number[], int8: [] as number[] };
    for (let round = -5; round < rounds; round++) {
      const [a, b] = [await runMs(plain, x), await runMs(quantised, x)];
      if (round < 0) continue;
      times.float.push(a);
      times.int8.push(b);
    }
    const ratio = median(times.float.map((ms, i) => ms / times.int8[i]));
    console.log(
      `${rows} ${rows === 1 ? 'row' : 'rows'}: float32 ${median(times.float).toFixed(2)} ms, int8 ${median(times.int8).toFixed(2)} ms; ratio ${ratio.toFixed(2)}x`,
    );
  }
} finally {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
}
