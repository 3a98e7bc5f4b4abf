import type { DeviceReport } from '../../core/studio/api.ts';
import type { Engine } from '../../host/engine/messages.ts';

const names: Readonly<Record<DeviceReport['device'], string>> = {
  auto: 'Automatic',
  cpu: 'CPU',
  cuda: 'NVIDIA CUDA',
  tensorrt: 'NVIDIA TensorRT',
  directml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
};

/** Devices, each tried; what works first. */
export async function deviceReports(engine: Engine): Promise<readonly DeviceReport[]> {
  const trials = await engine.devices();
  return [...trials]
    .sort((a, b) => Number(b.works) - Number(a.works))
    .map(({ device, works, reason }) => ({
      device,
      works,
      name: names[device],
      problem: reason === '' ? null : reason,
    }));
}
