import path from 'node:path';
import { makeLimits } from '../../../core/define/limits.ts';
import { toProblemData } from '../../../core/problems/problem.ts';
import { tryDevice } from '../../../host/models/devices.ts';
import { makeModelHost } from '../../../host/models/models.ts';

/** Runs one model on the CPU and on WebGPU and reports how far they are apart. In a child: GPU drivers may crash. */
const folder = process.argv[2] as string;
const options = { threads: 1, lane: -1, precision: 'full', optimisation: 'all' } as const;
const never = new AbortController().signal;
const host = makeModelHost({ limits: makeLimits(), cores: 2, resolvePath: (name) => path.join(folder, name) });
const data = Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => Math.sin(i / 7));
const x = { kind: 'tensor', dtype: 'float32', shape: [1, 3, 32, 32], data } as const;
try {
  const trial = await tryDevice('webgpu');
  const cpu = await host.open('net.onnx', { ...options, device: 'cpu' }, never);
  const gpu = await host.open('net.onnx', { ...options, device: 'webgpu' }, never);
  const auto = await host.open('net.onnx', { ...options, device: 'auto' }, never);
  const want = (await cpu.run({ x }, new Set(), never)).outputs['y']?.data as Float32Array;
  const got = (await gpu.run({ x }, new Set(), never)).outputs['y']?.data as Float32Array;
  const apart = want.reduce((max, v, i) => Math.max(max, Math.abs(v - (got[i] as number))), 0);
  const largest = want.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  const profile = await host.profile('net.onnx', { ...options, device: 'webgpu' }, { x }, never);
  const providers = profile.operators.map((o) => o.provider);
  process.send?.({
    trial,
    device: gpu.device,
    auto: auto.device,
    apart,
    largest,
    length: got.length,
    providers,
    fellBack: profile.fellBack,
  });
  await host.close();
} catch (error) {
  process.send?.({ problem: toProblemData(error) });
}
process.disconnect();
