import path from 'node:path';
import { makeLimits } from '../../../core/define/limits.ts';
import { toProblemData } from '../../../core/problems/problem.ts';
import { makeModelHost } from '../../../host/models/models.ts';

/** An engine process in small: runs a model that never ends, and another beside it. Its parent kills it. */
const folder = process.argv[2] as string;
const options = { device: 'cpu', threads: 1, lane: -1, precision: 'full', optimisation: 'all' } as const;
const never = new AbortController().signal;
const host = makeModelHost({
  limits: makeLimits({ modelRunMs: 300 }),
  cores: 2,
  resolvePath: (name) => path.join(folder, name),
  onHang: (problem) => process.send?.({ event: 'hang', problem }),
});
const one = { kind: 'tensor', dtype: 'float32', shape: [1], data: Float32Array.of(0) } as const;
const trips = { kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(2n ** 62n) } as const;
const loop = await host.open('loop.onnx', options, never);
const other = await host.open('add.onnx', options, never);
const startedAt = performance.now();
const endless = loop.run({ x: one, trips }, new Set(), never).catch((error: unknown) => {
  process.send?.({ event: 'rejected', problem: toProblemData(error), afterMs: performance.now() - startedAt });
});
const { outputs } = await other.run({ x: one }, new Set(), never);
process.send?.({ event: 'other', value: outputs['y']?.data[0] });
await endless;
// The lane that hangs is left behind; the model works again in a new one until the process is replaced.
const again = await loop.run({ x: one, trips: { ...trips, data: BigInt64Array.of(5n) } }, new Set(), never);
process.send?.({ event: 'again', value: again.outputs['y']?.data[0] });
