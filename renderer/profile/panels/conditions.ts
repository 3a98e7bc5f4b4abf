import type { Profile } from '../../../core/profile/profile.ts';
import { bytesText } from '../../canvas/facts.ts';
import { deviceText } from '../stageRows.ts';

export interface Conditions {
  /** What fits beside the result. */
  readonly short: string;
  /** Everything, one line each. */
  readonly all: readonly string[];
  /** Something about them makes the figures less sure. */
  readonly doubtful: boolean;
}

/** More load than this per core before the profile began, and something else was using the machine. */
const busyLoad = 0.5;

/** What a profile was measured on. */
export function conditionsOf({
  environment,
  device,
  measured,
}: Pick<Profile, 'environment' | 'device' | 'measured'>): Conditions {
  const { gpus, cpu, cores, power, loadBefore, memoryBytes } = environment;
  const used = new Set(measured.models.map((model) => deviceText(model.device)));
  const ran = used.size > 0 ? [...used].join(', ') : deviceText(device === 'auto' ? 'cpu' : device);
  const gpu = gpus[0];
  const temperature = measured.memory.gpu?.temperatureC ?? null;
  const busy = loadBefore !== null && loadBefore > busyLoad;
  const battery = Object.values(power).some((value) => /battery|throttl/i.test(value));
  const unstable = measured.warmUp.endedBy === 'budget';
  const powers = Object.entries(power).map(([what, value]) => `${what}: ${value}`);
  const short = [
    ran,
    gpu !== undefined && ran !== 'CPU' ? gpu.name : `${shortCpu(cpu)}, ${cores} cores`,
    temperature === null ? '' : `${temperature} °C`,
    busy ? `load ${loadBefore.toFixed(1)} per core` : '',
    battery ? 'on battery or throttled' : '',
    unstable ? 'never steady' : '',
  ];
  return {
    short: short.filter(Boolean).join(', '),
    doubtful: busy || battery || unstable,
    all: [
      `Models ran on ${ran}`,
      `${cpu}, ${cores} cores, ${bytesText(memoryBytes)}`,
      ...gpus.map(({ name, driver, memoryBytes: bytes }) => `${name}, driver ${driver}, ${bytesText(bytes)}`),
      gpus.length === 0 ? 'No GPU found' : '',
      ...powers,
      loadBefore === null ? '' : `Load before: ${loadBefore.toFixed(2)} per core`,
      `${environment.os}, Node ${environment.node}, ONNX Runtime ${environment.runtime}, Tributary ${environment.tributary}`,
      environment.container ? 'In a container' : '',
      unstable ? 'Warm-up ended because its time was up, not because runs were steady' : '',
      'The cache of results is off while profiling',
    ].filter(Boolean),
  };
}

/** `Intel(R) Xeon(R) CPU @ 2.20GHz` → `Intel Xeon @ 2.20GHz`. */
function shortCpu(cpu: string): string {
  return cpu
    .replace(/\((?:R|TM)\)/gi, '')
    .replace(/\b(?:CPU|Processor|with Radeon Graphics)\b/gi, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 32);
}
