import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ask } from './gpu.ts';

/** What the machine tells of itself, besides what Node knows; replaced in tests by recorded machines. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Text of a file without the space around it; null when it cannot be read. */
  read(file: string): Promise<string | null>;
  list(folder: string): Promise<readonly string[]>;
  /** What a program prints; null when it fails. */
  ask(program: string, args: readonly string[]): Promise<string | null>;
}

export const thisMachine: Machine = {
  platform: process.platform,
  read: (file) =>
    readFile(file, 'utf8').then(
      (text) => text.trim(),
      () => null,
    ),
  list: (folder) => readdir(folder).catch(() => []),
  ask,
};

/** How much of the machine a container may use; null where it sets no bound. */
export interface ContainerBounds {
  readonly container: boolean;
  readonly cores: number | null;
  readonly memoryBytes: number | null;
}

/** Bounds of the control group that this process is in, and of those around it (version 2, else version 1). */
export async function containerBounds(machine: Machine): Promise<ContainerBounds> {
  if (machine.platform !== 'linux') return { container: false, cores: null, memoryBytes: null };
  const root = '/sys/fs/cgroup';
  const groups = (await machine.read('/proc/self/cgroup')) ?? '';
  const unified = /^0::(.*)$/m.exec(groups)?.[1] ?? '/';
  let cores: number | null = null;
  let memoryBytes: number | null = null;
  for (const folder of upwards(root, unified)) {
    const [quota, period] = ((await machine.read(path.posix.join(folder, 'cpu.max'))) ?? '').split(' ').map(Number);
    cores = least(cores, quota > 0 && period > 0 ? quota / period : null);
    memoryBytes = least(memoryBytes, positive(await machine.read(path.posix.join(folder, 'memory.max'))));
  }
  const cpuGroup = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1];
  if (cpuGroup !== undefined) {
    for (const folder of upwards(`${root}/cpu`, cpuGroup)) {
      const quota = positive(await machine.read(path.posix.join(folder, 'cpu.cfs_quota_us')));
      const period = positive(await machine.read(path.posix.join(folder, 'cpu.cfs_period_us')));
      cores = least(cores, quota !== null && period !== null ? quota / period : null);
    }
  }
  const memoryGroup = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1];
  if (memoryGroup !== undefined) {
    for (const folder of upwards(`${root}/memory`, memoryGroup))
      memoryBytes = least(memoryBytes, positive(await machine.read(path.posix.join(folder, 'memory.limit_in_bytes'))));
  }
  return { container: await inContainer(machine, groups), cores, memoryBytes };
}

async function inContainer(machine: Machine, groups: string): Promise<boolean> {
  if (/docker|kubepods|containerd|lxc|libpod/.test(groups)) return true;
  for (const file of ['/.dockerenv', '/run/.containerenv']) if ((await machine.read(file)) !== null) return true;
  // Set by systemd-nspawn, podman and others for the first process.
  return /(^|\0)container=/.test((await machine.read('/proc/1/environ')) ?? '');
}

/** A folder of the group and all above it, for a bound holds for all below. */
function upwards(root: string, group: string): readonly string[] {
  const parts = group.split('/').filter((part) => part !== '' && part !== '..');
  const folders = parts.map((_, at) => path.posix.join(root, ...parts.slice(0, at + 1)));
  return [root, ...folders];
}

/** Null also for the numbers that stand for "no bound" in version 1. */
function positive(text: string | null): number | null {
  const value = Number(text ?? Number.NaN);
  return value > 0 && value < 2 ** 60 ? value : null;
}

function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** Source, governor and throttling, as far as the system tells. */
export async function powerOf(machine: Machine): Promise<Readonly<Record<string, string>>> {
  if (machine.platform === 'linux') return linuxPower(machine);
  if (machine.platform === 'darwin') {
    return {
      ...parsePmset((await machine.ask('pmset', ['-g', 'batt'])) ?? ''),
      ...parseTherm((await machine.ask('pmset', ['-g', 'therm'])) ?? ''),
    };
  }
  if (machine.platform === 'win32') return parsePowercfg((await machine.ask('powercfg', ['/getactivescheme'])) ?? '');
  return {};
}

async function linuxPower(machine: Machine): Promise<Readonly<Record<string, string>>> {
  const power: Record<string, string> = {};
  const supplies = '/sys/class/power_supply';
  let mains: boolean | null = null;
  let battery: string | null = null;
  for (const name of await machine.list(supplies)) {
    const type = await machine.read(`${supplies}/${name}/type`);
    // A mouse has a battery too.
    if ((await machine.read(`${supplies}/${name}/scope`)) === 'Device') continue;
    if (type === 'Battery') battery = (await machine.read(`${supplies}/${name}/capacity`)) ?? '?';
    else if (type === 'Mains' || type === 'USB')
      mains = mains || (await machine.read(`${supplies}/${name}/online`)) === '1';
  }
  if (mains === true) power['source'] = 'mains';
  else if (battery !== null) power['source'] = `battery ${battery} %`;
  const governors = new Set<string>();
  let throttled: number | null = null;
  const cpus = '/sys/devices/system/cpu';
  for (const name of (await machine.list(cpus)).filter((entry) => /^cpu\d+$/.test(entry))) {
    const governor = await machine.read(`${cpus}/${name}/cpufreq/scaling_governor`);
    if (governor !== null) governors.add(governor);
    const count = await machine.read(`${cpus}/${name}/thermal_throttle/core_throttle_count`);
    if (count !== null) throttled = (throttled ?? 0) + Number(count);
  }
  if (governors.size > 0) power['governor'] = [...governors].sort().join(', ');
  const turbo = await machine.read(`${cpus}/intel_pstate/no_turbo`);
  const boost = await machine.read(`${cpus}/cpufreq/boost`);
  if (turbo !== null || boost !== null) power['boost'] = turbo === '0' || boost === '1' ? 'on' : 'off';
  if (throttled !== null) power['throttled'] = `${throttled} times since start`;
  return power;
}

/** `Now drawing from 'Battery Power'` and `-InternalBattery-0 (id=...)	81%; discharging; ...`. */
export function parsePmset(text: string): Readonly<Record<string, string>> {
  const from = /Now drawing from '([^']+)'/.exec(text)?.[1];
  if (from === undefined) return {};
  const charge = /(\d+)%/.exec(text)?.[1];
  return { source: from.startsWith('Battery') ? `battery ${charge ?? '?'} %` : 'mains' };
}

/** `CPU_Speed_Limit = 70`: percent of its speed that heat leaves the processor. */
export function parseTherm(text: string): Readonly<Record<string, string>> {
  const limit = /CPU_Speed_Limit\s*=\s*(\d+)/.exec(text)?.[1];
  return limit === undefined ? {} : { speedLimit: `${limit} %` };
}

/** `Power Scheme GUID: 381b4222-...  (Balanced)`; the words before it are in the system's language. */
export function parsePowercfg(text: string): Readonly<Record<string, string>> {
  const plan = /\(([^)]+)\)\s*$/.exec(text.trim())?.[1];
  return plan === undefined ? {} : { plan };
}

export function loadPerCore(cores: number): number | null {
  // Windows has no load average: Node gives zeros.
  return process.platform === 'win32' ? null : os.loadavg()[0] / Math.max(1, cores);
}
