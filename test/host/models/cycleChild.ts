import path from 'node:path';
import { makeLimits } from '../../../core/define/limits.ts';
import { makeModelHost } from '../../../host/models/models.ts';

/** Opens, runs and closes a model many times and reports the resident memory after each, in bytes. */
const [folder, cycles] = process.argv.slice(2) as [string, string];
const host = makeModelHost({ limits: makeLimits(), cores: 1, resolvePath: (name) => path.join(folder, name) });
const never = new AbortController().signal;
const data = new Float32Array(512);
const resident: number[] = [];
for (let cycle = 0; cycle < Number(cycles); cycle++) {
  const session = await host.open(
    'm.onnx',
    { device: 'cpu', threads: 1, lane: -1, precision: 'full', optimisation: 'all' },
    never,
  );
  await session.run({ x: { kind: 'tensor', dtype: 'float32', shape: [1, 512], data } }, new Set(), never);
  await host.release();
  (globalThis as { gc?: () => void }).gc?.();
  resident.push(process.memoryUsage().rss);
}
process.send?.(resident);
await host.close();
process.disconnect();
