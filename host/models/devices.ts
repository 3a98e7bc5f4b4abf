import { existsSync, readdirSync } from 'node:fs';
import { listSupportedBackends } from 'onnxruntime-node';
import { type Device, devices, type ModelOptions } from '../../core/define/host.ts';
import { Problem } from '../../core/problems/problem.ts';
import { cleanMessage } from './failures.ts';
import type { Provider } from './messages.ts';
import { probe } from './prober.ts';

export type RealDevice = Exclude<Device, 'auto'>;

/** Whether a device can be started on this machine, found by starting it. */
export interface DeviceTrial {
  readonly device: RealDevice;
  readonly works: boolean;
  /** Why it does not work, or what to know of it; empty when there is nothing to say. */
  readonly reason: string;
  /** Execution providers that were tried. */
  readonly tried: readonly Provider[];
  /** Median time of a small convolution, when it works. */
  readonly runMs?: number;
  /** It works, but slower than the CPU by far: drawn in software. `auto` passes it by. */
  readonly software?: boolean;
}

const providers: { readonly [D in RealDevice]: Provider } = {
  cpu: 'cpu',
  cuda: 'cuda',
  tensorrt: 'tensorrt',
  directml: 'dml',
  coreml: 'coreml',
  webgpu: 'webgpu',
};
/** What `auto` tries, best first. TensorRT builds engines for minutes, so it is used only when asked for. */
const autoOrder: readonly RealDevice[] = ['cuda', 'directml', 'coreml', 'webgpu', 'cpu'];
const trialMs = 60_000;
/** A provider this many times slower than one CPU thread on a small convolution has no hardware behind it. */
const softwareFactor = 5;

export function providerOf(device: RealDevice): Provider {
  return providers[device];
}

const trials = new Map<RealDevice, Promise<DeviceTrial>>();

/** Tries one device in a child process, once per process: a driver that crashes takes only the child with it. */
export function tryDevice(device: RealDevice): Promise<DeviceTrial> {
  let trial = trials.get(device);
  if (trial === undefined) {
    trial = makeTrial(device);
    trials.set(device, trial);
  }
  return trial;
}

/** Tries every device that Tributary knows, one after the other. */
export async function tryDevices(): Promise<readonly DeviceTrial[]> {
  const results: DeviceTrial[] = [];
  for (const device of devices) if (device !== 'auto') results.push(await tryDevice(device));
  return results;
}

async function makeTrial(device: RealDevice): Promise<DeviceTrial> {
  const provider = providers[device];
  if (!listSupportedBackends().some((backend) => backend.name === provider)) {
    return { device, works: false, reason: `${notInBuild(device)}`, tried: [] };
  }
  const tried = [provider];
  const outcome = await probe({ ask: 'device', provider }, { memoryBytes: 0, timeMs: trialMs });
  if (outcome.end === 'late') return { device, works: false, reason: `it did not start within ${trialMs} ms`, tried };
  if (outcome.end === 'died')
    return { device, works: false, reason: `its driver ended the process (${outcome.how})`, tried };
  if (!outcome.answer.ok) {
    const { problem } = outcome.answer;
    return { device, works: false, reason: cleanMessage(problem.cause ?? problem.message), tried };
  }
  const { runMs } = outcome.answer;
  if (device === 'cpu') return { device, works: true, reason: '', tried, runMs };
  const cpu = await tryDevice('cpu');
  const software = runMs > softwareFactor * (cpu.runMs ?? runMs);
  const reason = software ? `it works, but ${Math.round(runMs / (cpu.runMs ?? runMs))} times slower than the CPU` : '';
  return { device, works: true, reason, tried, runMs, software };
}

function notInBuild(device: RealDevice): string {
  const system = `${process.platform}-${process.arch}`;
  if ((device === 'cuda' || device === 'tensorrt') && system === 'linux-x64')
    return 'the installed onnxruntime-node has no CUDA libraries; `npm run cuda` adds them';
  return `onnxruntime-node has it in no build for ${system}`;
}

/** Devices that `auto` should try to open a model on, best first; the CPU is always last. */
export async function autoCandidates(): Promise<readonly RealDevice[]> {
  const found: RealDevice[] = [];
  for (const device of autoOrder) {
    if (device === 'cpu' || (device === 'webgpu' && !mayHaveGpu())) continue;
    const trial = await tryDevice(device);
    if (trial.works && !trial.software) found.push(device);
  }
  return [...found, 'cpu'];
}

/** Spares machines without a GPU the trial of WebGPU. On Linux a GPU that can be used has a device file. */
function mayHaveGpu(): boolean {
  if (process.platform !== 'linux') return true;
  if (existsSync('/dev/nvidia0') || existsSync('/dev/dxg')) return true;
  try {
    return readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
  } catch {
    return false;
  }
}

/** Devices to try for what a node asks, in order. Throws `device-unavailable` with the reason when a named one does not start. */
export async function candidatesFor(options: ModelOptions, name: string): Promise<readonly RealDevice[]> {
  if (options.device === 'auto') return autoCandidates();
  // The CPU needs no trial: it is what every build has.
  if (options.device === 'cpu') return ['cpu'];
  const trial = await tryDevice(options.device);
  if (!trial.works) throw unavailable(options.device, name, trial.reason);
  return [options.device];
}

export function unavailable(device: RealDevice, name: string, reason: string, cause?: unknown): Problem {
  return new Problem('device-unavailable', {
    message: `"${name}" asks for ${device}, which cannot be started here: ${reason}.`,
    fix:
      device === 'cuda' || device === 'tensorrt'
        ? 'Run `npm run cuda` on Linux x64 with an NVIDIA driver, or set the device to auto or cpu.'
        : 'Set the device to auto or cpu; `tributary devices` says what this machine can start.',
    where: { file: name, param: 'device' },
    ...(cause === undefined ? {} : { cause }),
  });
}
