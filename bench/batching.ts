import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelOptions, ModelSession } from '../core/define/host.ts';
import { makeLimits } from '../core/define/limits.ts';
import type { TensorValue } from '../core/kinds/value.ts';
import { makeModelHost } from '../host/models/models.ts';
import { matmulModel } from '../test/onnx-builder.ts';
import { median } from './measure.ts';

/**
 * Items a second of one model under 16 clients: runs joined by up to 8, against one by one (the peer), in turns, in one
 * lane of one thread each, so that nothing but the joining differs.
 */
const clients = 16;
const perRound = 320;
const rounds = 15;
const size = 384;
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

const row: TensorValue = {
  kind: 'tensor',
  dtype: 'float32',
  shape: [1, size],
  data: Float32Array.from({ length: size }, (_, i) => (i % 17) / 17),
};

/** Items a second with all clients at work, each sending its next when it has its answer. */
async function throughput(session: ModelSession): Promise<number> {
  let left = perRound;
  const before = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) await session.run({ x: row }, nothing, never);
    }),
  );
  return (1000 * perRound) / (performance.now() - before);
}

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-batching-'));
writeFileSync(path.join(folder, 'model.onnx'), matmulModel(size, 6));
const cores = availableParallelism();
const host = makeModelHost({ limits: makeLimits(), cores, resolvePath: (name) => path.join(folder, name) });
try {
  const alone = await host.open('model.onnx', options, never);
  const batched = await host.open('model.onnx', { ...options, batch: 8 }, never);
  const rates = { alone: [] as number[], batched: [] as number[] };
  for (let round = -3; round < rounds; round++) {
    const [a, b] = [await throughput(alone), await throughput(batched)];
    if (round < 0) continue;
    rates.alone.push(a);
    rates.batched.push(b);
  }
  const { batch } = await batched.run({ x: row }, nothing, never);
  const ratio = median(rates.batched.map((rate, i) => rate / rates.alone[i]));
  console.log(`${cores} cores, load ${loadavg()[0]?.toFixed(1)}, ${clients} clients, ${rounds} rounds, medians`);
  console.log(
    `6 products of ${size}x${size}: batch 1 ${median(rates.alone).toFixed(0)} items/s, batch 8 ${median(rates.batched).toFixed(0)} items/s (mean size ${batch}); ratio ${ratio.toFixed(2)}x (aim 1.5x)`,
  );
} finally {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
}
