import { describe, expect, it } from 'vitest';
import { autoCandidates, tryDevices } from '../../../host/models/devices.ts';
import { type BuilderNode, type BuilderTensor, buildModel, value } from '../../onnx-builder.ts';
import { runChild } from './child.ts';
import { workbench } from './fixture.ts';
import { softwareVulkan } from './vulkan.ts';

describe('devices', () => {
  it('are all tried, each with a reason when it does not start', async () => {
    const trials = await tryDevices();
    expect(trials.map((t) => t.device)).toEqual(['cpu', 'cuda', 'tensorrt', 'directml', 'coreml', 'webgpu']);
    const cpu = trials.find((t) => t.device === 'cpu');
    expect(cpu).toMatchObject({ works: true, reason: '', tried: ['cpu'] });
    expect(cpu?.runMs).toBeGreaterThan(0);
    for (const trial of trials) if (!trial.works) expect(trial.reason.length, trial.device).toBeGreaterThan(10);
    for (const trial of trials) expect(trial.reason).not.toMatch(/\.cc:|onnxruntime::/);
  });
  it('auto ends with the CPU, and never names TensorRT', async () => {
    const found = await autoCandidates();
    expect(found.at(-1)).toBe('cpu');
    expect(found).not.toContain('tensorrt');
  });
});

/** Three convolutions, a pool and a dense layer. */
function convolutionNet(): Uint8Array {
  const initializers: BuilderTensor[] = [];
  const weights = (name: string, shape: readonly number[], gain = 1) => {
    const fan = shape.slice(1).reduce((a, b) => a * b, 1);
    const data = Float32Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      (_, i) => (gain * Math.sin(i * 12.9898 + name.length)) / Math.sqrt(fan),
    );
    initializers.push({ name, dtype: 'float32', shape, data });
    return name;
  };
  const nodes: BuilderNode[] = [];
  let last = 'x';
  [3, 8, 16, 32].slice(1).forEach((depth, i) => {
    const w = weights(`w${'_'.repeat(i)}`, [depth, [3, 8, 16][i] as number, 3, 3]);
    nodes.push({
      op: 'Conv',
      inputs: [last, w],
      outputs: [`c${i}`],
      attributes: { pads: { ints: [1, 1, 1, 1] }, strides: { ints: [2, 2] } },
    });
    nodes.push({ op: 'Relu', inputs: [`c${i}`], outputs: [`r${i}`] });
    last = `r${i}`;
  });
  nodes.push({ op: 'GlobalAveragePool', inputs: [last], outputs: ['pool'] });
  nodes.push({ op: 'Flatten', inputs: ['pool'], outputs: ['flat'] });
  nodes.push({ op: 'MatMul', inputs: ['flat', weights('dense', [32, 10], 100)], outputs: ['y'] });
  return buildModel({
    inputs: [value('x', 'float32', [1, 3, 32, 32])],
    outputs: [value('y', 'float32', [1, 10])],
    nodes,
    initializers,
  });
}

const driver = softwareVulkan();
const name =
  driver === null
    ? 'equals the CPU within 1e-3 (skipped: no software Vulkan driver; install chromium or set VK_DRIVER_FILES)'
    : 'equals the CPU within 1e-3 over a software Vulkan driver';
describe('WebGPU', () => {
  it.skipIf(driver === null)(name, async () => {
    const bench = workbench();
    bench.write('net.onnx', convolutionNet());
    const env = { VK_DRIVER_FILES: driver ?? '', VK_ICD_FILENAMES: driver ?? '' };
    const report = await runChild('webgpuChild.ts', [bench.folder], { timeMs: 55_000, env });
    const said = report.messages[0] as Record<string, unknown>;
    expect(said).toMatchObject({ device: 'webgpu', length: 10 });
    expect(said['apart']).toBeLessThan(1e-3);
    expect(said['largest']).toBeGreaterThan(0.1);
    // The device that really ran it, operator by operator.
    expect(said['providers']).toContain('WebGpuExecutionProvider');
    expect(said['fellBack']).toBe(
      (said['providers'] as string[]).filter((provider) => provider !== 'WebGpuExecutionProvider').length,
    );
    // Drawn in software it works, says so, and is no choice of `auto`.
    expect(said['trial']).toMatchObject({ device: 'webgpu', works: true, software: true });
    expect(said['auto']).toBe('cpu');
  });
});
