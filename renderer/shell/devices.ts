import { create } from 'zustand';
import type { DeviceReport } from '../../core/studio/api.ts';
import { state } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';

/** What is known of the machine's devices. Trying them takes a moment, so it is done once and again when asked. */
export const useDevices = create<{
  readonly found: readonly DeviceReport[] | null;
  readonly triedAt: number;
  readonly trying: boolean;
}>()(() => ({ found: null, triedAt: 0, trying: false }));

export async function tryDevices(again = false): Promise<void> {
  const { found, trying } = useDevices.getState();
  if (trying || (found !== null && !again)) return;
  useDevices.setState({ trying: true });
  try {
    const { devices } = await state().api.call('devices', {});
    useDevices.setState({ found: devices, triedAt: Date.now() });
  } catch (error) {
    sayProblem(error);
  } finally {
    useDevices.setState({ trying: false });
  }
}

const shortNames: Readonly<Record<string, string>> = {
  auto: 'Auto',
  cpu: 'CPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  directml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
};

export function deviceName(device: string): string {
  return shortNames[device] ?? device;
}

/** `CUDA · RTX 4090`; the device's own name only where it says more. */
export function deviceTitle({ device, name }: DeviceReport): string {
  const short = deviceName(device);
  const plain = (text: string): string => text.toLowerCase().replaceAll(' ', '');
  if (name === '' || plain(name) === plain(short)) return short;
  return plain(name).includes(plain(short)) ? name : `${short} · ${name}`;
}
